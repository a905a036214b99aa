"""The days on which clocks and calendars are special: a few calls around each, beside those of an ordinary day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import TYPE_CHECKING

from fn_emulator.checks.schedule_subject import Disturbed
from fn_emulator.schedule import Cron, Tick, due_times
from fn_emulator.stress.troubles import instant_text, written_lines

if TYPE_CHECKING:
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON
    from fn_emulator.stress.stage import Run

BEFORE, AFTER = 3, 4
"""How many due times are tried before a moment, and from it on."""

REACH = timedelta(days=2)
"""A schedule that is not due so near to a moment is not tried there."""

ORIGIN = "documented"
"""Of calendars and time zones."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which something breaks that is right on other days.

    Attributes:
        name: What happens.
        at: When, in UTC.
        ordinary: How many days before and after it nothing is special, on the same day of the week.
        is_of_clocks: Whether the calendar is ordinary, and the clocks alone change.
    """

    name: str
    at: datetime
    ordinary: tuple[int, int] = (-7, 7)
    is_of_clocks: bool = False


def _utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone.utc)


MOMENTS = (
    # Of years in which neither a month begins nor the other continent changes its clocks so near to it.
    Moment("clocks go forward in Europe", _utc(2026, 3, 29, 1), (-7, 14), is_of_clocks=True),
    Moment("clocks go back in Europe", _utc(2026, 10, 25, 1), (-7, 14), is_of_clocks=True),
    Moment("clocks go forward in New York and Houston", _utc(2027, 3, 14, 7), (-7, 7), is_of_clocks=True),
    Moment("clocks go back in New York and Houston", _utc(2027, 11, 7, 6), (-14, 7), is_of_clocks=True),
    Moment("a month of 31 days ends", _utc(2026, 2, 1)),
    Moment("February ends", _utc(2026, 3, 1), (-7, 14)),
    Moment("29 February begins", _utc(2028, 2, 29)),
    Moment("29 February ends", _utc(2028, 3, 1)),
    # All of December may be special.
    Moment("the year ends", _utc(2027, 1, 1), (-35, 7)),
    Moment("a leap year ends", _utc(2029, 1, 1), (-35, 7)),
)


def calendar(
    loaded: LoadedFunction, cron: Cron, undisturbed: Run, *, schedule: str | None, data: JSON
) -> Iterator[Disturbed]:
    """Try each moment, and yield what came of it; seeds are loaded as of its first call.

    A call that fails there is told where the same one completes on ordinary days before and after it: otherwise its
    data may be the reason. So is one that writes over what an earlier one wrote, where on those days each writes its
    own: two hours of one name on the day on which clocks go back.

    Args:
        loaded: The function; it is reloaded for each.
        cron: When it is due.
        undisturbed: How it runs on the days that were asked for.
        schedule: As ``LoadedFunction.schedule`` takes it.
        data: Likewise.
    """
    completes = any(not ended.problem for ended in undisturbed.calls)
    for moment in MOMENTS:
        ticks = _around(cron, moment.at)
        what = f"On the day on which {moment.name} ({moment.at:%Y-%m-%d})"
        if not ticks:
            yield Disturbed("calendar", what, ORIGIN, skipped="it is not due on those days")
            continue

        def run_on(days: int, ticks: list[Tick] = ticks) -> Run:
            return _run_afresh(loaded, _moved(ticks, timedelta(days)), schedule, data)

        run = run_on(0)
        failures: list[tuple[str, str]] = []
        first_tick = ""
        unlike: tuple[str, ...] = ()
        if completes and any(ended.problem for ended in run.calls):
            failures = _failures(run, [run_on(days) for days in moment.ordinary])
        elif moment.is_of_clocks and _overwriting(run):
            first_tick, unlike = _overwritten(run, [run_on(days) for days in moment.ordinary])
        yield Disturbed(
            "calendar",
            what,
            ORIGIN,
            calls=len(ticks),
            failures=tuple(failures),
            first_tick=first_tick,
            writes=unlike,
            is_unlike=bool(unlike),
        )


def _around(cron: Cron, at: datetime) -> list[Tick]:
    earlier = list(due_times(cron, at - REACH, at))[-BEFORE:]
    later = list(islice(due_times(cron, at, at + REACH), AFTER))
    return [Tick(due, due) for due in (*earlier, *later)]


def _moved(ticks: list[Tick], by: timedelta) -> list[Tick]:
    return [Tick(tick.due + by, tick.at + by) for tick in ticks]


def _run_afresh(loaded: LoadedFunction, ticks: list[Tick], schedule: str | None, data: JSON) -> Run:
    from fn_emulator.stress.stage import Stage

    loaded.reload()
    in_memory = loaded.in_memory()
    assert in_memory is not None
    return Stage(loaded, in_memory, ticks[0], None, schedule=schedule, data=data).run(ticks)


def _failures(run: Run, ordinary: list[Run]) -> list[tuple[str, str]]:
    """Calls that fail, where the same ones complete on ordinary days."""
    return [
        (instant_text(ended.tick), ended.problem)
        for number, ended in enumerate(run.calls)
        if ended.problem and not any(other.calls[number].problem for other in ordinary)
    ]


def _overwriting(run: Run) -> list[int]:
    """Numbers of the calls that create less than the others, and write over something in its place."""
    if len(run.calls) < 3:
        return []
    # The first one may also create what all share, so it is none to compare with.
    usual = max(run.calls[1:], key=lambda ended: ended.created)
    return [
        number
        for number, ended in enumerate(run.calls)
        if number and ended.created < usual.created and ended.overwritten > usual.overwritten
    ]


def _overwritten(run: Run, ordinary: list[Run]) -> tuple[str, tuple[str, ...]]:
    """The first call that does so where none does on ordinary days; with what the one before it and it wrote."""
    if any(_overwriting(other) for other in ordinary):
        return "", ()
    number = _overwriting(run)[0]
    before, after = run.calls[number - 1], run.calls[number]
    return instant_text(after.tick), (*written_lines("-", before.written), *written_lines("+", after.written))
