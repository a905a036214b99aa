"""What a handler gets as ``client``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any


class SdkMissing(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """This interpreter has no cognite-sdk."""


class ClientNotConfiguredError(RuntimeError):
    """The handler used ``client`` in a call that has none."""


class NoClient:
    """Stands for the client of a call without one: fails at first touch and says what the choices are."""

    def __repr__(self) -> str:
        return "<no client: run with --client fake>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise ClientNotConfiguredError(
            f"client.{name} was used, but this call has no client; choose one with --client fake or --client mock "
            '(client="fake" or client="mock" in Python)'
        )


REAL_CLIENTS = ("live", "record")
"""Modes whose requests go to a real project."""


def make_client(mode: str, cdf: Mapping[str, Any] | None = None) -> Any:
    """The client for a mode: ``none``, ``mock``, ``fake``, ``recorded``, ``record`` or ``live``.

    Args:
        mode: What the handler gets.
        cdf: ``{"project", "base_url"}`` that the client is configured with; for ``record`` and ``live`` also
            ``"credentials"``: ``{"token"}``, or ``{"token_url", "client_id", "client_secret", "scopes": [...]}``.

    Raises:
        SdkMissing: If the mode needs an SDK and this interpreter has none.
    """
    if mode == "none":
        return NoClient()
    try:
        if mode in ("fake", "recorded"):
            return fake_client(**(cdf or {}))
        if mode in REAL_CLIENTS:
            return real_client(**(cdf or {}))
        from cognite.client.testing import CogniteClientMock
    except ImportError as exc:
        raise SdkMissing(str(exc)) from exc
    return CogniteClientMock()


def fake_client(project: str, base_url: str) -> Any:
    """The real ``CogniteClient`` of the SDK that is installed here; the HTTP hook answers what it sends.

    Args:
        project: The fake's project.
        base_url: The fake's address, for example ``https://fn-emulator.cognitedata.com``; 7.x warns of other domains.

    Raises:
        ImportError: If this interpreter has no SDK.
    """
    from cognite.client.credentials import Token

    return _made(project, base_url, Token("fn-emulator"))


def real_client(project: str, base_url: str, credentials: Mapping[str, Any]) -> Any:
    """A client of a real project.

    Args:
        project: Its name.
        base_url: Address of its cluster.
        credentials: ``{"token"}``, or ``{"token_url", "client_id", "client_secret", "scopes"}``.

    Raises:
        ImportError: If this interpreter has no SDK.
    """
    from cognite.client.credentials import OAuthClientCredentials, Token

    is_token = "token" in credentials
    made = Token(credentials["token"]) if is_token else OAuthClientCredentials(**credentials)
    return _made(project, base_url, made)


def _made(project: str, base_url: str, credentials: Any) -> Any:
    from cognite.client import ClientConfig, CogniteClient, global_config

    was_disabled = global_config.disable_pypi_version_check
    global_config.disable_pypi_version_check = True
    try:
        return CogniteClient(
            ClientConfig(client_name="fn-emulator", project=project, base_url=base_url, credentials=credentials)
        )
    finally:
        global_config.disable_pypi_version_check = was_disabled


def sdk_version() -> str | None:
    """Version of the cognite-sdk that is imported in this process, or None."""
    module = sys.modules.get("cognite.client")
    return getattr(module, "__version__", None)
