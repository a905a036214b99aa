def handle(data):
    return {"data": [[number, value / (top or 1.0)] for number, value, top in data["data"]]}
