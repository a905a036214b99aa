import random


def scramble(word):
    letters = list(word)
    random.Random(word).shuffle(letters)
    return "".join(letters)


def handle(data):
    return {"data": [[row[0], scramble(row[1])] for row in data["data"]]}
