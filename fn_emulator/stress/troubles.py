"""Each kind of trouble: what is done to the ticks of a schedule, and how that run differs from the undisturbed one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from fn_emulator.cdf.holdings import Departure, Key
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
        of_names: How two undisturbed runs differ whose calls have other ids.
        timed: Fields of items that follow the clock.
    """

    of_names: Departure
    timed: set[tuple[Key, str]]


def late(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, by_chance: Departure, interval: timedelta) -> Disturbed:
    """Every call starts late."""
    delay = min(MOST_LATE, interval / 2)
    what = f"With calls that start {delay.total_seconds():g} s late"
    run = stage.run(Tick(tick.due, tick.due + delay) for tick in ticks)
    first_tick, writes = _first_difference(undisturbed.calls, run.calls)
    return Disturbed(
        "late",
        what,
        ASSUMED,
        calls=len(run.calls),
        departure=undisturbed.holdings.departure(run.holdings, by_chance),
        failures=_failures(undisturbed.calls, run.calls),
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
    what = f"With the call of {_instant(ticks[middle])} missed"
    run = stage.run([*ticks[:middle], *ticks[middle + 1 :]])
    return _compared("missed", what, ASSUMED, undisturbed, run, chance)


def retry(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """A call dies after a part of its writes, and is made again."""
    middle = _busiest(undisturbed.calls, len(ticks) - 1)
    if middle is None:
        return Disturbed("retry", "A call dies half-way", ASSUMED, skipped="no call writes anything")
    tick = ticks[middle]
    what = f"With the call of {_instant(tick)} that dies after a part of its writes and is made again"
    stage.begin()
    calls = list(stage.call(ticks[:middle]))
    _, sent = stage.call_apart(tick)
    stage.send(sent[: max(1, len(sent) // 2)])
    stage.restart()
    calls += stage.call((Tick(tick.due, tick.at + RETRIED_AFTER),))
    calls += stage.call(ticks[middle + 1 :])
    return _compared("retry", what, ASSUMED, undisturbed, stage.end(calls), chance)


def overlap(stage: Stage, ticks: Sequence[Tick], undisturbed: Run, chance: Chance) -> Disturbed:
    """A call reads, the next one runs from its beginning to its end, and only then the first one writes."""
    if len(ticks) < 2:
        return Disturbed("overlap", "Two calls overlap", ASSUMED, skipped="it takes two due times or more")
    middle = _busiest(undisturbed.calls, len(ticks) - 2)
    if middle is None:
        return Disturbed("overlap", "Two calls overlap", ASSUMED, skipped="no call writes anything")
    first, second = ticks[middle], ticks[middle + 1]
    what = f"With the call of {_instant(first)} still running while that of {_instant(second)} begins and ends"
    stage.begin()
    calls = list(stage.call(ticks[:middle]))
    outlasting, sent = stage.call_apart(first)
    stage.restart()  # another instance
    overtaking = list(stage.call((second,)))
    problem = stage.send(sent) or outlasting.problem
    calls += [Ended(first, problem, outlasting.written), *overtaking]
    calls += stage.call(ticks[middle + 2 :])
    return _compared("overlap", what, ASSUMED, undisturbed, stage.end(calls), chance)


def _compared(trouble: TroubleName, what: str, origin: str, undisturbed: Run, run: Run, chance: Chance) -> Disturbed:
    return Disturbed(
        trouble,
        what,
        origin,
        calls=len(run.calls),
        departure=undisturbed.holdings.departure(run.holdings, chance.of_names).without(chance.timed),
        failures=_failures(undisturbed.calls, run.calls),
    )


def _busiest(calls: Sequence[Ended], last: int) -> int | None:
    """The call near the middle that writes something, so that there is something before and after it."""
    writing = [number for number, ended in enumerate(calls[: last + 1]) if ended.written]
    return min(writing, key=lambda number: abs(number - last // 2), default=None)


def _failures(undisturbed: Iterable[Ended], calls: Iterable[Ended]) -> tuple[tuple[str, str], ...]:
    """Calls that did not complete, where undisturbed they did."""
    failed_anyhow = {ended.tick.due for ended in undisturbed if ended.problem}
    return tuple(
        (_instant(ended.tick), ended.problem)
        for ended in calls
        if ended.problem and ended.tick.due not in failed_anyhow
    )


def _first_difference(undisturbed: Sequence[Ended], calls: Sequence[Ended]) -> tuple[str, tuple[str, ...]]:
    """The first due time at which something else was written, and both writes."""
    for before, after in zip(undisturbed, calls, strict=True):
        if before.written != after.written:
            ours, others = (_lines(sign, ended.written) for sign, ended in (("-", before), ("+", after)))
            return _instant(before.tick), (*_unlike(ours, others), *_unlike(others, ours))
    return "", ()


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


def _instant(tick: Tick) -> str:
    return f"{tick.due:%Y-%m-%d %H:%M}"
