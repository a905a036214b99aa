from collections import defaultdict


def handle(data):
    codes = defaultdict(lambda: len(codes))
    return {"data": [[number, codes[label]] for number, label in data["data"]]}
