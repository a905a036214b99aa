"""Runs of one function's schedule from the same beginning: the same CDF, a cold start, the same clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.holdings import JOURNALS, Holdings
from fn_emulator.cdf.traffic.classify import AUTH, READ, classify
from fn_emulator.cdf.traffic.journal import writes
from fn_emulator.schedule import Tick

if TYPE_CHECKING:
    from fn_emulator.answering.in_memory import InMemory
    from fn_emulator.cdf.world import World
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON, Call, Result


@dataclass(frozen=True, slots=True)
class Ended:
    """One call of a run.

    Attributes:
        tick: Its tick.
        problem: How it ended, where it did not complete; else an empty text.
        written: What it sent to be written: ``{"resource", "operation", "item"}``, an object for each item.
    """

    tick: Tick
    problem: str
    written: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is over: its calls in their order, and what they have changed in CDF."""

    calls: tuple[Ended, ...]
    holdings: Holdings


class Stage:
    """Makes runs of one function; its CDF is as the last run left it."""

    def __init__(self, loaded: LoadedFunction, in_memory: InMemory, first: Tick, *, schedule: str | None, data: JSON):
        """Remember the beginning: seeds are loaded as of the first tick.

        Args:
            loaded: The function.
            in_memory: Who answers for it.
            first: The first tick of the undisturbed run.
            schedule: As ``LoadedFunction.schedule`` takes it.
            data: Likewise.
        """
        self._loaded = loaded
        self._in_memory = in_memory
        self._given: dict[str, Any] = {"schedule": schedule, "data": data}
        self._number = 1
        in_memory.get_ready(first.at)
        self._cdf = in_memory.cdf
        self._start: World = self._cdf.world.fork()
        self._is_warm = False

    def begin(self, number: int = 1) -> None:
        """The next call is the first of a run; its id follows from the number."""
        self._number = number
        self._cdf.restart_from(self._start.fork())
        self.restart()

    def restart(self) -> None:
        """The next call runs in another instance; CDF stays as it is."""
        self._is_warm = False

    def call(self, ticks: Iterable[Tick]) -> Iterator[Ended]:
        """Make calls that follow one another, and those before."""
        calls = list(self._loaded.scheduled_calls(ticks, number=self._number, **self._given))
        self._number += len(calls)
        results = self._loaded.invoke_each(calls, starts_cold=not self._is_warm)
        for call in calls:
            mark = self._cdf.mark()
            result = next(results)
            self._is_warm = True
            yield Ended(_tick(call), _problem(result), self._written_since(mark))

    def call_apart(self, tick: Tick) -> tuple[Ended, list[dict[str, Any]]]:
        """Make a call whose writes nobody sees yet: it works on a copy of CDF. They are given as they were sent."""
        sent: list[dict[str, Any]] = []
        with self._in_memory.apart(sent.append):
            (ended,) = self.call((tick,))
        return ended, [request for request in sent if _is_write(request)]

    def send(self, requests: Iterable[Mapping[str, Any]]) -> str:
        """Let writes of a call that was made apart arrive; the first that is refused, or an empty text."""
        problem = ""
        for request in requests:
            status, _, body = self._cdf.handle(
                request["method"], request["url"], request["headers"], request["body"], now_ms=request["now_ms"]
            )
            if status >= 400 and not problem:
                problem = f"{status} for its write: {body[:200].decode('utf-8', 'replace')}"
        return problem

    def end(self, calls: Iterable[Ended]) -> Run:
        """The run is over."""
        return Run(tuple(calls), Holdings(self._start, self._cdf.world))

    def run(self, ticks: Iterable[Tick], number: int = 1) -> Run:
        """A whole run of ticks in their order; the ids of its calls follow from the number of the first."""
        self.begin(number)
        return self.end(self.call(ticks))

    def _written_since(self, mark: int) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            {"resource": entry.resource, **written}
            for entry in self._cdf.sent_since(mark)
            if entry.resource not in JOURNALS
            for written in writes((entry,))
        )


def _tick(call: Call) -> Tick:
    assert call.scheduled_time is not None
    assert call.frozen_at is not None
    return Tick(call.scheduled_time, call.frozen_at)


def _problem(result: Result) -> str:
    if result.failure is None:
        return ""
    told = dict.fromkeys((result.status, result.failure.type))
    return ": ".join(filter(None, (*told, result.failure.message.partition("\n")[0])))


def _is_write(request: Mapping[str, Any]) -> bool:
    return classify(request["method"], request["url"]).kind not in (READ, AUTH)
