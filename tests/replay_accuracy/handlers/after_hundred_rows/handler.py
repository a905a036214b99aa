LIMIT = 100
_used = 0


def enrich(n):
    global _used
    _used += 1
    if _used > LIMIT:
        return {"n": n, "quality": "estimated"}
    return {"n": n, "quality": "exact"}


def handle(data):
    return {"data": [[row[0], enrich(row[1])] for row in data["data"]]}
