from itertools import pairwise


def handle(data):
    return {"data": [[number, [b - a for a, b in pairwise(values)]] for number, *values in data["data"]]}
