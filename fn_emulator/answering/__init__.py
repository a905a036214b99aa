"""What stands behind the ``client`` of a function's calls: who answers its requests to CDF, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import is_typed

if TYPE_CHECKING:
    from datetime import datetime

    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.model import JSON, Call, Evidence
    from fn_emulator.observations import Effect
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

    def prepare(self) -> None:
        """Do what the first request would have to wait for; nothing is read yet."""
        ...

    def begin(self, call: Call | None) -> int:
        """A call begins; its requests carry the number as their ``world``.

        Args:
            call: The call; None for an import alone.

        Raises:
            EmulatorError: If what it starts from cannot be read.
        """
        ...

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook; see ``fn_emulator.harness.http_hook``."""
        ...

    def end(self, number: int, evidence: Evidence | None) -> Traffic:
        """That call has ended; there is no evidence when the runner gave up.

        Raises:
            EmulatorError: If a recording cannot be written.
        """
        ...

    def start_over(self) -> None:
        """Forget what the calls so far did: the next one is the first again."""
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
    _refuse_what_has_no_meaning(settings)
    match settings.client:
        case "fake":
            from fn_emulator.answering.in_memory import InMemory

            return InMemory(function, settings, cdf)
        case "record" | "live":
            from fn_emulator.answering.real import RealProject

            return RealProject(function, settings, environ, masker)
        case "recorded":
            from fn_emulator.answering.recorded import FromCassette

            return FromCassette(function, settings, masker)
        case _:
            return None


def _refuse_what_has_no_meaning(settings: Settings) -> None:
    """Nobody shall believe that a call on a real project has the rights of a reader."""
    if settings.client == "fake":
        return
    given = {"as": settings.identity, "seed": settings.seed, "lenient": settings.is_lenient}
    for key, value in given.items():
        origin = settings.origins.get(key, "default")
        if value and (key == "as" or is_typed(key, origin)):
            by = settings.origins["client"]
            raise SettingsError(
                f"{origin} holds for the in-memory CDF alone, and the client is {settings.client!r} ({by}).",
                hint="leave it out, or choose the client fake",
            )
