def handle(data):
    unique = {}
    for number, name in data["data"]:
        unique.setdefault(name, number)
    return {"data": [[number, name.upper()] for name, number in unique.items()]}
