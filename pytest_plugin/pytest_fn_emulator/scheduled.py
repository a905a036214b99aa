"""``@pytest.mark.fn_scheduled(cron, start=, end=)`` -> one case of the test for each due time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from unittest import TestCase

import pytest

from fn_emulator import LoadedFunction, Result
from fn_emulator.cdf.call_input import read_instant
from fn_emulator.clock import in_text
from fn_emulator.errors import EmulatorError
from fn_emulator.settings.keys import near_miss

MOST_CASES = 1_000
ARGUMENTS = ("cron", "start", "end")
HOW = 'write it as @pytest.mark.fn_scheduled("0 6 * * *", start="2026-03-28", end="2026-03-31")'


@dataclass(frozen=True)
class ScheduledCall:
    """One due time of a schedule.

    Attributes:
        cron: The schedule's cron expression.
        scheduled_time: The due time, aware UTC.
    """

    cron: str
    scheduled_time: datetime

    def __call__(self, function: LoadedFunction, data: Any = None) -> Result:
        """Call a function as the schedule would at this time: the clock stands there, and the handler starts fresh.

        Args:
            function: What ``load_function`` gave.
            data: As of ``function.call``.
        """
        __tracebackhide__ = True
        call: Callable[..., Result] = function.call
        return call(data, scheduled_time=self.scheduled_time)


def scheduled_call_of(request: pytest.FixtureRequest) -> ScheduledCall:
    """The case of a test, which fails if it has no marker, or is a doctest."""
    case = getattr(request, "param", None)
    if isinstance(case, ScheduledCall):
        return case
    pytest.fail(f"scheduled_call needs a test function with the marker fn_scheduled.\nHint: {HOW}", pytrace=False)


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make the cases of a test that is marked; ``check_schedule`` tells of a marker that is wrong."""
    try:
        cases = _cases_of(metafunc.definition)
    except (pytest.UsageError, EmulatorError):
        return  # what is raised here takes all tests of the class or module with it
    ids = [f"{case.scheduled_time:%Y-%m-%dT%H:%M}Z" for case in cases]
    metafunc.parametrize("scheduled_call", cases, indirect=True, ids=ids)


def check_schedule(test: pytest.Function) -> None:
    """Refuse a test that is marked and is no case of the marker.

    Raises:
        pytest.UsageError: If the marker is wrong, has no due time or more than ``MOST_CASES``, or the test takes no
            ``scheduled_call`` or is of a kind that pytest makes no cases of.
        EmulatorError: If its cron expression or an instant cannot be read.
    """
    callspec = getattr(test, "callspec", None)
    if callspec is not None and isinstance(callspec.params.get("scheduled_call"), ScheduledCall):
        return
    if test.cls is not None and issubclass(test.cls, TestCase):
        raise _wrong(
            "fn_scheduled marks a method of unittest.TestCase, of which pytest makes no cases.",
            hint="write the test as a function, or in a class that is no TestCase",
        )
    _cases_of(test)
    raise _wrong("fn_scheduled marks a single case of a test.", hint="mark the test itself")


def _cases_of(test: pytest.Function) -> list[ScheduledCall]:
    mark = test.get_closest_marker("fn_scheduled")
    assert mark is not None
    if "scheduled_call" not in test.fixturenames:
        raise _wrong("fn_scheduled marks a test that takes no scheduled_call.", hint="add it as an argument")
    if sum(own.name == "fn_scheduled" for own in test.own_markers) > 1:
        raise _wrong("fn_scheduled marks the test twice.", hint="write a test for each schedule")
    return _cases(_arguments(mark))


def _arguments(mark: pytest.Mark) -> Mapping[str, Any]:
    if len(mark.args) > 1:
        raise _wrong(f"fn_scheduled has {len(mark.args)} arguments without a name, where it takes one.", hint=HOW)
    if mark.args and ARGUMENTS[0] in mark.kwargs:
        raise _wrong(f"fn_scheduled has two values for {ARGUMENTS[0]}.", hint=HOW)
    given = {**dict(zip(ARGUMENTS, mark.args, strict=False)), **mark.kwargs}
    for name in given:
        if name not in ARGUMENTS:
            hint = near_miss(name, ARGUMENTS) or HOW
            raise _wrong(f"fn_scheduled has an argument {name!r}, which it does not take.", hint=hint)
    for name in ARGUMENTS:
        if name not in given:
            raise _wrong(f"fn_scheduled has no {name}.", hint=HOW)
    return given


def _cases(given: Mapping[str, Any]) -> list[ScheduledCall]:
    from fn_emulator.schedule import due_times, parse_cron

    cron, start, end = given["cron"], _instant(given["start"], "start"), _instant(given["end"], "end")
    times = list(islice(due_times(parse_cron(cron), start, end), MOST_CASES + 1))
    between = f"from {in_text(start)} to {in_text(end)}"
    if not times:
        raise _wrong(f"{cron!r} is never due {between}.", hint="choose other times; end is not one of them")
    if len(times) > MOST_CASES:
        hint = "let end be earlier, or choose a cron expression that is due less often"
        raise _wrong(f"{cron!r} is due more than {MOST_CASES:,} times {between}.", hint=hint)
    return [ScheduledCall(cron, time) for time in times]


def _instant(given: Any, name: str) -> datetime:
    return read_instant(given, f"{name}={str(given)!r} of fn_scheduled")


def _wrong(problem: str, *, hint: str) -> pytest.UsageError:
    return pytest.UsageError(f"{problem}\nHint: {hint}")
