from functools import cached_property


class Units:
    @cached_property
    def factors(self):
        return {"km": 1.0, "mi": 1.609344, "nm": 1.852}


UNITS = Units()


def handle(data):
    return {"data": [[n, x * UNITS.factors[unit]] for n, x, unit in data["data"]]}
