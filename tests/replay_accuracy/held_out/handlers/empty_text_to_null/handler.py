def handle(data):
    return {"data": [[number, text.strip() or None] for number, text in data["data"]]}
