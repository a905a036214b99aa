class Sampler:
    def __init__(self, every):
        self.every = every
        self.seen = 0

    def hit(self):
        self.seen = (self.seen + 1) % self.every
        return self.seen == 0


SAMPLER = Sampler(every=3)


def handle(data):
    return {"data": [[r[0], "audit" if SAMPLER.hit() else "pass"] for r in data["data"]]}
