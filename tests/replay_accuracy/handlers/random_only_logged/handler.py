import random


def handle(data):
    out = []
    for number, text in data["data"]:
        if random.random() < 0.5:
            print("sampled", text)
        out.append([number, text[::-1]])
    return {"data": out}
