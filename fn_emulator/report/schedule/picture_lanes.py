"""The columns of a timeline -> its two diagrams: how long the calls took, and how many items they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fn_emulator.report.schedule.picture_axis import round_values
from fn_emulator.report.schedule.picture_columns import Column, Unit

DURATIONS = (34.0, 184.0)
WRITTEN = (228.0, 328.0)
"""From where to where the diagrams reach; above each is room for marks."""

LEAST_HEIGHT = 1.5
"""A bar that is less high would not be seen, and a call that took no time is a call."""

LABEL_HEIGHT = 12.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a column: what it stands for, where it begins (downwards) and how high it is."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One diagram.

    Attributes:
        name: What is counted, with its unit.
        top: Its upper end.
        bottom: Its lower end.
        base: Where 0 is.
        of_one: How high one of what is counted is.
        labels: Round values with their places.
    """

    name: str
    top: float
    bottom: float
    base: float
    of_one: float
    labels: tuple[tuple[float, str], ...]


def duration_lane(columns: Sequence[Column], unit: Unit) -> Lane:
    """The diagram of durations, high enough for the slowest call."""
    top, bottom = DURATIONS
    values = round_values(max(column.slowest_s for column in columns) * unit.in_a_second or 1.0)
    of_one = (bottom - top) / values[-1]
    labels = tuple((round(bottom - value * of_one, 1), f"{value:,.6g}") for value in values)
    return Lane(f"duration, {unit.name}", top, bottom, bottom, of_one, labels)


def duration_segments(column: Column, lane: Lane, unit: Unit) -> Iterator[Segment]:
    """The bar of a call; of a span, that of its mean before that of its slowest call."""
    slowest = max(column.slowest_s * unit.in_a_second * lane.of_one, LEAST_HEIGHT)
    if column.mean_s is None:
        yield _upwards(column.worst, lane.base, slowest)
        return
    yield _upwards("slowest", lane.base, slowest)
    yield _upwards("mean", lane.base, max(column.mean_s * unit.in_a_second * lane.of_one, LEAST_HEIGHT))


def written_lane(columns: Sequence[Column]) -> Lane | None:
    """The diagram of items: what is deleted goes down from its base, the rest up; None where nothing was written."""
    most_up = max(_up(column) for column in columns)
    most_down = max(column.items.deleted for column in columns)
    if not most_up + most_down:
        return None
    top, bottom = WRITTEN
    above = round_values(most_up, ticks=3, smallest=1) if most_up else [0.0]
    below = round_values(most_down, ticks=2, smallest=1) if most_down else [0.0]
    of_one = (bottom - top) / (above[-1] + below[-1])
    base = round(top + above[-1] * of_one, 1)
    values = [*above, *(-value for value in below[1:])]
    places = ((round(base - value * of_one, 1), f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")) for value in values)
    # The side with few items may have no room for its labels.
    labels = tuple(label for label in places if label[0] == base or abs(label[0] - base) >= LABEL_HEIGHT)
    return Lane("items written", top, bottom, base, of_one, labels)


def written_segments(column: Column, lane: Lane) -> Iterator[Segment]:
    """New, updated and unchanged items above each other, deleted ones below."""
    items, y = column.items, lane.base
    for kind, count in (("new", items.created), ("updated", items.updated), ("unchanged", items.unchanged)):
        if count:
            segment = _upwards(kind, y, max(count * lane.of_one, LEAST_HEIGHT))
            y = segment.y
            yield segment
    if items.deleted:
        yield Segment("deleted", lane.base, round(max(items.deleted * lane.of_one, LEAST_HEIGHT), 2))


def _up(column: Column) -> int:
    return column.items.created + column.items.updated + column.items.unchanged


def _upwards(kind: str, base: float, height: float) -> Segment:
    return Segment(kind, round(base - height, 2), round(height, 2))
