import bisect

LADDER = [40, 50, 60, 75, 85]


def handle(data):
    return {"data": [[row[0], "FEDCBA"[bisect.bisect_right(LADDER, row[1])]] for row in data["data"]]}
