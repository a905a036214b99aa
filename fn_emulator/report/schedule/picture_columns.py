"""A tally -> the columns of a timeline: one a call, or one a span of time where the calls are too many to draw."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from fn_emulator.model import JSON, Result
from fn_emulator.report.schedule.tally import Span, Tally, Written, add_written, due_of, written_text

MaskJson = Callable[[JSON], JSON]
COMPLETED = "Completed"
SHORT = 80


@dataclass(frozen=True, slots=True)
class Unit:
    """In what durations are told: one unit for a whole page, so that its numbers can be compared by their length.

    Attributes:
        name: ``ms`` or ``s``.
        in_a_second: How many of it are in a second.
        decimals: How many are told.
    """

    name: str
    in_a_second: int
    decimals: int

    def number(self, seconds: float) -> str:
        """A duration without the unit's name."""
        return f"{seconds * self.in_a_second:,.{self.decimals}f}"

    def text(self, seconds: float) -> str:
        """A duration with it."""
        return f"{self.number(seconds)} {self.name}"


@dataclass(frozen=True, slots=True)
class Column:
    """What stands at one place of the timeline, and in one row of the table below it.

    Attributes:
        start: The due time of the call, or the first instant of the span.
        end: The same, or the first instant after the span.
        when: That in words.
        statuses: How many calls ended with each status.
        slowest_s: Real seconds of the slowest handler.
        mean_s: Real seconds of the mean; None of one call.
        written: What was written, by resource.
        items: The same in all.
        answer: What the call answered, as JSON, or how it failed; empty of a span.
    """

    start: datetime
    end: datetime
    when: str
    statuses: Mapping[str, int]
    slowest_s: float
    mean_s: float | None
    written: Mapping[str, Written]
    items: Written
    answer: str

    @property
    def calls(self) -> int:
        """How many calls stand there."""
        return sum(self.statuses.values())

    @property
    def troubles(self) -> list[tuple[str, int]]:
        """The statuses of the calls that did not complete, with their counts; the most frequent first."""
        return [(status, count) for status, count in by_trouble(self.statuses) if status != COMPLETED]

    @property
    def worst(self) -> str:
        """The status of the most calls that did not complete, or ``Completed``."""
        return by_trouble(self.statuses)[0][0]

    @property
    def failed(self) -> int:
        """How many calls did not complete."""
        return self.calls - self.statuses.get(COMPLETED, 0)

    @property
    def is_idle(self) -> bool:
        """Whether nothing at all was written."""
        items = self.items
        return not (items.changed or items.unchanged)

    def title(self, unit: Unit) -> str:
        """All of it as lines, for who points at it."""
        if self.mean_s is None:
            lines = [f"{self.when} UTC", f"{self.worst} in {unit.text(self.slowest_s)}", cut(self.answer, SHORT)]
        else:
            times = f"slowest {unit.text(self.slowest_s)}, mean {unit.text(self.mean_s)}"
            lines = [f"{self.when} UTC", f"{self.calls:,} calls: {statuses_text(self.statuses)}", times]
        return "\n".join([*lines, f"wrote {written_text(self.written)}" if self.written else "wrote nothing"])


def unit_for(longest_s: float) -> Unit:
    """The unit in which the longest of some durations is a number of few digits."""
    if longest_s < 0.01:
        return Unit("ms", 1000, 3)
    if longest_s < 1:
        return Unit("ms", 1000, 1)
    return Unit("s", 1, 2 if longest_s >= 10 else 3)


def columns_of(tally: Tally, mask_json: MaskJson) -> list[Column]:
    """The calls where they are listed, the spans of time otherwise."""
    if not tally.is_listed:
        return [_of_span(span) for span in tally.spans]
    return [_of_call(result, mask_json) for result in tally.listed]


def _of_call(result: Result, mask_json: MaskJson) -> Column:
    written: dict[str, Written] = {}
    add_written(written, result.effects)
    due, answer = due_of(result), answer_text(result, mask_json)
    statuses: dict[str, int] = {result.status: 1}
    return Column(due, due, when(due), statuses, result.duration_s, None, written, _all(written.values()), answer)


def _of_span(span: Span) -> Column:
    mean_s = span.duration_s / max(span.calls, 1)
    words = f"{when(span.start)} to {when(span.end)}"
    items = _all(span.written.values())
    return Column(span.start, span.end, words, span.statuses, span.slowest_s, mean_s, span.written, items, "")


def _all(written: Iterable[Written]) -> Written:
    items = Written()
    for counts in written:
        items.created += counts.created
        items.updated += counts.updated
        items.unchanged += counts.unchanged
        items.deleted += counts.deleted
    return items


def answer_text(result: Result, mask_json: MaskJson) -> str:
    """The answer as JSON in one line, or why there is none."""
    if result.failure is not None:
        return f"{result.failure.type}: {result.failure.message}" if result.failure.message else result.failure.type
    return json.dumps(mask_json(result.answer), ensure_ascii=False)


def cut(text: str, most: int) -> str:
    """No more characters than ``most``, of which the last says that there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def when(instant: datetime) -> str:
    """An instant as people write it, in UTC; schedules are due at whole minutes, but calls can be fired at any time."""
    instant = instant.astimezone(timezone.utc)
    clock = f"{instant:%H:%M:%S}" if instant.second or instant.microsecond else f"{instant:%H:%M}"
    return f"{instant.date().isoformat()} {clock}"


def length_text(column: Column) -> str:
    """How long a span is: ``6 hours``, ``28 days``."""
    hours = round((column.end - column.start).total_seconds() / 3600)
    count, word = (hours, "hour") if hours % 24 else (hours // 24, "day")
    return f"{count} {word}s" if count != 1 else f"1 {word}"


def statuses_text(statuses: Mapping[str, int]) -> str:
    """``3 Failed, 285 Completed``: what went wrong first."""
    return ", ".join(f"{count:,} {status}" for status, count in by_trouble(statuses))


def by_trouble(statuses: Mapping[str, int]) -> list[tuple[str, int]]:
    """Statuses with their counts, the completed calls last."""
    return sorted(statuses.items(), key=lambda item: (item[0] == COMPLETED, -item[1], item[0]))
