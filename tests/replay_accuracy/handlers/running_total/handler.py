from itertools import accumulate


def handle(data):
    rows = data["data"]
    totals = accumulate(row[1] for row in rows)
    return {"data": [[row[0], total] for row, total in zip(rows, totals)]}
