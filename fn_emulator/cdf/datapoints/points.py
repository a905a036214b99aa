"""Datapoints in columns, and the status codes that tell how far a point can be trusted."""

from __future__ import annotations

from typing import Any, NamedTuple

GOOD = 0
UNCERTAIN = 0x40000000
BAD = 0x80000000
MIN_TIME = -2208988800000
"""1900-01-01, the first timestamp that the platform accepts [documentation of time series]."""
MAX_TIME = 4102444799999
"""The last millisecond of 2099 [documentation of time series]."""


class Status(NamedTuple):
    """The quality of one point, as OPC UA has it: a 32-bit code, and its symbol, such as ``GoodClamped``."""

    code: int = GOOD
    symbol: str = "Good"


class Points(NamedTuple):
    """Datapoints as columns of one length.

    Attributes:
        times: Milliseconds since 1970, UTC.
        values: A number or text each; None for a bad point without a value; ``(number, text)`` in a state series.
        statuses: The status of each point that has one, by its position. A point that is not here is good.
    """

    times: list[int]
    values: list[Any]
    statuses: dict[int, Status]


class Track(NamedTuple):
    """What a series holds, for reading only: not copied, to be used before the series changes.

    Attributes:
        times: Ascending, each once.
        values: A number each; NaN for a point without a value, whose status is bad.
        statuses: By timestamp; a point that is not here is good.
    """

    times: Any
    values: Any
    statuses: dict[int, Status]


class Quality(NamedTuple):
    """Which points a request wants to see: ``ignoreBadDataPoints`` and ``treatUncertainAsBad``, true by default."""

    ignore_bad: bool = True
    uncertain_is_bad: bool = True

    def is_bad(self, code: int) -> bool:
        """Whether a status code counts as bad here; its category is in the highest two bits."""
        return code >= (UNCERTAIN if self.uncertain_is_bad else BAD)

    def bad_times(self, statuses: dict[int, Status]) -> set[int]:
        """The timestamps of the points that count as bad."""
        return {time for time, status in statuses.items() if self.is_bad(status.code)}


DEFAULT_QUALITY = Quality()
