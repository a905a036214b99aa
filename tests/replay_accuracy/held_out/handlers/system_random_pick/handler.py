import random

dice = random.SystemRandom()


def handle(data):
    return {"data": [[row[0], dice.randrange(10**9)] for row in data["data"]]}
