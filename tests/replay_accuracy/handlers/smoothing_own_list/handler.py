from dataclasses import dataclass


@dataclass
class Smoother:
    level: float | None = None
    alpha: float = 0.5

    def update(self, value: float) -> None:
        self.level = value if self.level is None else self.alpha * value + (1 - self.alpha) * self.level


def smooth(values):
    smoother = Smoother()
    for value in values:
        smoother.update(value)
    return smoother.level


def handle(data):
    return {"data": [[number, smooth(values)] for number, values in data["data"]]}
