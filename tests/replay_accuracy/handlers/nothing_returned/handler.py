def handle(data):
    out = {"data": []}
    for row in data["data"]:
        out["data"].append([row[0], row[1].upper()])
