def handle(data):
    for row in data["data"]:
        row[2] = round(row[2] * 1.25, 2)
    return {"data": [[row[0], {"item": row[1], "gross": row[2]}] for row in data["data"]]}
