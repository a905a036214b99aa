"""Fields of CDF's bodies that hold secrets, and JSON without their values."""

from __future__ import annotations

from typing import Any

MASK = "***"

SECRET_FIELDS = frozenset(
    (
        *("accesskey", "accesstoken", "access_token", "apikey", "api_key", "assertion", "authentication"),
        *("authorization", "client_assertion", "client_secret", "clientsecret", "destinationoidccredentials"),
        *("id_token", "nonce", "password", "privatekey", "refresh_token", "secret", "secrets", "sourceoidccredentials"),
        *("token",),
    )
)
"""Names of fields, in lower case, whose values are credentials wherever CDF's API has them."""

SIGNED_LINKS = frozenset(("downloadUrl", "uploadUrl", "uploadUrls"))
"""Fields with links whose query is a credential: who has the link has the file."""

PARTS_WITH_SECRETS = frozenset(
    ("functions", "hostedextractors", "postgresgateway", "sessions", "simulators", "transformations", "workflows")
)
"""First segments of the paths whose bodies hold such fields."""


def without_secrets(value: Any) -> Any:
    """A copy of JSON in which what stands in a secret field is replaced; names of secrets stay."""
    if isinstance(value, dict):
        return {name: _clean(name, held) for name, held in value.items()}
    return [without_secrets(member) for member in value] if isinstance(value, list) else value


def _clean(name: Any, held: Any) -> Any:
    if name in SIGNED_LINKS:
        return _unsigned(held)
    return _hidden(held) if _is_secret(name) else without_secrets(held)


def _unsigned(held: Any) -> Any:
    if isinstance(held, list):
        return [_unsigned(link) for link in held]
    return f"{held.partition('?')[0]}?{MASK}" if isinstance(held, str) and "?" in held else held


def _is_secret(name: Any) -> bool:
    return isinstance(name, str) and name.lower() in SECRET_FIELDS


def _hidden(held: Any) -> Any:
    if isinstance(held, dict):
        return {name: _hidden(inner) for name, inner in held.items()}
    if isinstance(held, list):
        return [_hidden(inner) for inner in held]
    return held if held is None or isinstance(held, bool) else MASK
