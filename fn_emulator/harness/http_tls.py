"""A TLS context that reads its certificates when the first connection is made, not when a client is.

httpx reads all root certificates for each client (20 to 60 ms), and clients of a faked CDF never connect. What does
connect is checked against the same certificates as ever.
"""

from __future__ import annotations

import functools
from typing import Any


def without_certificates(httpx: Any) -> Any:
    """Wraps ``__init__`` of a transport: the default context (``verify=True``) becomes one that reads them late."""

    def make(original: Any) -> Any:
        @functools.wraps(original)
        def __init__(transport: Any, verify: Any = True, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            if verify is True and not args and kwargs.get("cert") is None:
                trust_env = kwargs.get("trust_env", True)
                verify = _late_context(lambda: httpx.create_ssl_context(trust_env=trust_env))
            original(transport, verify, *args, **kwargs)

        return __init__

    return make


def _late_context(create: Any) -> Any:
    import ssl

    class LateContext(ssl.SSLContext):
        """Delegates each connection to the context that httpx would have made."""

        @functools.cached_property
        def _real(self) -> ssl.SSLContext:
            context: ssl.SSLContext = create()
            return context

        def set_alpn_protocols(self, alpn_protocols: Any) -> None:
            self._alpn = list(alpn_protocols)

        def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
            return self._ready().wrap_bio(*args, **kwargs)

        def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
            return self._ready().wrap_socket(*args, **kwargs)

        def _ready(self) -> ssl.SSLContext:
            alpn = getattr(self, "_alpn", None)
            if alpn is not None:
                self._real.set_alpn_protocols(alpn)
            return self._real

    return LateContext(ssl.PROTOCOL_TLS_CLIENT)
