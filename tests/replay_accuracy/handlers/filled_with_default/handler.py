def filled(values, default=0.0):
    for v in values:
        yield default if v is None else v


def handle(data):
    numbers, values = zip(*data["data"])
    return {"data": [list(pair) for pair in zip(numbers, filled(values))]}
