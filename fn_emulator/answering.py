"""What stands behind the ``client`` of a function's calls: who answers its requests to CDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fn_emulator.model import NOTHING, Effect

if TYPE_CHECKING:
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings


class Traffic(NamedTuple):
    """What went between one call and CDF: effects in order, and sentences about what could not be answered."""

    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()


class Answering(Protocol):
    """Who answers the requests of a function's calls."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the harness makes the client from."""
        ...

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook; see ``fn_emulator.harness.http_hook``."""
        ...

    def begin(self) -> None:
        """A call begins."""
        ...

    def end(self, *, has_failed: bool) -> Traffic:
        """It has ended."""
        ...

    def close(self) -> None:
        """Nothing will be asked any more."""
        ...
