def handle(data):
    return {"data": [[number, text.strip() or ""] for number, text in data["data"]]}
