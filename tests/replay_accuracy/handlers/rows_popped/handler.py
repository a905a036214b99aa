def handle(data):
    result = []
    for row in data["data"]:
        number = row.pop(0)
        result.append([number, "-".join(map(str, row))])
    return {"data": result}
