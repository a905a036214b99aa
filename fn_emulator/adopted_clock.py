"""A clock that somebody else has frozen in this process: a call takes it over, and moves it by what its handler sleeps.

Only what is imported already can have frozen anything, so nothing is imported here to find out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple


class AdoptedClock(NamedTuple):
    """A frozen clock that is not ours.

    Attributes:
        now: Where it stands, aware UTC.
        move_on: Lets it go on by so many seconds.
    """

    now: datetime
    move_on: Callable[[float], None]


def adopted_clock() -> AdoptedClock | None:
    """The clock that freezegun or time-machine has stopped in this process; None where it goes on, real or not.

    One that goes on from another time is left to who set it: a handler in process sees it as everybody else does.
    """
    freezegun = sys.modules.get("freezegun.api")
    if freezegun is not None and freezegun.freeze_factories:
        clock = freezegun.freeze_factories[-1]
        if type(clock) is not freezegun.FrozenDateTimeFactory:
            return None
        # Of the real class: what is kept of a call outlives the freeze.
        stands_at = freezegun.real_datetime.fromisoformat(clock().isoformat()).replace(tzinfo=timezone.utc)
        return AdoptedClock(stands_at, lambda seconds: _tick(clock, seconds))
    time_machine = sys.modules.get("time_machine")
    # Of its version 3 and of those before.
    travellers = getattr(time_machine, "traveller_stack", None) or getattr(time_machine, "coordinates_stack", None)
    if travellers and time.time_ns() == time.time_ns():
        return AdoptedClock(datetime.fromtimestamp(time.time(), timezone.utc), travellers[-1].shift)
    return None


def _tick(clock: Callable[..., datetime], seconds: float) -> None:
    if seconds:
        clock.tick(timedelta(seconds=seconds))  # type: ignore[attr-defined]
