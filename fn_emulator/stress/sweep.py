"""A schedule -> the same with each kind of trouble, and what came out otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from fn_emulator.checks.schedule_subject import Disturbed
from fn_emulator.errors import SettingsError
from fn_emulator.schedule import Plan, Tick, next_due
from fn_emulator.stress.calendar import calendar
from fn_emulator.stress.stage import Stage
from fn_emulator.stress.troubles import Chance, late, missed, overlap, retry, twice

if TYPE_CHECKING:
    from fn_emulator.answering.in_memory import InMemory
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON

MOST_TICKS = 100
"""Of a longer schedule the first due times are taken."""

OTHER_IDS = 1_000_001
"""Where the numbers of calls begin that are to have other ids."""


def sweep(
    loaded: LoadedFunction,
    plan: Plan,
    *,
    schedule: str | None,
    data: JSON,
    tell: Callable[[str], None] = lambda text: None,
) -> Iterator[Disturbed]:
    """Run the schedule undisturbed, and then with each trouble; yield each as it is over.

    Args:
        loaded: The function, on an in-memory CDF of its own. What the runs write is gone afterwards.
        plan: The schedule; of its due times the first ``MOST_TICKS`` are taken.
        schedule: As ``LoadedFunction.schedule`` takes it.
        data: Likewise.
        tell: Told what begins.

    Raises:
        SettingsError: If its client is not the in-memory CDF.
        EmulatorError: If the function cannot be run.
    """
    in_memory = in_memory_of(loaded)
    ticks = list(islice(plan.ticks(), MOST_TICKS))
    loaded.reload()
    tell(f"Stress: {'1 call' if len(ticks) == 1 else f'{len(ticks)} calls'} undisturbed, to compare with.")
    after = next_due(plan.cron, ticks[-1].due)
    last = None if after is None else Tick(after, after)
    stage = Stage(loaded, in_memory, ticks[0], last, schedule=schedule, data=data)
    undisturbed = stage.run(ticks)
    # What chance or the id of a call decides is no matter of the schedule's.
    other = stage.run(ticks, OTHER_IDS)
    chance = Chance(other, undisturbed.departure(other))
    is_silent = len(undisturbed.holdings) == 0
    delayed = late(stage, ticks, undisturbed, chance)
    yield replace(delayed, is_silent=is_silent)
    # What follows the clock differs in each run too: it is told once.
    chance = chance._replace(timed=delayed.departure)
    for trouble in (twice, retry, missed, overlap):
        yield replace(trouble(stage, ticks, undisturbed, chance), is_silent=is_silent)
    tell("Stress: days on which clocks and calendars are special.")
    for day in calendar(loaded, plan.cron, undisturbed, schedule=schedule, data=data):
        yield replace(day, is_silent=is_silent)


def in_memory_of(loaded: LoadedFunction) -> InMemory:
    """Who answers for a function that can be stressed.

    Raises:
        SettingsError: If its client is not the in-memory CDF.
    """
    in_memory = loaded.in_memory()
    if in_memory is None:
        raise SettingsError(
            f"--stress compares what CDF holds, and the client is {loaded.settings.client!r}.",
            hint="use --client fake",
        )
    return in_memory
