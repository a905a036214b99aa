def handle(data):
    return {"data": [{"row": number, "value": name.upper()} for number, name in data["data"]]}
