"""What is delivered in one attempt, and a row that got another value in it."""

from __future__ import annotations

from dataclasses import dataclass

from fn_emulator.replay.outcome import Row, is_rounding
from fn_emulator.snowflake.wire import body_text
from fn_emulator.trials import Trial


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery: rows with the numbers under which they are sent, and which rows of the batch they are.

    Attributes:
        rows: The arguments of each.
        numbers: Their numbers.
        places: For each its place in the batch; -1 for a row that is not of it.
    """

    rows: tuple[Row, ...]
    numbers: tuple[int, ...]
    places: tuple[int, ...]

    @property
    def body(self) -> str:
        """The request's body, as JSON."""
        return body_text(map(list, self.rows), self.numbers)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A trial whose deliveries are known, one after the other.

    Attributes:
        sent: The deliveries.
        is_fresh: Whether the first finds a fresh start; else it goes on where the attempt before it ended.
        elsewhere: Under another clock and other random values, by their number (``lab``); None for those of all.
    """

    sent: tuple[Sent, ...]
    is_fresh: bool = True
    elsewhere: int | None = None

    @property
    def trial(self) -> Trial:
        """As a runner takes it, under the clock and the random values of all."""
        return Trial(bodies=tuple(sent.body for sent in self.sent), is_fresh=self.is_fresh)


@dataclass(frozen=True, slots=True)
class Unlike:
    """A row whose value is not the same.

    Attributes:
        place: Its place in the batch.
        expected: Its value in the batch as it is, as JSON text, or the problem of that batch.
        found: Its value in the other attempt, likewise.
        attempt: The other attempt.
        delivery: Which of its deliveries.
        beside: What it is compared with; None for the batch as it is.
    """

    place: int
    expected: str
    found: str
    attempt: Attempt
    delivery: int
    beside: Attempt | None = None

    @property
    def is_rounding(self) -> bool:
        """Whether the values are the same but for how floats are rounded."""
        return is_rounding(self.expected, self.found)
