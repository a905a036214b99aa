from random import Random


def handle(data):
    rng = Random(42)
    jitter = rng.randint(1, 10**9)
    return {"data": [[number, {"name": name, "jitter": jitter}] for number, name in data["data"]]}
