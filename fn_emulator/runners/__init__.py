"""Where a handler runs, seen from our side: a runner turns each call into evidence of what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from fn_emulator.model import Call, Evidence

Exchange = Callable[["dict[str, Any]"], "dict[str, Any]"]
"""Answers one request to CDF; see ``fn_emulator.harness.http_hook``."""

Show = Callable[[str, str], None]
"""``show(stream, line)``: called for each line that the function writes, as it is written."""


class CallAbandoned(Exception):  # noqa: N818 - nothing is wrong: who raises it was told to
    """A call was ended while it ran, as nobody wanted its answer any more; its process is gone."""


class Runner(Protocol):
    """One open function and the place where its handler runs."""

    @property
    def name(self) -> str:
        """``inprocess``, ``worker`` or ``docker``."""
        ...

    def invoke(
        self,
        call: Call,
        *,
        timeout_s: float | None,
        is_cold: bool,
        preload: Iterable[str],
        show: Show | None,
        world: int,
    ) -> Evidence:
        """Call the handler once; what the handler does wrong is in the evidence, never an exception.

        Args:
            call: The request.
            timeout_s: Seconds after which the handler is ended; None for never.
            is_cold: Whether the handler is loaded freshly.
            preload: Other people's modules to import before the clock is frozen.
            show: Told each line that the function writes.
            world: Travels in each of its requests to CDF.

        Raises:
            RunnerError: If the handler cannot be run here at all.
        """
        ...

    def invoke_each(
        self,
        calls: Iterable[tuple[Call, int]],
        *,
        timeout_s: float | None,
        preload: Iterable[str],
        show: Show | None,
    ) -> Iterator[Evidence]:
        """Call the handler for each, one after the other and warm, and yield the evidence of each when it has ended.

        Args:
            calls: The requests, each with its world.
            timeout_s: Seconds after which each is ended; None for never.
            preload: As ``invoke`` takes it.
            show: Told each line that the function writes.

        Raises:
            RunnerError: If the handler cannot be run here at all.
        """
        ...

    def reload(self) -> None:
        """Let the next call start freshly, with the function's files as they are then."""
        ...

    def close(self) -> None:
        """Stop what was started and leave nothing behind."""
        ...
