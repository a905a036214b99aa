from collections import deque
from statistics import fmean

WINDOW = deque(maxlen=3)


def moving(x):
    WINDOW.append(x)
    return round(fmean(WINDOW), 3)


def handle(data):
    return {"data": [[n, moving(x)] for n, x in data["data"]]}
