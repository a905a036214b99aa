from decimal import Decimal


def handle(data):
    return {"data": [[row[0], str(Decimal(row[1]) * 3)] for row in data["data"]]}
