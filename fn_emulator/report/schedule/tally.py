"""Results of scheduled calls, one after the other -> counts, spans of time, the slowest, what failed, what was written.

Nothing is kept of a call that says no more than the one before, so that a year of them takes no memory.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from fn_emulator.model import Failure, Finding, Result

if TYPE_CHECKING:
    from fn_emulator.observations import Effect

MOST_LISTED = 1_000
"""More calls are told by spans of time, not one by one."""

MOST_SPANS = 54
"""As many as a year has weeks."""
MOST_SLOWEST = 5
MOST_FAILED = 10

SPANS = (*(timedelta(hours=hours) for hours in (1, 3, 6, 12)), *(timedelta(days=days) for days in (1, 7, 28, 91, 364)))
"""How long a span may be, the shortest first."""

_LONGEST = timedelta(days=3640)
_LAST = datetime.max.replace(tzinfo=timezone.utc)
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(slots=True)
class Written:
    """What was written to one resource, in items; datapoints of series, rows of tables."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0

    @property
    def changed(self) -> int:
        """How many items are different afterwards."""
        return self.created + self.updated + self.deleted


@dataclass(slots=True)
class Span:
    """The calls that are due in a span of time.

    Attributes:
        start: Its first instant.
        end: The first instant after it.
        statuses: How many calls ended with each status.
        duration_s: Real seconds of all its handlers.
        slowest_s: Real seconds of the slowest.
        written: What they wrote, by resource.
    """

    start: datetime
    end: datetime
    statuses: Counter[str] = field(default_factory=Counter)
    duration_s: float = 0.0
    slowest_s: float = 0.0
    written: dict[str, Written] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How many there were."""
        return self.statuses.total()


@dataclass(slots=True)
class Alike:
    """Calls that failed in the same way.

    Attributes:
        first: The first of them.
        calls: How many there were.
    """

    first: list[Result] = field(default_factory=list)
    calls: int = 0


class Tally:
    """Counts results as they come.

    Attributes:
        total: All of them, from the first due time to the last.
        spans: The same by spans of time, those in which nothing was due left out.
        listed: The results themselves, unless they are too many to list.
        failed: The first that did not complete.
        failures: How calls failed, in words, and which did; of the ways that were seen first.
        findings: What was found, each thing once; numbers alone do not make it another one.
        ignored: How many findings of the last call were accepted.
        notes: Sentences about the runs, each once.
    """

    def __init__(self, first: datetime, last: datetime, calls: int) -> None:
        """Prepare.

        Args:
            first: The first due time.
            last: The last due time.
            calls: How many calls there will be.
        """
        self.total = Span(first, last)
        self.spans: list[Span] = []
        self.is_listed = calls <= MOST_LISTED
        self.listed: list[Result] = []
        self.failed: list[Result] = []
        self.failures: dict[str, Alike] = {}
        self.ignored = 0
        self.notes: dict[str, None] = {}
        self._length = span_length(last - first)
        self._slowest: list[tuple[float, int, Result]] = []
        self._findings: dict[tuple[object, ...], tuple[Finding, int]] = {}
        self._number = 0

    def add(self, result: Result) -> None:
        """Count one more result; they come in the order of their due times."""
        self._number += 1
        if self.is_listed:
            self.listed.append(result)
        taken_s = taken_by(result)
        for one in (self.total, self._span_of(due_of(result))):
            one.statuses[result.status] += 1
            one.duration_s += taken_s
            if taken_s > one.slowest_s:
                one.slowest_s = taken_s
            if result.effects:
                add_written(one.written, result.effects)
        if len(self._slowest) < MOST_SLOWEST:
            heapq.heappush(self._slowest, (taken_s, -self._number, result))
        elif taken_s > self._slowest[0][0]:
            heapq.heapreplace(self._slowest, (taken_s, -self._number, result))
        if result.failure is not None:
            self._add_failure(result, result.failure)
        self.ignored = result.ignored
        if result.notes or result.findings:
            self._add_findings(result)

    @property
    def slowest(self) -> list[Result]:
        """The slowest calls, the slowest first."""
        return [result for _, _, result in sorted(self._slowest, reverse=True)]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, each once, with the number of calls in its evidence where it was in several."""
        return tuple(
            finding if calls == 1 else finding._replace(evidence={**finding.evidence, "calls": calls})
            for finding, calls in self._findings.values()
        )

    def _span_of(self, due: datetime) -> Span:
        if not self.spans or due >= self.spans[-1].end:
            start = self.total.start.replace(hour=0, minute=0, second=0, microsecond=0)
            start += (due - start) // self._length * self._length
            self.spans.append(Span(start, start + min(self._length, _LAST - start)))
        return self.spans[-1]

    def _add_failure(self, result: Result, failure: Failure) -> None:
        if len(self.failed) < MOST_FAILED:
            self.failed.append(result)
        text = ": ".join(filter(None, (*dict.fromkeys((result.status, failure.type)), failure.message)))
        if text not in self.failures and len(self.failures) >= MOST_FAILED:
            return
        alike = self.failures.setdefault(text, Alike())
        alike.calls += 1
        if len(alike.first) < MOST_FAILED:
            alike.first.append(result)

    def _add_findings(self, result: Result) -> None:
        for note in result.notes:
            self.notes[note] = None
        for finding in result.findings:
            key = (finding.id, finding.file, finding.line, _NUMBER.sub("0", finding.message))
            first, calls = self._findings.get(key, (finding, 0))
            self._findings[key] = (first, calls + 1)


def due_of(result: Result) -> datetime:
    """When a scheduled call was due."""
    assert result.call.scheduled_time is not None
    return result.call.scheduled_time


def taken_by(result: Result) -> float:
    """Real seconds of its handler, or of the attempt to import that."""
    return result.duration_s or result.elapsed_s


def span_length(whole: timedelta) -> timedelta:
    """How long spans are that divide a stretch of time into no more than can be looked at."""
    return next((length for length in SPANS if whole / length < MOST_SPANS), _LONGEST)


def add_written(written: dict[str, Written], effects: Iterable[Effect]) -> None:
    """Add what effects wrote to the counts by resource."""
    for effect in effects:
        if effect.access != "write":
            continue
        counts = written.setdefault(effect.target, Written())
        counts.created += effect.created or 0
        counts.updated += effect.updated or 0
        counts.unchanged += effect.unchanged or 0
        counts.deleted += effect.deleted or 0


def written_text(written: Mapping[str, Written]) -> str:
    """What was written, in words: ``timeseries/data 12 new, events 3 new and 1 updated``."""
    return ", ".join(f"{target} {_amounts(counts)}" for target, counts in written.items())


def _amounts(counts: Written) -> str:
    named = (("new", counts.created), ("updated", counts.updated), ("deleted", counts.deleted))
    parts = [f"{count:,} {word}" for word, count in named if count]
    if not parts:
        return f"{counts.unchanged:,} unchanged" if counts.unchanged else "nothing new"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
