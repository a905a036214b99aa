"""A body on the wire <-> in a cassette: JSON as JSON, text as text, anything else as base64; never compressed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from fn_emulator.cdf.traffic.scrub import MASK, SECRET_FIELDS, without_secrets

Mask = Callable[[Any], Any]
"""JSON or a text -> the same with every value of a secret replaced."""


def kept_body(body: bytes, mask: Mask) -> dict[str, Any]:
    """``{"json"}``, ``{"text"}``, ``{"base64"}`` or, of an empty body, nothing.

    Args:
        body: Decompressed.
        mask: Takes the user's secrets out; CDF's own fields for credentials are emptied besides. Bytes that hold a
            secret become the text ``***``.
    """
    if not body:
        return {}
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _kept_bytes(body, mask)
    try:
        return {"json": mask(without_secrets(json.loads(text)))}
    except (ValueError, RecursionError):
        # Protobuf of a few small numbers is valid UTF-8 too.
        is_text = all(line.isprintable() for line in text.replace("\t", " ").splitlines())
        return {"text": mask(text)} if is_text else _kept_bytes(body, mask)


def _kept_bytes(body: bytes, mask: Mask) -> dict[str, Any]:
    import base64

    text = body.decode("latin-1")
    return {"base64": base64.b64encode(body).decode()} if mask(text) == text else {"text": MASK}


def wire_body(kept: Mapping[str, Any]) -> bytes:
    """The bytes that ``kept_body`` was made from, apart from what was masked and JSON's spaces."""
    if "json" in kept:
        return json.dumps(kept["json"], separators=(",", ":")).encode()
    if "base64" in kept:
        import base64

        return base64.b64decode(kept["base64"])
    return str(kept.get("text", "")).encode()


def decompressed(body: bytes, headers: Mapping[str, str]) -> bytes:
    """A request's body without its compression; as it is where it cannot be decompressed."""
    if headers.get("content-encoding", "").lower() not in ("gzip", "deflate"):
        return body
    import zlib

    try:
        return zlib.decompress(body, zlib.MAX_WBITS | 32)
    except zlib.error:
        return body


def kept_query(query: str, mask: Mask) -> dict[str, Any]:
    """The parameters of a query, sorted; those that sign an address are emptied."""
    if not query:
        return {}
    from urllib.parse import parse_qsl

    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return {name: MASK if name.lower() in _SIGNING else mask(value) for name, value in pairs}


_SIGNING = SECRET_FIELDS | {"sig", "signature", "x-goog-signature", "x-goog-credential", "x-amz-signature"}
