"""Which requests ask for a token of CDF's: those are answered here, those for other people's tokens are left alone."""

from __future__ import annotations

import sys
from typing import Any

from .network import CDF_DOMAIN, is_loopback

PROVIDERS = frozenset(("login.microsoftonline.com", "login.windows.net", "sts.windows.net", "auth.cognite.com"))
"""Hosts of the identity providers that CDF projects use."""

TOKEN_PATH = "/token"
"""The end of the addresses where identity providers give tokens: ``/oauth2/v2.0/token``, ``/connect/token`` ..."""

NOT_OF_CDF = "/services/oauth2/token"
"""Where Salesforce gives its tokens."""

SDKS = frozenset(("authlib", "oauthlib", "requests_oauthlib", "msal"))
"""Packages by which the SDK asks for tokens, beside itself."""


def is_for_token(method: str, host: str, path: str) -> bool:
    """Whether a request asks for a token of CDF's.

    Any provider may be a project's; so what the SDK itself asks for counts on other hosts too, except on this machine.
    """
    if method.upper() != "POST" or not path.endswith(TOKEN_PATH):
        return False
    if host in PROVIDERS or host.endswith(CDF_DOMAIN):
        return True
    return not is_loopback(host) and not path.endswith(NOT_OF_CDF) and _is_asked_by_sdk()


def _is_asked_by_sdk() -> bool:
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] in SDKS or name.startswith("cognite.client."):
            return True
        frame = frame.f_back
    return False
