"""Each kind of trouble: what is done to the ticks of a schedule, and how that run differs from the undisturbed one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from fn_emulator.cdf.holdings import Departure, Key, leaves
from fn_emulator.checks.schedule_subject import ASSUMED, Disturbed, TroubleName
from fn_emulator.schedule import Tick
from fn_emulator.stress.stage import Ended, Run, Stage

MOST_LATE = timedelta(seconds=90)
REDELIVERED_AFTER = timedelta(seconds=7)
RETRIED_AFTER = timedelta(minutes=1)
MOST_LINES = 6
MOST_WIDTH = 110


class Chance(NamedTuple):
    """What differs from run to run for reasons that are told elsewhere, or are none.

    Attributes:
        run: An undisturbed run whose calls have other ids.
        departure: How it differs from the first one.
        timed: How one differs whose calls start late; None before that is known.
    """

    run: Run
    departure: Departure
    timed: Departure | None = None

    @property
    def unnamed(self) -> set[str]:
        """Resources whose items have other names in each run."""
        return self.departure.resources | (set() if self.timed is None else self.timed.resources)

    @property
    def fields(self) -> set[tuple[Key, str]]:
        """Fields of items that have another value in each run."""
        return self.departure.fields | (set() if self.timed is None else self.timed.fields)


def late(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """Every call starts late."""
    delay = _at_most(MOST_LATE, ticks)
    what = f"With calls that start {delay.total_seconds():g} s late"
    run = stage.run(Tick(tick.due, tick.due + delay) for tick in ticks)
    first_tick, writes = _first_difference(undisturbed.calls, run.calls, chance.run.calls)
    return Disturbed(
        "late",
        what,
        ASSUMED,
        calls=len(run.calls),
        departure=undisturbed.departure(run, chance.unnamed).without(chance.fields),
        failures=_failures(undisturbed.calls, run.calls, chance),
        first_tick=first_tick,
        writes=writes,
    )


def twice(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """Every tick is delivered twice, the second a few seconds after the first."""
    doubled = (Tick(tick.due, at) for tick in ticks for at in (tick.at, tick.at + REDELIVERED_AFTER))
    what = "With each tick delivered twice"
    return _compared("twice", what, ASSUMED, undisturbed, stage.run(doubled), chance)


def missed(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """One tick in the middle never comes."""
    if len(ticks) < 3:
        return Disturbed("missed", "A tick is missed", ASSUMED, skipped="it takes three due times or more")
    middle = len(ticks) // 2
    what = f"With the call of {instant_text(ticks[middle])} missed"
    run = stage.run([*ticks[:middle], *ticks[middle + 1 :]])
    return _compared("missed", what, ASSUMED, undisturbed, run, chance)


def retry(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """A call dies before its last write, and is made again."""
    middle = _writing(undisturbed.calls, len(ticks) - 1)
    if middle is None:
        return Disturbed("retry", "A call dies half-way", ASSUMED, skipped="no call writes anything")
    tick = ticks[middle]
    what = f"With the call of {instant_text(tick)} that dies after a part of its writes and is made again"
    stage.begin()
    calls = stage.call(ticks[:middle])
    stage.call_in_part(tick)
    calls += stage.call((Tick(tick.due, tick.at + _at_most(RETRIED_AFTER, ticks)),))
    calls += stage.call(ticks[middle + 1 :])
    return _compared("retry", what, ASSUMED, undisturbed, stage.end(calls), chance)


def overlap(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """A call reads, the next one runs from its beginning to its end, and only then the first one writes."""
    if len(ticks) < 3:
        return Disturbed("overlap", "Two calls overlap", ASSUMED, skipped="it takes three due times or more")
    middle = _writing(undisturbed.calls, len(ticks) - 3)  # one that comes later may put it right
    if middle is None:
        return Disturbed("overlap", "Two calls overlap", ASSUMED, skipped="no call writes anything")
    first, second = ticks[middle], ticks[middle + 1]
    what = f"With the call of {instant_text(first)} still running while that of {instant_text(second)} begins and ends"
    stage.begin()
    calls = stage.call(ticks[:middle])
    calls += stage.call_overlapping(first, second)
    calls += stage.call(ticks[middle + 2 :])
    return _compared("overlap", what, ASSUMED, undisturbed, stage.end(calls), chance)


def _at_most(delay: timedelta, ticks: Sequence[Tick]) -> timedelta:
    """A delay, or half an interval: what follows from a due time to the hour or the minute is to stay the same."""
    between = (later.due - earlier.due for earlier, later in pairwise(ticks))
    return min(delay, min(between, default=2 * delay) / 2)


def _compared(trouble: TroubleName, what: str, origin: str, undisturbed: Run, run: Run, chance: Chance) -> Disturbed:
    return Disturbed(
        trouble,
        what,
        origin,
        calls=len(run.calls),
        departure=undisturbed.departure(run, chance.unnamed).without(chance.fields),
        failures=_failures(undisturbed.calls, run.calls, chance),
    )


def _writing(calls: Sequence[Ended], last: int) -> int | None:
    """The call near the middle that writes something, so that there is something before and after it."""
    writing = [number for number, ended in enumerate(calls[: last + 1]) if ended.written]
    return min(writing, key=lambda number: abs(number - (len(calls) - 1) // 2), default=None)


def _failures(undisturbed: Iterable[Ended], calls: Iterable[Ended], chance: Chance) -> tuple[tuple[str, str], ...]:
    """Calls that did not complete, where undisturbed they did."""
    failed_anyhow = {ended.tick.due for ended in (*undisturbed, *chance.run.calls) if ended.problem}
    return tuple(
        (instant_text(ended.tick), ended.problem)
        for ended in calls
        if ended.problem and ended.tick.due not in failed_anyhow
    )


def _first_difference(
    undisturbed: Sequence[Ended], calls: Sequence[Ended], by_chance: Sequence[Ended]
) -> tuple[str, tuple[str, ...]]:
    """The first due time at which something else was written, and both writes."""
    for before, after, other in zip(undisturbed, calls, by_chance, strict=True):
        if _places(before, after) - _places(before, other):
            ours, others = (_lines(sign, ended.written) for sign, ended in (("-", before), ("+", after)))
            return instant_text(before.tick), (*_unlike(ours, others), *_unlike(others, ours))
    return "", ()


def _places(one: Ended, other: Ended) -> set[str]:
    """Where the writes of two calls are unlike: the paths of values that differ."""
    ours, others = (dict(leaves({str(n): item for n, item in enumerate(ended.written)})) for ended in (one, other))
    return {path for path in ours.keys() | others.keys() if ours.get(path, leaves) != others.get(path, leaves)}


def written_lines(sign: str, written: Iterable[Mapping[str, Any]]) -> list[str]:
    """What a call has sent, a line for each item, cut."""
    return [_cut(line) for line in _lines(sign, written)]


def _lines(sign: str, written: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{sign} {one['resource']} {one['operation']} {_json(one['item'])}" for one in written]


def _unlike(lines: list[str], others: list[str]) -> list[str]:
    known = {line[1:] for line in others}
    unlike = [_cut(line) for line in lines if line[1:] not in known]
    return unlike[:MOST_LINES] + (
        [f"{lines[0][0]} and {len(unlike) - MOST_LINES} more"] if len(unlike) > MOST_LINES else []
    )


def _cut(line: str) -> str:
    return line if len(line) <= MOST_WIDTH else f"{line[: MOST_WIDTH - 3]}..."


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def instant_text(tick: Tick) -> str:
    """When a tick was due, to the minute."""
    return f"{tick.due:%Y-%m-%d %H:%M}"
