def handle(data):
    return {"data": [[row[0], row[1].upper(), len(row[1])] for row in data["data"]]}
