import random


def noisy(x):
    return round(x + random.Random(f"noise:{x}").gauss(0, 1), 6)


def handle(data):
    return {"data": [[n, noisy(x)] for n, x in data["data"]]}
