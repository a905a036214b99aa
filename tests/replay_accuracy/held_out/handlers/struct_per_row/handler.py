from typing import NamedTuple


class Vector(NamedTuple):
    x: float
    y: float

    @property
    def length(self) -> float:
        return (self.x**2 + self.y**2) ** 0.5


def handle(data):
    return {"data": [[number, Vector(*xy).length] for number, *xy in data["data"]]}
