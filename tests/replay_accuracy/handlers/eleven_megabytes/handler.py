def handle(data):
    return {"data": [[number, str(value).ljust(1_100_000, "x")] for number, value in data["data"]]}
