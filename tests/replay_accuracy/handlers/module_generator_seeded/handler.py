import random

RNG = random.Random(20240101)


def handle(data):
    return {"data": [[n, round(x + RNG.gauss(0, 1), 6)] for n, x in data["data"]]}
