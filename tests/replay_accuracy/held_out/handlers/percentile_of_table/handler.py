from bisect import bisect_left

history = (10, 40, 60)


def place(value):
    return round(bisect_left(history, value) / len(history), 4)


def handle(data):
    return {"data": [[number, place(value)] for number, value in data["data"]]}
