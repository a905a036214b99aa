"""Stand the clock still for calls, or let it go on from another time; what the handler sleeps moves it at once.

How it works: freezegun is started with an empty ignore list (threads and queues see the frozen time too) and with the
real clock for asyncio (cognite-sdk 8 hangs for ever otherwise), and time-machine beneath it where there is one.
``time.sleep`` and ``asyncio.sleep`` move the clock and return at once. The function's own modules must be imported
after the freeze and dropped before its end; everybody else's before it, or as ``late_import`` does it.
"""

from __future__ import annotations

import heapq
import sys
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from .backoff import TURN_S, is_turn
from .realtime import REAL

_NOT_AT_ALL = timedelta(0)


class Frozen:
    """A clock that is ours; ``stop`` lets the real one run again.

    Attributes:
        covers: Which clocks it holds: those of ``freezegun``, or those of ``time-machine`` as well.
    """

    def __init__(
        self,
        instant: str,
        is_own: Any,
        clock_folder: str | None = None,
        *,
        is_ticking: bool = False,
        is_debugged: bool = False,
    ) -> None:
        """Freeze. Where somebody has frozen the clock already, this lies over it until ``stop``.

        Args:
            instant: Where, as ISO 8601 with a zone.
            is_own: Tells the specs of the function's own modules.
            clock_folder: Where freezegun is imported from if this interpreter has none of its own.
            is_ticking: Whether the clock goes on from there as the real one does.
            is_debugged: Whether a debugger waits in this process, whose clocks must run: those of C are left to it.
        """
        from .beneath import begin_beneath
        from .freezegun_of_ours import import_freezegun
        from .late_import import RealImports

        freezegun = import_freezegun(clock_folder)
        self._factories = freezegun.api.freeze_factories
        is_within_another = bool(self._factories)
        self._imports = RealImports(is_own)
        # Of the real class also where this module's name for it stands for another one.
        self._epoch = freezegun.api.real_datetime(1970, 1, 1)
        self._aware_epoch = self._epoch.replace(tzinfo=timezone.utc)
        moment = self._naive(datetime.fromisoformat(instant))

        self._settings = freezegun.config.settings
        self._ignored = self._settings.default_ignore_list
        self._settings.default_ignore_list = []
        self._beneath = None if is_debugged else begin_beneath(moment - self._epoch, is_ticking=is_ticking)
        self.covers = "freezegun" if self._beneath is None else "time-machine"
        self._freezer = freezegun.freeze_time(moment, real_asyncio=True, ignore=[])
        self._clock: Any = self._freezer.start()
        if is_ticking:
            self._clock = self._factories[-1] = _Ticking(moment)
        self._moved = _NOT_AT_ALL
        self._sleepers: list[tuple[datetime, int]] = []
        self._sleeper_count = 0
        self._replaced: list[tuple[Any, str, Any]] = []
        self._replace(time, "sleep", self._sleep)
        asyncio = sys.modules.get("asyncio")
        if asyncio is not None:
            self._replace_asyncio_sleep(asyncio)
            if is_within_another:  # whose owner need not have left asyncio its clock
                self._replace_loop_clock(asyncio, freezegun.api.real_monotonic)
        self._imports.start()

    @property
    def moved_s(self) -> float:
        """Seconds by which sleeps have moved the clock since it was put where it began."""
        return self._moved.total_seconds()

    @property
    def is_outermost(self) -> bool:
        """Whether no other freeze lies over this one; freezegun ends them in reverse order only."""
        return bool(self._factories and self._factories[-1] is self._clock)

    def stop(self) -> None:
        """Let the real clocks run again."""
        self._imports.stop()
        for owner, name, original in reversed(self._replaced):
            setattr(owner, name, original)
        try:
            self._freezer.stop()
        finally:
            self._settings.default_ignore_list = self._ignored
            if self._beneath is not None:
                self._beneath.stop()

    @property
    def now(self) -> datetime:
        """Where the clock stands, aware UTC."""
        now: datetime = self._clock().replace(tzinfo=timezone.utc)
        return now

    def move_to(self, instant: datetime) -> None:
        """Put the clock somewhere else, forth or back; ``instant`` is aware. What it moves is counted from there."""
        self._shift(self._naive(instant) - self._clock())
        self._moved = _NOT_AT_ALL

    def tick(self, seconds: float) -> None:
        """Move the clock on.

        Raises:
            OverflowError: If that is beyond the year 9999.
        """
        self._shift(self._span(seconds))

    def _shift(self, delta: timedelta) -> None:
        self._clock.time_to_freeze += delta
        self._moved += delta
        if self._beneath is not None:
            self._beneath.shift(delta)

    def _naive(self, instant: datetime) -> datetime:
        # A fifth of what astimezone and replace cost, and a year of calls pays it.
        naive: datetime = self._epoch + (instant - self._aware_epoch)
        return naive

    def _span(self, seconds: float) -> timedelta:
        try:
            span = timedelta(seconds=seconds)
            self._clock() + span
        except OverflowError:
            # As the real sleep says it, and why.
            text = "timestamp too large to convert to C PyTime_t: a frozen clock ends with the year 9999"
            raise OverflowError(text) from None
        return span

    def _replace(self, owner: Any, name: str, ours: Any) -> None:
        self._replaced.append((owner, name, getattr(owner, name)))
        setattr(owner, name, ours)

    def _sleep(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if is_turn(sys._getframe(1)):
            REAL.sleep(min(seconds, TURN_S))
            return
        self.tick(seconds)

    def _replace_loop_clock(self, asyncio: Any, real_monotonic: Any) -> None:
        loop = asyncio.new_event_loop()
        loop.close()
        self._replace(type(loop), "time", lambda loop: real_monotonic())

    def _replace_asyncio_sleep(self, asyncio: Any) -> None:
        yield_once = asyncio.sleep

        async def sleep(delay: float, result: Any = None) -> Any:
            if delay <= 0:
                return await yield_once(0, result)
            if is_turn(sys._getframe(1)):
                return await yield_once(TURN_S, result)
            # Several sleepers at once wake in the order of their times, and the clock moves once, as on a real loop.
            self._sleeper_count += 1
            mine = (self._clock() + self._span(delay), self._sleeper_count)
            heapq.heappush(self._sleepers, mine)
            try:
                await yield_once(0)
                while self._sleepers[0] != mine:
                    await yield_once(0)
                if (now := self._clock()) < mine[0]:
                    self._shift(mine[0] - now)
            finally:
                self._sleepers.remove(mine)
                heapq.heapify(self._sleepers)
            return result

        for module in (asyncio, sys.modules.get("asyncio.tasks")):
            if module is not None:
                self._replace(module, "sleep", sleep)


class _Ticking:
    """In the place of a clock of freezegun's, which goes on by the local time: that jumps, and is another's beneath.

    Attributes:
        time_to_freeze: Where it began, as freezegun's clocks call it.
    """

    def __init__(self, moment: datetime) -> None:
        self.time_to_freeze = moment
        self._since = REAL.perf_counter()

    def __call__(self) -> datetime:
        return self.time_to_freeze + timedelta(seconds=REAL.perf_counter() - self._since)


def import_real(names: list[str]) -> None:
    """Import other people's modules before the freeze; what cannot be imported fails in the function's own import.

    A module that is first imported under a freeze and keeps ``datetime`` in a default argument breaks after it.
    """
    import importlib

    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as exc:  # other people's import-time code
            if isinstance(exc, KeyboardInterrupt):
                raise
