def handle(data):
    return {"data": [[row[0], [part for part in row[1].split(",")]] for row in data["data"]]}
