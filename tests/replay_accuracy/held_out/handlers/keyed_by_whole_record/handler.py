from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Parcel:
    key: str
    weight: int


@lru_cache(maxsize=None)
def _surcharge(parcel):
    return parcel.weight * 3 if parcel.weight > 20 else 0


def handle(data):
    return {"data": [[n, _surcharge(Parcel(key, weight))] for n, key, weight in data["data"]]}
