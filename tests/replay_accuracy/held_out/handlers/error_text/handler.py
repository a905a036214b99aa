def handle(data):
    try:
        return {"data": [[number, int(text)] for number, text in data["data"]]}
    except ValueError as error:
        return {"error": str(error)}
