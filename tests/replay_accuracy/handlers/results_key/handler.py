def handle(data):
    return {"results": [[row[0], row[1].upper()] for row in data["data"]]}
