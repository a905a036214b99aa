from collections import Counter


def handle(data):
    count = Counter(row[1] for row in data["data"])
    return {"data": [[row[0], count[row[1]]] for row in data["data"]]}
