from itertools import accumulate


def handle(data):
    return {"data": [[row[0], list(accumulate(row[1]))] for row in data["data"]]}
