"""What stands behind the ``client`` of a function's calls: who answers its requests to CDF, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.model import JSON, Effect
    from fn_emulator.settings import Settings


class Traffic(NamedTuple):
    """What went between one call and CDF.

    Attributes:
        effects: What was read and written, in order.
        notes: Sentences about the run: where the state came from, what was invented, what could not be answered.
        hints: Sentences that explain a failure of the call, if it failed.
    """

    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NO_TRAFFIC = Traffic()

Foreign = tuple[Mapping[str, Any], ...]
"""Requests to other hosts than CDF's, as the hook tells them: ``{"method", "url", "file", "line"}``."""


class Answering(Protocol):
    """Who answers the requests of a function's calls."""

    @property
    def spec(self) -> Mapping[str, JSON]:
        """What the harness makes the client from: ``{"project", "base_url"}``, and credentials of a real project."""
        ...

    @property
    def clock(self) -> datetime | None:
        """The instant at which a call's clock stands when nothing else says so; None leaves it running."""
        ...

    def begin(self, frozen_at: datetime | None) -> int:
        """A call begins; its requests carry the number as their ``world``.

        Args:
            frozen_at: Where the call's clock stands; None when it runs.

        Raises:
            EmulatorError: If what it starts from cannot be read.
        """
        ...

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook; see ``fn_emulator.harness.http_hook``."""
        ...

    def end(self, number: int, foreign: Foreign, sdk: str | None) -> Traffic:
        """That call has ended; ``sdk`` is the version of the SDK that it used, None when it used none.

        Raises:
            EmulatorError: If a recording cannot be written.
        """
        ...

    def close(self) -> None:
        """Nothing will be asked any more."""
        ...


def open_answering(
    function: Function, settings: Settings, cdf: FakeCdf | None, *, environ: Mapping[str, str], masker: Masker
) -> Answering | None:
    """Who answers for the client that the settings name; None for clients that reach no CDF.

    Args:
        function: The function.
        settings: Its settings.
        cdf: An in-memory CDF that it shares with others; None for one of its own.
        environ: The caller's environment, which names a real project.
        masker: Takes secrets out of what is recorded.

    Raises:
        EmulatorError: If a cassette cannot be read, or a real project is not configured.
    """
    match settings.client:
        case "fake":
            from fn_emulator.answering.in_memory import InMemory

            return InMemory(function, settings, cdf)
        case "record" | "live":
            from fn_emulator.answering.real import RealProject

            return RealProject(function, settings, environ, masker)
        case "recorded":
            from fn_emulator.answering.replayed import FromCassette

            return FromCassette(function, settings, masker)
        case _:
            return None
