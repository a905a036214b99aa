def handle(data):
    top = max((value for _, value, _ in data["data"]), default=1.0) or 1.0
    return {"data": [[number, value / top] for number, value, _ in data["data"]]}
