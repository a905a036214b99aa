def forward(values, default=0.0):
    last = default
    for v in values:
        last = last if v is None else v
        yield last


def handle(data):
    numbers, values = zip(*data["data"])
    return {"data": [list(pair) for pair in zip(numbers, forward(values))]}
