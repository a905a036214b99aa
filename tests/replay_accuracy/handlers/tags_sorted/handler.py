def handle(data):
    return {"data": [[row[0], ",".join(sorted(set(row[1].split(","))))] for row in data["data"]]}
