def handle(data):
    previous = None
    out = []
    for number, value in data["data"]:
        out.append([number, None if previous is None else value - previous])
        previous = value
    return {"data": out}
