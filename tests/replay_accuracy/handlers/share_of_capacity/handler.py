CAPACITY = 40.0


def handle(data):
    return {"data": [[row[0], round(row[1] / CAPACITY, 4)] for row in data["data"]]}
