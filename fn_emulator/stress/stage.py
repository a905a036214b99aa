"""Runs of one function's schedule from the same beginning: the same CDF, a cold start, the same clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.holdings import JOURNALS, Departure, Holdings
from fn_emulator.cdf.traffic.classify import AUTH, READ, classify
from fn_emulator.cdf.traffic.journal import writes
from fn_emulator.runners import AT_ONCE
from fn_emulator.schedule import Tick

if TYPE_CHECKING:
    from fn_emulator.answering.in_memory import InMemory
    from fn_emulator.cdf.traffic.journal import Entry
    from fn_emulator.cdf.world import World
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON, Call, Result


MOST_WIDTH = 160
"""Characters of the message of a failure."""


@dataclass(frozen=True, slots=True)
class Ended:
    """One call of a run.

    Attributes:
        tick: Its tick.
        problem: How it ended, where it did not complete; else an empty text.
        written: What it sent to be written: ``{"resource", "operation", "item"}``, an object for each item.
        created: How many items it created, with those of datapoints and rows.
        overwritten: How many it wrote that were there already.
    """

    tick: Tick
    problem: str
    written: tuple[Mapping[str, Any], ...] = ()
    created: int = 0
    overwritten: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is over.

    Attributes:
        calls: Its calls in their order.
        holdings: What they have changed in CDF.
        settled: What it is after one more call, on time: what the next one puts right in any case counts no more.
    """

    calls: tuple[Ended, ...]
    holdings: Holdings
    settled: Holdings

    def departure(self, other: Run, unnamed: Collection[str] = ()) -> Departure:
        """How what another run leaves for good differs from what this one leaves; as ``Holdings.departure`` has it."""
        settled = self.settled.departure(other.settled, unnamed)
        return self.holdings.departure(other.holdings, unnamed).still(settled)


class Stage:
    """Makes runs of one function; its CDF is as the last run left it."""

    def __init__(
        self,
        loaded: LoadedFunction,
        in_memory: InMemory,
        first: Tick,
        last: Tick | None,
        *,
        schedule: str | None,
        data: JSON,
    ) -> None:
        """Remember the beginning: seeds are loaded as of the first tick.

        Args:
            loaded: The function.
            in_memory: Who answers for it.
            first: The first tick of the undisturbed run.
            last: The tick after the last one: every run is settled with it. None where there is none.
            schedule: As ``LoadedFunction.schedule`` takes it.
            data: Likewise.
        """
        self._loaded = loaded
        self._last = last
        self._in_memory = in_memory
        self._given: dict[str, Any] = {"schedule": schedule, "data": data}
        self._number = 1
        in_memory.get_ready(first.at)
        self._cdf = in_memory.cdf
        self._start: World = self._cdf.world.fork()
        self._is_warm = False
        # Before anything is shortened: a part of a secret would not be known as one.
        self._mask, self._mask_json = loaded.masker.mask, loaded.masker.mask_json

    def begin(self, number: int = 1) -> None:
        """The next call is the first of a run; its id follows from the number."""
        self._number = number
        self._cdf.restart_from(self._start.fork())
        self.restart()

    def restart(self) -> None:
        """The next call runs in another instance; CDF stays as it is."""
        self._is_warm = False

    def call(self, ticks: Iterable[Tick]) -> list[Ended]:
        """Make calls that follow one another, and those before."""
        calls = list(self._loaded.scheduled_calls(ticks, number=self._number, **self._given))
        self._number += len(calls)
        sent: list[Iterable[Entry]] = []
        with self._in_memory.seen(sent.append):
            results = list(self._loaded.invoke_each(calls, starts_cold=not self._is_warm, pace=AT_ONCE))
        self._is_warm = self._is_warm or bool(calls)
        # Of a function that cannot be loaded no call begins.
        each = zip(calls, results, sent or [()] * len(calls), strict=True)
        return [self._ended(call, result, entries) for call, result, entries in each]

    def call_in_part(self, tick: Tick) -> None:
        """Make a call that dies before its last write; after it, where it makes only one."""
        sent: list[Mapping[str, Any]] = []

        def see(request: Mapping[str, Any], status: int) -> None:
            if status < 400 and _is_write(request):
                sent.append(request)

        with self._in_memory.apart(see):
            self.call((tick,))
        for request in sent[:-1] or sent:
            self._cdf.handle(
                request["method"], request["url"], request["headers"], request["body"], now_ms=request["now_ms"]
            )
        self.restart()

    def call_overlapping(self, first: Tick, second: Tick) -> list[Ended]:
        """Make two calls, in two instances: the second begins and ends between what the first reads and writes."""
        past, number = self._cdf.world.fork(), self._number
        self._number = number + 1
        self.restart()
        overtaking = self.call((second,))
        self._number = number
        self.restart()
        with self._in_memory.overtaken(past):
            outlasting = self.call((first,))
        self._number = number + 2
        return [*outlasting, *overtaking]

    def end(self, calls: Iterable[Ended]) -> Run:
        """The run is over, but for the last call."""
        holdings = settled = self._holdings()
        if self._last is not None:
            self.call((self._last,))
            settled = self._holdings()
        return Run(tuple(calls), holdings, settled)

    def run(self, ticks: Iterable[Tick], number: int = 1) -> Run:
        """A whole run of ticks in their order; the ids of its calls follow from the number of the first."""
        self.begin(number)
        return self.end(self.call(ticks))

    def _holdings(self) -> Holdings:
        return Holdings(self._start, self._cdf.world, self._mask_json)

    def _ended(self, call: Call, result: Result, sent: Iterable[Entry]) -> Ended:
        entries = [entry for entry in sent if entry.resource not in JOURNALS]
        return Ended(
            _tick(call),
            self._problem(result),
            tuple(
                self._mask_json({"resource": entry.resource, **written})
                for entry in entries
                for written in writes((entry,))
            ),
            sum(entry.created or 0 for entry in entries),
            sum((entry.updated or 0) + (entry.unchanged or 0) for entry in entries),
        )

    def _problem(self, result: Result) -> str:
        if result.failure is None:
            return ""
        told = dict.fromkeys((result.status, result.failure.type))
        message = self._mask(result.failure.message).partition("\n")[0]
        return ": ".join(filter(None, (*told, message if len(message) <= MOST_WIDTH else f"{message[:MOST_WIDTH]}...")))


def _tick(call: Call) -> Tick:
    assert call.scheduled_time is not None
    assert call.frozen_at is not None
    return Tick(call.scheduled_time, call.frozen_at)


def _is_write(request: Mapping[str, Any]) -> bool:
    kind = classify(request["method"], request["url"])
    return kind.kind not in (READ, AUTH) and kind.resource not in JOURNALS
