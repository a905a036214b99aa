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
        def __init__(transport: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            if not args and kwargs.get("verify", True) is True and kwargs.get("cert") is None:
                trust_env = kwargs.get("trust_env", True)
                kwargs["verify"] = _late_context(lambda: httpx.create_ssl_context(trust_env=trust_env))
            original(transport, *args, **kwargs)

        return __init__

    return make


def _late_context(create: Any) -> Any:
    import ssl

    context = _late_context_class()(ssl.PROTOCOL_TLS_CLIENT)
    context.create = create
    return context


@functools.cache
def _late_context_class() -> Any:
    import ssl

    class LateContext(ssl.SSLContext):
        """Hands each connection to the context that httpx would have made at once."""

        create: Any
        alpn: Any = None

        def set_alpn_protocols(self, alpn_protocols: Any) -> None:
            self.alpn = list(alpn_protocols)

        def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
            return self.real().wrap_bio(*args, **kwargs)

        def wrap_socket(self, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
            return self.real().wrap_socket(*args, **kwargs)

        def real(self) -> ssl.SSLContext:
            context = self.made
            if self.alpn is not None:
                context.set_alpn_protocols(self.alpn)
            return context

        @functools.cached_property
        def made(self) -> ssl.SSLContext:
            context: ssl.SSLContext = self.create()
            return context

    return LateContext
