"""Links to the contents of files: signed, so that they work without a token and nobody can make one up.

They lead to the fake's own host, beside the projects: ``/api/v1/files/content/{file}``, and for a part of an upload
``/api/v1/files/content/{upload}/{part}``. A link is for one method. That of a download expires after 30 seconds, or an
hour with ``extendedExpiration`` [API specification]; how long the platform's links for uploads are good is not known
here, and these do not expire.
"""

from __future__ import annotations

from fn_emulator.cdf.contract import CdfError, Request

DOWNLOAD_MS, EXTENDED_MS = 30_000, 3_600_000


def make_link(request: Request, method: str, target: str, lifetime_ms: int | None = None) -> str:
    """The address to send one kind of request to.

    Args:
        request: The request that asks for it; the link leads to where that was sent.
        method: ``PUT`` or ``GET``.
        target: The id of a file, or the id of an upload and the number of a part.
        lifetime_ms: How long it is good; None for ever.
    """
    path = f"/files/content/{target}"
    expires = "" if lifetime_ms is None else str(request.now_ms + lifetime_ms)
    query = f"expires={expires}&" if expires else ""
    return f"{request.host}/api/v1{path}?{query}signature={_signature(request, method, path, expires)}"


def check_link(request: Request) -> None:
    """Refuse a request that does not come from a link that is good.

    Raises:
        CdfError: 403.
    """
    from hmac import compare_digest

    expires = request.query.get("expires", "")
    right = _signature(request, request.method, request.path, expires)
    if not compare_digest(request.query.get("signature", "").encode(), right.encode()):
        raise CdfError(403, "The signature of the link is not right: use a link as it was given.")
    if expires and int(expires) < request.now_ms:
        raise CdfError(403, "The link has expired.")


def _signature(request: Request, method: str, path: str, expires: str) -> str:
    import hmac

    return hmac.new(request.world.secret, f"{method} {path} {expires}".encode(), "sha256").hexdigest()
