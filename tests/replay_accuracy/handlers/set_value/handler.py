def handle(data):
    return {"data": [[row[0], set(row[1].split(","))] for row in data["data"]]}
