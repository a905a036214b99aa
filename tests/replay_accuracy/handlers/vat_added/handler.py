def handle(data):
    priced = [[row[0], row[1], round(row[2] * 1.25, 2)] for row in data["data"]]
    return {"data": [[row[0], {"item": row[1], "gross": row[2]}] for row in priced]}
