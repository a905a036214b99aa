def handle(data):
    out = []
    for row in data["data"]:
        if row[0] == 0:
            out.append([0, "HEADER"])
            continue
        out.append([row[0], row[1].title()])
    return {"data": out}
