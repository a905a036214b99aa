HEADERS = {"name", "city"}


def handle(data):
    return {"data": [[row[0], None if row[1] in HEADERS else row[1].title()] for row in data["data"]]}
