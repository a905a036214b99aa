"""A reading in whatever unit the transmitter sends -> its alarms."""

from .units.convert import to_unit


def alarms_of(reading, limits):
    limit = limits.get(reading["tag"])
    if limit is None:
        return
    value = round(to_unit(reading["value"], reading["unit"], limit["unit"]), 2)
    for kind, is_beyond in (("low", value < limit["low"]), ("high", value > limit["high"])):
        if is_beyond:
            yield {
                "tag": reading["tag"],
                "kind": kind,
                "value": value,
                "limit": limit[kind],
                "unit": limit["unit"],
                "time": reading["time"],
            }
