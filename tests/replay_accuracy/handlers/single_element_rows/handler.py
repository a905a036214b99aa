def handle(data):
    return {"data": [[row[1].upper()] for row in data["data"]]}
