def ratio(a, b):
    return a / b if b else float("nan")


def handle(data):
    return {"data": [[n, ratio(a, b)] for n, a, b in data["data"]]}
