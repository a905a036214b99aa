import random


def handle(data):
    return {"data": [[n, round(x + random.Random(n).gauss(0, 1), 6)] for n, x in data["data"]]}
