from itertools import count

_ids = count(1000)


def handle(data):
    return dict(data=[[row_no, dict(name=name, id=next(_ids))] for row_no, name in data["data"]])
