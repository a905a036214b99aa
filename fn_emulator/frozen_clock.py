"""A clock of the process that stands until it is moved, for tests: test, in-memory CDF and handler agree on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from numbers import Real
from types import ModuleType, TracebackType
from typing import Any

from fn_emulator.cdf.call_input import read_instant
from fn_emulator.clock import now
from fn_emulator.errors import DataError
from fn_emulator.harness.freeze import Frozen
from fn_emulator.harness.realtime import REAL


class FrozenClock:
    """Stops the clocks of this process in a ``with`` block, or between ``start`` and ``stop``.

    ``time``, ``datetime`` and names that modules took from them stand still; ``time.sleep`` and ``asyncio.sleep`` move
    the clock and return at once; event loops keep the real one.

    Example:
        >>> with FrozenClock("2026-03-29T01:59") as clock:
        ...     time.sleep(90)
        ...     print(clock.now)
        2026-03-29 02:00:30+00:00
    """

    def __init__(self, at: datetime | str | None = None, *, untouched: Iterable[ModuleType] = ()) -> None:
        """Prepare.

        Args:
            at: Where it stands at first: aware, or as ISO 8601 (UTC without a zone); the real time, to the second, when
                None.
            untouched: Modules that go on with the real clock, such as one that times the tests.

        Raises:
            DataError: If ``at`` is no such instant.
        """
        self._begin = now().replace(microsecond=0) if at is None else read_instant(at, f"at={str(at)!r}")
        self._untouched = tuple(untouched)
        self._frozen: Frozen | None = None
        self._last = self._begin

    def __repr__(self) -> str:
        return f"FrozenClock({self.now.isoformat()!r})"

    def __enter__(self) -> FrozenClock:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Stop the clocks; nothing happens where they stand already."""
        if self._frozen is not None:
            return
        real = [(module, dict(vars(module))) for module in self._untouched]
        self._frozen = Frozen(self._begin.isoformat(), _is_nobodys)
        for module, names in real:
            _put_back(module, names)

    def stop(self) -> None:
        """Let the real clocks run again.

        Raises:
            DataError: If another freeze lies over this one.
        """
        if self._frozen is not None:
            if not self._frozen.is_outermost:
                raise DataError(
                    "The clock cannot run again while another freeze lies over it.", hint="end that one first"
                )
            self._last = self._frozen.now
            self._frozen.stop()
            self._frozen = None

    @property
    def now(self) -> datetime:
        """Where the clock stands, aware UTC; where it stood at last, once it runs again."""
        return self._last if self._frozen is None else self._frozen.now

    def move_to(self, instant: datetime | str) -> None:
        """Put the clock somewhere else, forth or back.

        Args:
            instant: Aware, or as ISO 8601 (UTC without a zone).

        Raises:
            DataError: If it is no such instant, or the clock does not stand.
        """
        self._standing().move_to(read_instant(instant, f"instant={str(instant)!r}"))

    def tick(self, seconds: float) -> None:
        """Move the clock on.

        Raises:
            DataError: If that is no number, back, or too far, or the clock does not stand.
        """
        frozen = self._standing()
        if not isinstance(seconds, Real):
            raise DataError(f"seconds={seconds!r} is not a number.", hint="give seconds, such as 90 or 0.5")
        if not seconds >= 0:
            raise DataError(f"seconds={seconds!r} would not move the clock on.", hint="move_to(instant) puts it back")
        try:
            end = frozen.now + timedelta(seconds=seconds)
        except OverflowError:
            raise DataError(f"seconds={seconds!r} leads beyond the year 9999.", hint="choose fewer") from None
        frozen.move_to(end)

    def _standing(self) -> Frozen:
        if self._frozen is None:
            raise DataError("The clock cannot be moved while it runs.", hint="use it in a with block")
        return self._frozen


def _is_nobodys(spec: Any) -> bool:
    """Whether a module is to be imported under the freeze: none is; a function's own do not come this way."""
    return False


def _put_back(module: ModuleType, names: dict[str, Any]) -> None:
    for name, value in names.items():
        if getattr(module, name) is not value:
            # The function itself is held too where time-machine lies beneath.
            setattr(module, name, REAL.time if value is REAL.plain_time else value)
