"""Environment variables -> the real project that ``--client record`` and ``--client live`` talk to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.errors import SettingsError

IDP = ("IDP_TOKEN_URL", "IDP_CLIENT_ID", "IDP_CLIENT_SECRET")


def real_project(environ: Mapping[str, str]) -> dict[str, Any]:
    """The project and its credentials.

    Args:
        environ: ``CDF_PROJECT``; ``CDF_URL`` or ``CDF_CLUSTER``; ``CDF_TOKEN``, or ``IDP_TOKEN_URL``,
            ``IDP_CLIENT_ID``, ``IDP_CLIENT_SECRET`` and ``IDP_SCOPES`` (by default the cluster's ``/.default``).

    Returns:
        ``{"project", "base_url", "credentials"}``, as the harness builds a client from it; ``credentials`` is
        ``{"token"}`` or ``{"token_url", "client_id", "client_secret", "scopes"}``.

    Raises:
        SettingsError: If something is missing; all of it is named.
    """
    missing = [*_missing_place(environ), *_missing_credentials(environ)]
    if missing:
        raise SettingsError(
            f"A real project needs {', '.join(missing)} in the environment.",
            hint="set what is missing, or use --client fake",
        )
    base_url = _base_url(environ)
    return {"project": environ["CDF_PROJECT"], "base_url": base_url, "credentials": _credentials(environ, base_url)}


def secrets_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The credentials by the names of their variables, for a masker."""
    return {name: environ[name] for name in ("CDF_TOKEN", "IDP_CLIENT_SECRET") if environ.get(name)}


def _missing_place(environ: Mapping[str, str]) -> list[str]:
    missing = [] if environ.get("CDF_PROJECT") else ["CDF_PROJECT"]
    return missing if environ.get("CDF_URL") or environ.get("CDF_CLUSTER") else [*missing, "CDF_CLUSTER (or CDF_URL)"]


def _missing_credentials(environ: Mapping[str, str]) -> list[str]:
    if environ.get("CDF_TOKEN"):
        return []
    missing = [name for name in IDP if not environ.get(name)]
    return ["CDF_TOKEN (or IDP_TOKEN_URL, IDP_CLIENT_ID, IDP_CLIENT_SECRET)"] if len(missing) == len(IDP) else missing


def _base_url(environ: Mapping[str, str]) -> str:
    if not environ.get("CDF_URL"):
        return f"https://{environ['CDF_CLUSTER']}.cognitedata.com"
    url = environ["CDF_URL"].rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise SettingsError(
            f"CDF_URL is {url!r}, which is no address.", hint="write it as https://CLUSTER.cognitedata.com"
        )
    return url


def _credentials(environ: Mapping[str, str], base_url: str) -> dict[str, Any]:
    if environ.get("CDF_TOKEN"):
        return {"token": environ["CDF_TOKEN"]}
    return {
        "token_url": environ["IDP_TOKEN_URL"],
        "client_id": environ["IDP_CLIENT_ID"],
        "client_secret": environ["IDP_CLIENT_SECRET"],
        "scopes": (environ.get("IDP_SCOPES") or f"{base_url}/.default").split(),
    }
