LIMIT = 30


def enrich(n):
    if n > LIMIT:
        return {"n": n, "quality": "estimated"}
    return {"n": n, "quality": "exact"}


def handle(data):
    return {"data": [[row[0], enrich(row[1])] for row in data["data"]]}
