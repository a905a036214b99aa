def handle(data):
    out = []
    for number, value, previous in data["data"]:
        out.append([number, None if previous is None else value - previous])
        previous = value
    return {"data": out}
