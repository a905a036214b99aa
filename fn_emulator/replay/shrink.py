"""The smallest batch that still shows something: as few rows as can be, then the simplest values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from fn_emulator.replay.outcome import Row

MOST_TRIES = 400

Shows = Callable[[Sequence[Row]], bool]
"""Whether a batch shows it."""


def shrink(rows: Sequence[Row], shows: Shows, has_time: Callable[[], bool] = lambda: True) -> tuple[Row, ...]:
    """Fewest rows by delta debugging, then simplest values.

    Args:
        rows: A batch that shows it.
        shows: Asked of each smaller batch, ``MOST_TRIES`` times at most.
        has_time: Whether it may be asked once more; what was found until then is given.
    """
    tries = _Tries(shows, has_time)
    return _with_simple_values(_fewest(tuple(rows), tries), tries)


class _Tries:
    def __init__(self, shows: Shows, has_time: Callable[[], bool]) -> None:
        self._shows = shows
        self._has_time = has_time
        self._left = MOST_TRIES

    def __call__(self, rows: Sequence[Row]) -> bool:
        if self._left <= 0 or not rows or not self._has_time():
            return False
        self._left -= 1
        return self._shows(rows)


def _fewest(rows: tuple[Row, ...], shows: _Tries) -> tuple[Row, ...]:
    """Delta debugging: leave out a half, a quarter, ... until no single row can be left out."""
    parts = 2
    while len(rows) > 1:
        size = -(-len(rows) // parts)
        for start in range(0, len(rows), size):
            fewer = rows[:start] + rows[start + size :]
            if shows(fewer):
                rows, parts = fewer, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(rows))
    return rows


def _with_simple_values(rows: tuple[Row, ...], shows: _Tries) -> tuple[Row, ...]:
    for place, row in enumerate(rows):
        for column in range(len(row)):
            for simpler in _simpler(rows[place][column]):
                changed = [*rows[place][:column], simpler, *rows[place][column + 1 :]]
                tried = (*rows[:place], changed, *rows[place + 1 :])
                if shows(tried):
                    rows = tried
                    break
    return rows


def _simpler(value: object) -> Iterator[object]:
    """Values that are simpler, the simplest first; none of another type, which the handler need not expect."""
    match value:
        case bool() | None:
            return
        case int() | float():
            yield from (number for number in (0, 1) if number != value)
        case str():
            yield from (text for text in ("", "a") if text != value and len(text) < len(value))
        case list() if value:
            yield []
        case dict() if value:
            yield {}
        case _:
            return
