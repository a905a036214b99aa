def handle(data):
    return {"data": [[row[0], row[1] and row[1].upper()] for row in data["data"]]}
