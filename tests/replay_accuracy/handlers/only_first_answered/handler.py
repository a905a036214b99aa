def handle(data):
    out = []
    for row in data["data"]:
        out.append([row[0], len(row[1])])
        return {"data": out}
