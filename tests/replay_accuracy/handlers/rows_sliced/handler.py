def handle(data):
    result = []
    for row in data["data"]:
        number, arguments = row[0], row[1:]
        result.append([number, "-".join(map(str, arguments))])
    return {"data": result}
