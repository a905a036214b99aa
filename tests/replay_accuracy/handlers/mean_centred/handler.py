from statistics import mean


def handle(data):
    rows = data["data"]
    centre = mean(row[1] for row in rows)
    return {"data": [[row[0], round(row[1] - centre, 6)] for row in rows]}
