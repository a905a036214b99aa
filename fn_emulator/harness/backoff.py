"""The waits that an SDK makes by itself, between retries and polls, on a virtual clock: they take no time.

How it works: ``time.sleep`` and ``asyncio.sleep`` return at once when the SDK's own code calls them, and the wait is
added to the time that CDF is told. The user's own sleeps are not touched. Under a frozen clock the freeze's sleeps lie
over these, and move its clock instead.
"""

from __future__ import annotations

import sys
from typing import Any, Callable

from .patching import Make

SDK = "cognite.client"

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


def instant_sleep(get_waits: Callable[[], VirtualWaits | None]) -> Make:
    """Wraps ``time.sleep``."""

    def make(original: Any) -> Any:
        def sleep(seconds: float, /) -> None:
            waits = get_waits()
            is_ours = waits is not None and _is_of_sdk(sys._getframe(1)) and waits.take(seconds)
            original(0 if is_ours else seconds)  # also a virtual wait lets the other threads run

        return sleep

    return make


def instant_asyncio_sleep(get_waits: Callable[[], VirtualWaits | None]) -> Make:
    """Wraps ``asyncio.sleep``."""

    def make(original: Any) -> Any:
        async def sleep(delay: float, result: Any = None, **options: Any) -> Any:
            waits = get_waits()
            is_ours = waits is not None and _is_of_sdk(sys._getframe(1)) and waits.take(delay)
            return await original(0 if is_ours else delay, result, **options)

        return sleep

    return make


def _is_of_sdk(frame: Any) -> bool:
    name = str(frame.f_globals.get("__name__", ""))
    return name == SDK or name.startswith(SDK + ".")
