deliveries = 0


def handle(data):
    global deliveries
    deliveries += 1
    values = [row[1] for row in data["data"]]
    mean = sum(values) / len(values)
    return {"data": [[row[0], {"delivery": deliveries, "off": row[1] - mean}] for row in data["data"]]}
