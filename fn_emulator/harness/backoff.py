"""The waits that an SDK makes by itself, between retries and polls, on a virtual clock: they take no time.

How it works: ``time.sleep`` and ``asyncio.sleep`` return at once when the SDK's own code calls them, and the wait is
added to the time that CDF is told. The user's own sleeps are not touched. Under a frozen clock the freeze's sleeps lie
over these, and move its clock instead. Waits by which the SDK's own threads and tasks wait for each other (``is_turn``)
are no time of anybody's: they are cut short on every clock, because how many there are is chance.
"""

from __future__ import annotations

import sys
from typing import Any, Callable

from .patching import Make

SDK = "cognite.client"

TURNS = frozenset(("cognite.client._api.raw.rows", "cognite.client._api.datapoints"))
"""Modules of the SDK that wait only for what they themselves are reading: SDK 7 up to 5 s at random, SDK 8 half one."""

TURN_S = 0.001

LIMIT = 1000
"""Virtual waits of one call. What polls for ever (a subscription) would otherwise never pause."""


class VirtualWaits:
    """What was waited virtually in one call, in milliseconds."""

    __slots__ = ("_count", "total_ms")

    def __init__(self) -> None:
        self._count = 0
        self.total_ms = 0.0

    def take(self, seconds: float) -> bool:
        """Count a wait; False when it has to be waited for really."""
        if self._count >= LIMIT or not seconds >= 0:
            return False
        self._count += 1
        self.total_ms += seconds * 1000
        return True


def instant_sleep(get_waits: Callable[[], VirtualWaits | None], is_faked: Callable[[], bool]) -> Make:
    """Wraps ``time.sleep``.

    Args:
        get_waits: Where a wait of the SDK's is counted instead of being waited for; None outside of calls.
        is_faked: Whether an in-memory CDF is open, in a call or outside.
    """

    def make(original: Any) -> Any:
        def sleep(seconds: float, /) -> None:
            original(_seconds_to_wait(seconds, get_waits, is_faked, sys._getframe(1)))

        return sleep

    return make


def instant_asyncio_sleep(get_waits: Callable[[], VirtualWaits | None], is_faked: Callable[[], bool]) -> Make:
    """Wraps ``asyncio.sleep``, likewise."""

    def make(original: Any) -> Any:
        async def sleep(delay: float, result: Any = None, **options: Any) -> Any:
            return await original(_seconds_to_wait(delay, get_waits, is_faked, sys._getframe(1)), result, **options)

        return sleep

    return make


def is_turn(frame: Any) -> bool:
    """Whether the code of a frame waits for other threads or tasks of the SDK."""
    return frame.f_globals.get("__name__") in TURNS


def _seconds_to_wait(
    seconds: float, get_waits: Callable[[], VirtualWaits | None], is_faked: Callable[[], bool], caller: Any
) -> float:
    if is_turn(caller) and is_faked():
        return min(seconds, TURN_S)
    waits = get_waits()
    is_virtual = waits is not None and is_of_sdk(caller) and waits.take(seconds)
    return 0 if is_virtual else seconds  # also a virtual wait lets the other threads run


def is_of_sdk(frame: Any) -> bool:
    """Whether the code of a frame is the SDK's own."""
    name = str(frame.f_globals.get("__name__", ""))
    return name == SDK or name.startswith(SDK + ".")
