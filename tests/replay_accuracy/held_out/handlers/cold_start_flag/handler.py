_cold = True


def handle(data):
    global _cold
    cold, _cold = _cold, False
    return {"data": [[row[0], {"value": row[1], "cold": cold}] for row in data["data"]]}
