import decimal


def handle(data):
    with decimal.localcontext() as context:
        context.prec += 1
        return {"data": [[row[0], str(decimal.Decimal(row[1]) / 7)] for row in data["data"]]}
