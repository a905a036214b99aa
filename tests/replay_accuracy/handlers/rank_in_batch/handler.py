def handle(data):
    rows = data["data"]
    ladder = sorted({row[1] for row in rows}, reverse=True)
    return {"data": [[row[0], ladder.index(row[1]) + 1] for row in rows]}
