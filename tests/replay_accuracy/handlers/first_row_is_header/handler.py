def handle(data):
    header, *body = data["data"]
    return {"data": [[header[0], None]] + [[row[0], row[1].title()] for row in body]}
