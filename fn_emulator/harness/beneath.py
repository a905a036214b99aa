"""time-machine beneath freezegun, where the handler's interpreter has it: it holds what reads the clock in C.

It changes the functions of C themselves, for whoever holds them: pandas, default arguments, ``time.clock_gettime``.
freezegun lies over it, for the clocks that it leaves alone (``monotonic``), and because it refuses to lie over
freezegun; where somebody has frozen already, the real clocks are put back for the moment in which it starts.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from datetime import timedelta
from typing import Any, Callable

from .late_import import real_clocks


class Beneath:
    """A journey of time-machine; ``stop`` ends it.

    Attributes:
        shift: Moves it on, or back.
    """

    def __init__(self, machine: Any, since_epoch: timedelta, *, is_ticking: bool) -> None:
        """Begin.

        Args:
            machine: The module ``time_machine``.
            since_epoch: Where.
            is_ticking: Whether the clock goes on from there.
        """
        self._has_zone = _stand_in_utc()
        # Not to an aware datetime: time-machine then changes os.environ, which the function sees, at every move.
        self._travel = machine.travel(0, tick=is_ticking)
        with real_clocks():
            traveller = self._travel.start()
            time.time()  # it ticks from its first reading on
        self.shift: Callable[[timedelta], None] = traveller.shift
        self.shift(since_epoch)

    def stop(self) -> None:
        """Let the real clocks run again."""
        with real_clocks():
            self._travel.stop()
        if self._has_zone:
            _stand_in_own_zone()


def begin_beneath(since_epoch: timedelta, *, is_ticking: bool) -> Beneath | None:
    """Begin a journey, where there is a time-machine."""
    machine = _time_machine()
    return None if machine is None else Beneath(machine, since_epoch, is_ticking=is_ticking)


def _time_machine() -> Any:
    # By its part in C: a function may have a module of the other name.
    try:
        importlib.import_module("_time_machine")
    except ImportError:
        return None
    machine = sys.modules.get("time_machine")
    if machine is None:
        with real_clocks():
            machine = _import_without_pytest()
    return machine if hasattr(machine, "escape_hatch") else None


def _import_without_pytest() -> Any:
    """It brings a fixture along and imports pytest for that, which takes longer than a whole call."""
    is_loaded = "pytest" in sys.modules
    if not is_loaded:
        sys.modules["pytest"] = None  # type: ignore[assignment]
    try:
        return importlib.import_module("time_machine")
    except ImportError:
        return None
    finally:
        if not is_loaded:
            del sys.modules["pytest"]


def _stand_in_utc() -> bool:
    """Make UTC the local zone, as it is where freezegun stands; whether it was another one.

    In C alone: ``os.environ`` is the function's.
    """
    if not hasattr(time, "tzset") or time.tzname == ("UTC", "UTC"):
        return False
    os.putenv("TZ", "UTC")
    time.tzset()
    return True


def _stand_in_own_zone() -> None:
    zone = os.environ.get("TZ")
    if zone is None:
        os.unsetenv("TZ")
    else:
        os.putenv("TZ", zone)
    time.tzset()
