from random import Random


def handle(data):
    rng = Random(42)
    return {"data": [[number, {"name": name, "jitter": rng.randint(1, 10**9)}] for number, name in data["data"]]}
