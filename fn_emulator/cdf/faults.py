"""Faults on the n-th request: 429, 5xx, a time-out, a reset connection, a page that is cut short.

``503@3`` is the third request, ``429@1x5 POST /raw`` the first five that write to RAW, ``timeout@2 /assets/list`` the
second list of assets. A fault strikes before the store is touched; with ``-after`` (``timeout-after@1``) it strikes
after that: the request was carried out and its answer is lost. A retry is a request of its own. ``partial`` cuts the
pages of lists; what is no list, or has one item, is answered as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.dispatch import Wire, path_in_project, split_url
from fn_emulator.errors import SettingsError
from fn_emulator.model import NOTHING

STATUSES: Mapping[str, str] = {
    "429": "Too many requests",
    "500": "Internal server error",
    "502": "Bad gateway",
    "503": "Service unavailable",
    "504": "Gateway timeout",
}
KINDS = (*STATUSES, "timeout", "reset", "partial")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD")

AFTER = "-after"

RETRYABLE = ("429", "503")
"""What is sent with the hint that a retry is safe; not when the request was carried out."""


class Fault(NamedTuple):
    """A failure that is injected.

    Attributes:
        kind: One of ``KINDS``.
        at: The first request that it strikes, from 1, among those that have the method and path.
        times: How many requests in a row it strikes.
        method: Only requests of this method; None for all.
        path: Only requests to this path below the project, and below it; None for all.
        is_after: The store carries the request out, and its answer is lost.
    """

    kind: str
    at: int = 1
    times: int = 1
    method: str | None = None
    path: str | None = None
    is_after: bool = False

    def concerns(self, method: str, path: str) -> bool:
        """Whether it counts a request."""
        if self.method is not None and self.method != method:
            return False
        return self.path is None or path == self.path or path.startswith(self.path.rstrip("/") + "/")


class Faults:
    """Decides for each request whether a fault strikes it. Counts requests, so that each run needs its own."""

    __slots__ = ("_faults", "_seen")

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Nothing was seen yet.

        Args:
            faults: Where several strike the same request, the first counts.
        """
        self._faults = tuple(faults)
        self._seen = [0] * len(self._faults)

    def next(self, method: str, url: str) -> Fault | None:
        """The fault that strikes this request, or None; to be asked once for each request."""
        if not self._faults:
            return None
        _, path, _ = split_url(url)
        path = path_in_project(path) or path.removeprefix("/api/v1")
        struck = None
        for index, fault in enumerate(self._faults):
            if fault.concerns(method, path):
                self._seen[index] += 1
                if struck is None and fault.at <= self._seen[index] < fault.at + fault.times:
                    struck = fault
        return struck


def exchange(fault: Fault, sent: Mapping[str, Any], answer: Callable[[Mapping[str, Any]], Wire]) -> dict[str, Any]:
    """What a struck request gets.

    Args:
        fault: What strikes it.
        sent: The request as the hook sends it, with ``method``, ``url``, ``headers`` and ``body``.
        answer: Asks the store.

    Returns:
        ``{"status", "headers", "body"}``, or ``{"raise": "timeout" | "reset"}``.
    """
    if fault.kind == "partial":
        return _in_wire_form(_partial(sent, answer))
    if fault.is_after:
        answer(sent)
    if fault.kind in ("timeout", "reset"):
        return {"raise": fault.kind}
    return _in_wire_form(_refusal(fault))


def _in_wire_form(wire: Wire) -> dict[str, Any]:
    status, headers, body = wire
    return {"status": status, "headers": headers, "body": body}


def _refusal(fault: Fault) -> Wire:
    error: dict[str, Any] = {"code": int(fault.kind), "message": STATUSES[fault.kind]}
    headers = {"content-type": "application/json", "x-request-id": "fn-emulator-fault"}
    if fault.kind in RETRYABLE and not fault.is_after:
        error["isAutoRetryable"] = True  # read by SDK 7
        headers["cdf-is-auto-retryable"] = "true"  # read by SDK 8
    return int(fault.kind), headers, json.dumps({"error": error}).encode()


