import hashlib


class Sampler:
    def __init__(self, every):
        self.every = every

    def hit(self, key):
        return hashlib.sha1(key.encode()).digest()[0] % self.every == 0


SAMPLER = Sampler(every=3)


def handle(data):
    return {"data": [[r[0], "audit" if SAMPLER.hit(r[1]) else "pass"] for r in data["data"]]}
