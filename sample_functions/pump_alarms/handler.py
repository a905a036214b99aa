"""Compare readings of pumps with the alarm limits of their tags."""

from plant.alarms import alarms_of
from plant.limits import load_limits


def handle(data):
    limits = load_limits()
    readings = data["readings"]
    alarms = [alarm for reading in readings for alarm in alarms_of(reading, limits)]
    print(f"{len(readings)} readings, {len(alarms)} alarms")
    unknown = sorted({reading["tag"] for reading in readings} - limits.keys())
    return {"alarms": alarms, "tags_without_limits": unknown}
