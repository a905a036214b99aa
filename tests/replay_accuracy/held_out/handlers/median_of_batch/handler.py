import statistics


def handle(data):
    numbers, values = [*zip(*data["data"])]
    middle = statistics.median(values)
    return {"data": [[number, value > middle] for number, value in zip(numbers, values)]}
