import statistics


def spread(values):
    middle = statistics.median(values)
    return {"median": middle, "mad": statistics.median(abs(v - middle) for v in values)}


def handle(data):
    return {"data": [[number, spread(values)] for number, values in data["data"]]}