def _partial(sent: Mapping[str, Any], answer: Callable[[Mapping[str, Any]], Wire]) -> Wire:
    # The store itself cuts the page, asked for half of the items that it gave: so the cursor is a real one.
    whole = answer(sent)
    count = _items_in(whole)
    if count < 2:
        return whole
    shorter = _with_limit(sent, count // 2)
    return whole if shorter is None else answer(shorter)


def _items_in(wire: Wire) -> int:
    status, headers, body = wire
    if status != 200 or not headers.get("content-type", "").startswith("application/json"):
        return 0
    items = json.loads(body)
    items = items.get("items") if isinstance(items, dict) else None
    return len(items) if isinstance(items, list) else 0


def _with_limit(sent: Mapping[str, Any], limit: int) -> dict[str, Any] | None:
    """The same list with another limit, or None where the request is no list."""
    if sent["method"] == "GET":
        host, path, query = split_url(sent["url"])
        kept = [part for part in query.split("&") if part and not part.startswith("limit=")]
        return {**sent, "url": f"{host}{path}?{'&'.join([*kept, f'limit={limit}'])}"}
    if not split_url(sent["url"])[1].endswith(("/list", "/filter", "/reverselookup")):
        return None
    body = json.loads(_plain(sent["body"], sent["headers"]) or b"{}")
    headers = {
        name: held for name, held in sent["headers"].items() if name not in ("content-encoding", "content-length")
    }
    return {**sent, "headers": headers, "body": json.dumps({**body, "limit": limit}).encode()}


def _plain(body: bytes, headers: Mapping[str, str]) -> bytes:
    if "content-encoding" not in headers:
        return body
    import zlib

    return zlib.decompress(body, zlib.MAX_WBITS | 32)


def parse_fault(text: str) -> Fault:
    """Read a fault as it is written: ``KIND[-after][@AT[xCOUNT]] [METHOD] [PATH]``.

    Args:
        text: Such as ``503@3``, ``429@1x5 POST /raw``, ``timeout-after@2 /assets``.

    Raises:
        SettingsError: If a part is not understood.
    """
    if not isinstance(text, str):
        raise SettingsError(f"A fault is not a text but of type {type(text).__name__}.", hint="write such as 503@3")
    head, *rest = text.split() or [""]
    what, at_sign, when = head.partition("@")
    kind = what.removesuffix(AFTER)
    if kind not in KINDS:
        raise _not_a_fault(text, f"has an unknown kind {kind!r}", f"use one of {', '.join(KINDS)}")
    if kind == "partial" and kind != what:
        raise _not_a_fault(text, "has a partial page that strikes after the request", f"write {kind}{at_sign}{when}")
    at, _, count = when.partition("x") if at_sign else ("1", "", "")
    if not _is_count(at) or (count and not _is_count(count)) or when.endswith("x"):
        raise _not_a_fault(text, f"has no request number after @: {when!r}", "write such as 503@3 or 429@1x5")
    where = _where(text, rest)
    return Fault(kind, int(at), int(count or 1), is_after=kind != what, **where)


def _where(text: str, parts: list[str]) -> Mapping[str, Any]:
    if not parts:
        return NOTHING
    method = parts[0].upper() if parts[0].upper() in METHODS else None
    path = parts[1:] if method else parts
    if len(path) > 1 or (path and not path[0].startswith("/")):
        raise _not_a_fault(text, f"has {' '.join(parts)!r} where a method and a path belong", "write such as POST /raw")
    return {"method": method, "path": path[0] if path else None}


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) > 0


def _not_a_fault(text: str, problem: str, hint: str) -> SettingsError:
    return SettingsError(f"Fault {text!r} {problem}.", hint=hint)


__all__ = ["KINDS", "Fault", "Faults", "exchange", "parse_fault"]
