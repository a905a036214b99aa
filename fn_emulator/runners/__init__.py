"""Where a handler runs, seen from our side: a runner turns each call into evidence of what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from fn_emulator.model import Call, Evidence, QuietCall
    from fn_emulator.runners.trials import Conditions
    from fn_emulator.trials import Trial, TrialEvidence

Exchange = Callable[["dict[str, Any]"], "dict[str, Any]"]
"""Answers one request to CDF; see ``fn_emulator.harness.http_hook``."""

Show = Callable[[str, str], None]
"""``show(stream, line)``: called for each line that the function writes, as it is written."""


class CallAbandoned(Exception):  # noqa: N818 - nothing is wrong: who raises it was told to
    """A call was ended while it ran, as nobody wanted its answer any more; its process is gone."""


class Pace(NamedTuple):
    """How far calls that follow one another may run ahead of who looks at them.

    Attributes:
        until_s: Real seconds after which no call begins before it was looked at what came of those so far.
        is_in_step: Whether none begins after one that asked CDF something, before it was looked at.
    """

    until_s: float
    is_in_step: bool


AT_ONCE = Pace(0.2, is_in_step=False)
"""Results come several times a second."""


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
        is_cold: bool,
        preload: Iterable[str],
        show: Show | None,
        pace: Pace,
    ) -> Iterator[Evidence | QuietCall]:
        """Call the handler for each, one after the other and warm, and yield what was seen of each soon after its end.

        Args:
            calls: The requests, each with its world. The clock stands for all of them or goes on for all.
            timeout_s: Seconds after which each is ended; None for never.
            is_cold: Whether the handler is loaded freshly for the first.
            preload: As ``invoke`` takes it.
            show: Told each line that the function writes.
            pace: How far the calls may run ahead of who looks at them.

        Raises:
            RunnerError: If the handler cannot be run here at all.
        """
        ...

    def run_trials(
        self,
        trials: Iterable[tuple[Trial, int]],
        conditions: Conditions,
        *,
        is_cold: bool,
        show: Show | None,
    ) -> Iterator[TrialEvidence]:
        """Run trials, each from the same beginning, and yield what was seen of each.

        Args:
            trials: The trials, each with the world that its requests to CDF carry.
            conditions: What is the same in each.
            is_cold: Whether each fresh one, with the warm ones that follow it, gets a process of its own where the
                runner has processes.
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
