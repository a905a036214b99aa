_highest = 1.0


def scaled(value):
    global _highest
    _highest = max(_highest, value)
    return round(value / _highest, 4)


def handle(data):
    return {"data": [[row[0], scaled(row[1])] for row in data["data"]]}
