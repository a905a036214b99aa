import time


def handle(data):
    at = time.time_ns()
    return {"data": [[row[0], [row[1], at]] for row in data["data"]]}
