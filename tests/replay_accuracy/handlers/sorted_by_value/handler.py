def handle(data):
    return {"data": sorted(([row[0], row[1].upper()] for row in data["data"]), key=lambda pair: pair[1])}
