def handle(data):
    return [[row[0], row[1].upper()] for row in data["data"]]
