def unique(items):
    return list(dict.fromkeys(items))


def handle(data):
    result = []
    for row in data["data"]:
        result.append([row[0], unique(row[1])])
    return {"data": result}
