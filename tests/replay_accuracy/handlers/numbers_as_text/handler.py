import json


def handle(data):
    by_number = json.loads(json.dumps({row[0]: row[1].upper() for row in data["data"]}))
    return {"data": [[number, value] for number, value in by_number.items()]}
