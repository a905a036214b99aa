import math


def ratio(a, b):
    return a / b if b else math.nan


def handle(data):
    values = ((n, ratio(a, b)) for n, a, b in data["data"])
    return {"data": [[n, None if math.isnan(value) else value] for n, value in values]}
