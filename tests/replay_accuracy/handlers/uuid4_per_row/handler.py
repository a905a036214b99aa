from uuid import uuid4


def handle(data):
    return {"data": [[row[0], f"{row[1]}-{uuid4()}"] for row in data["data"]]}
