"""What a handler gets as ``client``."""

from __future__ import annotations

import sys
from typing import Any


class SdkMissing(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """This interpreter has no cognite-sdk."""


class ClientNotConfiguredError(RuntimeError):
    """The handler used ``client`` in a call that has none."""


class NoClient:
    """Stands for the client of a call without one: fails at first touch and says what the choices are."""

    def __repr__(self) -> str:
        return "<no client: run with --client mock>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise ClientNotConfiguredError(
            f"client.{name} was used, but this call has no client; choose one with --client mock "
            '(client="mock" in Python)'
        )


def make_client(mode: str) -> Any:
    """The client for a mode: ``none`` or ``mock``.

    Raises:
        SdkMissing: If the mode needs an SDK and this interpreter has none.
    """
    if mode == "none":
        return NoClient()
    try:
        from cognite.client.testing import CogniteClientMock
    except ImportError as exc:
        raise SdkMissing(str(exc)) from exc
    return CogniteClientMock()


def sdk_version() -> str | None:
    """Version of the cognite-sdk that is imported in this process, or None."""
    module = sys.modules.get("cognite.client")
    return getattr(module, "__version__", None)
