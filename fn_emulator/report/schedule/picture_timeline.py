"""The columns of a timeline -> all that is drawn of it, in the units of an SVG that is ``WIDTH`` wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from fn_emulator.report.schedule.picture_axis import TimeAxis, TimeTick
from fn_emulator.report.schedule.picture_columns import Column, Unit
from fn_emulator.report.schedule.picture_lanes import (
    Lane,
    Segment,
    duration_lane,
    duration_segments,
    written_lane,
    written_segments,
)

WIDTH, LEFT, RIGHT = 1000.0, 64.0, 976.0
WIDEST, NARROWEST = 30.0, 1.2
EASY_TO_POINT_AT = 3.0
MARK_ABOVE = 13.0
"""How far above its diagram a mark is."""

MARK_APART = 26.0
"""Marks that are closer than this would touch: they are drawn as one, with their number above it."""

HOLE = "hole"
MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column: the field that shows its words, its bars, and lines down to them from its marks.

    Attributes:
        title: What it stands for.
        x: Where its bars begin.
        width: How wide they are.
        field_x: Where its field begins.
        field_width: How wide that is.
        middle: Where its lines are.
        segments: Its bars.
        lines: Lines down from its marks.
        is_failed: Whether a call did not complete there.
    """

    title: str
    x: float
    width: float
    field_x: float
    field_width: float
    middle: float
    segments: tuple[Segment, ...]
    lines: tuple[Segment, ...]
    is_failed: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign above a diagram for what is below it, from ``left`` to ``right``; ``kind`` names its shape."""

    kind: str
    x: float
    y: float
    count: int
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """All that is drawn, and the kinds of bars and marks that need an explanation."""

    height: float
    columns: tuple[Drawn, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[TimeTick, ...]
    lanes: tuple[Lane, ...]
    kinds: frozenset[str]


def timeline_of(columns: Sequence[Column], unit: Unit) -> Timeline:
    """Draw columns, of which there is at least one; they come in the order of their times."""
    axis, slot = _time_axis(columns)
    durations, written = duration_lane(columns, unit), written_lane(columns)
    lanes = (durations,) if written is None else (durations, written)
    middles = [round(axis.x(column.start + (column.end - column.start) / 2), 2) for column in columns]
    idle = holes(columns) if written else [False] * len(columns)

    drawn = []
    for column, middle, is_hole in zip(columns, middles, idle, strict=True):
        segments = [*duration_segments(column, durations, unit)]
        lines = [_line(column.worst, durations, segments[0].y)] if column.failed else []
        if written is not None:
            segments += written_segments(column, written)
        if written is not None and is_hole:
            lines.append(_line(HOLE, written, written.base))
        drawn.append(_drawn(column.title(unit), middle, slot, segments, lines, is_failed=column.failed > 0))
    failures = [(column.worst if len(column.troubles) == 1 else MIXED, column.failed) for column in columns]
    marks = [*_marks(middles, failures, durations.top)]
    if written is not None:
        marks += _marks(middles, [(HOLE, int(is_hole)) for is_hole in idle], written.top)

    # What failed is drawn over its neighbours: where a thousand calls share the width, it must not be covered.
    drawn.sort(key=lambda column: column.is_failed)
    kinds = {segment.kind for column in drawn for segment in column.segments} | {mark.kind for mark in marks}
    height = lanes[-1].bottom + 42
    return Timeline(height, tuple(drawn), tuple(marks), tuple(axis.ticks()), lanes, frozenset(kinds))


def holes(columns: Sequence[Column]) -> list[bool]:
    """Which columns wrote nothing although most others did."""
    idle = [column.is_idle for column in columns]
    return idle if sum(idle) * 4 <= len(idle) else [False] * len(idle)


def _time_axis(columns: Sequence[Column]) -> tuple[TimeAxis, float]:
    """The axis, and how wide the place of one column on it is."""
    first, last = columns[0], columns[-1]
    if first.end > first.start:
        gap = first.end - first.start
        axis = TimeAxis(first.start, last.end, LEFT, RIGHT)
    else:
        starts = [column.start for column in columns]
        gaps = (after - before for before, after in pairwise(starts) if after > before)
        gap = min(gaps, default=timedelta(hours=1))
        # A bar stands on its due time, so the first and the last need room beside them.
        axis = TimeAxis(first.start - gap / 2, last.start + gap / 2, LEFT, RIGHT)
    return axis, axis.x(axis.start + gap) - LEFT


def _line(kind: str, lane: Lane, down_to: float) -> Segment:
    top = lane.top - MARK_ABOVE
    return Segment(kind, top, round(down_to - top, 2))


def _drawn(
    title: str,
    middle: float,
    slot: float,
    segments: Iterable[Segment],
    lines: Iterable[Segment],
    *,
    is_failed: bool,
) -> Drawn:
    width = round(min(max(slot * 0.74, NARROWEST), WIDEST), 2)
    field_width = round(max(slot, EASY_TO_POINT_AT if is_failed else NARROWEST), 2)
    x, field_x = round(middle - width / 2, 2), round(middle - field_width / 2, 2)
    return Drawn(title, x, width, field_x, field_width, middle, tuple(segments), tuple(lines), is_failed)


def _marks(middles: Sequence[float], things: Sequence[tuple[str, int]], top: float) -> Iterator[Mark]:
    """A mark for each thing that is there at least once, those that would touch as one."""
    cluster: list[tuple[float, str, int]] = []
    for middle, (kind, count) in zip(middles, things, strict=True):
        if not count:
            continue
        if cluster and middle - cluster[-1][0] >= MARK_APART:
            yield _mark(cluster, top)
            cluster = []
        cluster.append((middle, kind, count))
    if cluster:
        yield _mark(cluster, top)


def _mark(cluster: Sequence[tuple[float, str, int]], top: float) -> Mark:
    kinds = {kind for _, kind, _ in cluster}
    left, right = cluster[0][0], cluster[-1][0]
    count = sum(count for _, _, count in cluster)
    kind = kinds.pop() if len(kinds) == 1 else MIXED
    return Mark(kind, round((left + right) / 2, 2), top - MARK_ABOVE, count, left, right)
