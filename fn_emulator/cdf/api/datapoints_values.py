"""What the points of a series may be: each check takes points as they came and raises the platform's 400."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.api.fields import wrong_type
from fn_emulator.cdf.contract import CdfError, bad_request
from fn_emulator.cdf.datapoints.points import BAD, MAX_TIME, MIN_TIME, Points, Status

LARGEST_NUMBER = 1e100
"""A number lies between this and its negative, unless its status is bad [cognite-sdk: ``insert_multiple``]."""

LONGEST_TEXT = 1023
"""Bytes of UTF-8; no source that we know states it. Cognite's extractors cut at 255 characters, an earlier limit."""

_NOT_FINITE = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


def checked_points(points: Points, sent_as: str, kind: str, path: str) -> Points:
    """The points as a series holds them.

    Args:
        points: As they came, with whole statuses.
        sent_as: ``numeric``, ``string`` or ``state`` as protobuf has it; empty where each value shows its own type.
        kind: ``numeric`` or ``string``: what the series holds.
        path: Where the points stand, for messages.

    Raises:
        CdfError: 400 for a timestamp or a value that the series cannot hold.
    """
    _check_times(points.times, path)
    if sent_as not in ("", kind):
        raise _wrong_value(kind)
    if kind == "string":
        _check_texts(points, path)
        return points
    return _numbers(points, path)


def _check_times(times: list[Any], path: str) -> None:
    if {*map(type, times)} <= {int}:
        if not times or (min(times) >= MIN_TIME and max(times) <= MAX_TIME):
            return
        place, time = next(pair for pair in enumerate(times) if not MIN_TIME <= pair[1] <= MAX_TIME)
        raise bad_request(f"{path}[{place}].timestamp must be between {MIN_TIME} and {MAX_TIME}, it is {time}.")
    place, time = next(pair for pair in enumerate(times) if type(pair[1]) is not int)
    raise wrong_type(f"{path}[{place}].timestamp", time, "an integer")


def _check_texts(points: Points, path: str) -> None:
    if not {*map(type, points.values)} <= {str, type(None)}:
        raise _wrong_value("string")
    for place, value in enumerate(points.values):
        if value is None:
            _check_is_bad(points.statuses, place, f"{path}[{place}]", "has no value")
        # A character has four bytes at most.
        elif len(value) * 4 > LONGEST_TEXT and len(value.encode("utf-8", "surrogatepass")) > LONGEST_TEXT:
            raise bad_request(f"{path}[{place}].value must have at most {LONGEST_TEXT} bytes.")


def _numbers(points: Points, path: str) -> Points:
    values = points.values
    if not {*map(type, values)} <= {int, float}:
        values = [_number(value) for value in values]
        points = points._replace(values=values)
    if all(value is not None and -LARGEST_NUMBER <= value <= LARGEST_NUMBER for value in values):
        return points
    for place, value in enumerate(values):
        if value is None:
            _check_is_bad(points.statuses, place, f"{path}[{place}]", "has no value")
        elif not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
            _check_is_bad(points.statuses, place, f"{path}[{place}]", "has a value beyond -1e100 to 1e100")
    return points._replace(values=[_as_double(value) for value in values])


def _number(value: Any) -> float | None:
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]  # JSON has no numbers for these
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise _wrong_value("numeric")
    return value


def _as_double(value: float | None) -> float | None:
    try:
        return None if value is None else float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return _NOT_FINITE["Infinity" if value > 0 else "-Infinity"]  # type: ignore[operator]


def _check_is_bad(statuses: Mapping[int, Status], place: int, path: str, what: str) -> None:
    if statuses.get(place, Status()).code < BAD:
        raise bad_request(f"{path} {what}; only one with a bad status may.")


def _wrong_value(kind: str) -> CdfError:
    # The platform's words, which name neither series nor point [Cognite's extractor utilities compare them].
    return bad_request(f"Expected {kind} value for datapoint")
