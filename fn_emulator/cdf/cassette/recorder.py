"""The exchange of ``--client record`` and ``--client live``: requests pass to the real project, answers are kept.

How it works: the hook asks before a request is sent. The answer is ``{"pass": number}``, and the library sends it
itself; then the hook tells what came back under that number. Requests for tokens pass and are kept nowhere.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.cassette.bodies import Mask, decompressed, kept_body, kept_query
from fn_emulator.cdf.cassette.model import Cassette, kept_path
from fn_emulator.cdf.cassette.protection import changes_project, refusal
from fn_emulator.cdf.traffic.classify import AUTH, READ, classify
from fn_emulator.cdf.traffic.journal import Journal
from fn_emulator.cdf.world import Tally
from fn_emulator.harness.realtime import REAL

KEPT_HEADERS = ("content-type", "retry-after", "x-request-id", "location")
"""Headers of a response that a function can see the effect of; the others say how it travelled."""


class PassThrough:
    """Lets requests pass to a real project.

    Attributes:
        journal: Every request, also those that were refused here.
    """

    def __init__(self, mask: Mask, *, mode: str = "record", has_writes: bool = False) -> None:
        """Prepare.

        Args:
            mask: Takes the user's secrets out of what is kept.
            mode: ``record`` or ``live``; the latter keeps no bodies.
            has_writes: Whether requests that change the project pass too.
        """
        self.journal = Journal()
        self._mask = mask
        self._mode = mode
        self._has_writes = has_writes
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[dict[str, Any], float]] = {}
        self._number = 0
        self._exchanges: list[dict[str, Any]] = []

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """What the hook asks and tells."""
        with self._lock:
            if "received" in sent:
                self._received(sent)
                return {}
            return self._asked(sent)

    def cassette(self, *, recorded_at: str, project: str, base_url: str, sdk: str | None) -> Cassette:
        """What was recorded so far, with its circumstances."""
        with self._lock:
            return Cassette(recorded_at, project, base_url, sdk, tuple(self._exchanges))

    def _asked(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        body = decompressed(sent["body"], sent["headers"])
        request = {**sent, "body": body, "json": _json(body, sent["headers"])}
        kind = classify(sent["method"], sent["url"], request["json"])
        if changes_project(kind) and not self._has_writes:
            reply = refusal(kind, sent["method"], kept_path(sent["url"])[0], self._mode)
            self._told(request, reply["status"], reply["body"], 0.0)
            if self._mode == "record":  # what the function was told when it was recorded
                self._exchanges.append(self._kept(request, reply, 0.0))
            return reply
        self._number += 1
        self._waiting[self._number] = request, REAL.perf_counter()
        return {"pass": self._number}

    def _received(self, answer: Mapping[str, Any]) -> None:
        request, started = self._waiting.pop(answer["received"])
        ms = (REAL.perf_counter() - started) * 1000
        kind = self._told(request, answer["status"], answer["body"], ms)
        if self._mode == "record" and kind != AUTH and answer["status"]:
            self._exchanges.append(self._kept(request, answer, ms))

    def _told(self, request: Mapping[str, Any], status: int, body: bytes, ms: float) -> str:
        tally = Tally()
        tally.sent = request["json"] if request["json"] is not None else request["body"] or None
        kind = classify(request["method"], request["url"], request["json"])
        if kind.kind == READ and 0 < status < 400:
            tally.answered = _answered(body)
        return self.journal.record(request, status, body, ms, tally, is_tallied=False).kind

    def _kept(self, request: Mapping[str, Any], answer: Mapping[str, Any], ms: float) -> dict[str, Any]:
        path, query = kept_path(request["url"])
        parameters = kept_query(query, self._mask)
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        return {
            "request": {
                "method": request["method"],
                "path": path,
                **({"query": parameters} if parameters else {}),
                **kept_body(request["body"], self._mask),
            },
            "response": {
                "status": answer["status"],
                "headers": {name: headers[name] for name in KEPT_HEADERS if name in headers},
                **kept_body(answer["body"], self._mask),
            },
            "ms": round(ms, 1),
        }


def _json(body: bytes, headers: Mapping[str, str]) -> Any:
    if not body or not headers.get("content-type", "application/json").lower().startswith("application/json"):
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _answered(body: bytes) -> int | None:
    if body[:1] != b"{":
        return None
    try:
        items = json.loads(body).get("items")
    except (ValueError, RecursionError):
        return None
    return len(items) if isinstance(items, list) else None
