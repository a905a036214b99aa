"""Clocks that a handler has stopped or put elsewhere, with freezegun or time-machine, and left so.

How it works: both keep a stack of what lies over the real clocks. What a call adds to it, and our own freeze aside has
not taken off at its end, is taken off then, or the whole process would go on at that time. Nothing is imported to find
out: what is not imported has stopped no clock.
"""

from __future__ import annotations

import sys
import time
from typing import Any

_NOTHING = (None, None)
"""What lies over the real clocks where nothing can."""


class LeftClocks:
    """Remembers what lies over the real clocks, and takes off what has come since."""

    def __init__(self) -> None:
        self._tops: tuple[Any, Any]
        self.start()

    def start(self) -> None:
        """A call begins; our own freeze may lie there already, or come afterwards."""
        self._heights, self._tops = (0, 0), _NOTHING
        if _are_imported():
            freezes, journeys = _freezes(), _journeys()
            self._heights = len(freezes), len(journeys)
            self._tops = _top(freezes), _top(journeys)

    @property
    def is_nothing(self) -> bool:
        """Whether no clock has to be looked for; looking costs little, and every call pays it."""
        if self._tops is _NOTHING and not _are_imported():
            return True
        freezes, journeys = _freezes(), _journeys()
        freeze, journey = _top(freezes), _top(journeys)
        if freeze is self._tops[0] and journey is self._tops[1]:
            return True
        ours = _own_freeze()
        if ours is None:
            is_higher = len(freezes) > self._heights[0] or len(journeys) > self._heights[1]
            return not is_higher or _has_own_freeze()
        if not ours.is_outermost:
            return False
        self._tops = freeze, journey
        return True

    def end(self) -> list[str]:
        """Let the clocks go as the call found them; the names of what had stopped them."""
        if self.is_nothing:
            return []
        freezes, journeys = len(_freezes()), len(_journeys())
        ours = _own_freeze()
        if ours is None:
            _end_freezes(self._heights[0])
            _end_journeys(self._heights[1])
        else:  # time-machine starts no journey over it
            while len(_freezes()) > self._heights[0] and not ours.is_outermost:
                _end_freezes(len(_freezes()) - 1)
        left = (("freezegun", len(_freezes()) < freezes), ("time-machine", len(_journeys()) < journeys))
        return [name for name, is_left in left if is_left]


def _are_imported() -> bool:
    return "freezegun.api" in sys.modules or "time_machine" in sys.modules


def _freezes() -> Any:
    return getattr(sys.modules.get("freezegun.api"), "freeze_factories", ())


def _journeys() -> Any:
    machine = sys.modules.get("time_machine")
    if machine is None:
        return ()
    stack = getattr(machine, "traveller_stack", None)  # of its version 3; before that, the other
    return getattr(machine, "coordinates_stack", ()) if stack is None else stack


def _top(stack: Any) -> Any:
    return stack[-1] if stack else None


def _own_freeze() -> Any:
    """Our own freeze, known by the sleep that moves it; None where there is none, or the handler has replaced that."""
    freeze = sys.modules.get(f"{__package__}.freeze")
    owner = getattr(time.sleep, "__self__", None)
    return owner if freeze is not None and isinstance(owner, freeze.Frozen) else None


def _has_own_freeze() -> bool:
    late_import = sys.modules.get(f"{__package__}.late_import")
    return late_import is not None and any(isinstance(finder, late_import.RealImports) for finder in sys.meta_path)


def _end_freezes(height: int) -> None:
    api = sys.modules["freezegun.api"] if len(_freezes()) > height else None
    if api is None:
        return
    for stack in (api.freeze_factories, api.ignore_lists, api.tick_flags, api.tz_offsets):
        del stack[height:]
    if height == 0:
        # Who started the first, and noted which names it replaced, need not exist any more. Another one finds them:
        # at its end it looks at all modules that it has not seen at its start.
        again = api.freeze_time(api.real_datetime(2000, 1, 1))
        again.ignore = ()
        again.start()
        again.modules_at_start = set()
        again.stop()


def _end_journeys(height: int) -> None:
    while len(_journeys()) > height:
        sys.modules["time_machine"].travel(0).stop()  # it ends the last, whoever asks
