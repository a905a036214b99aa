def handle(data):
    return {"data": [[row[0], part] for row in data["data"] for part in row[1].split(",")]}
