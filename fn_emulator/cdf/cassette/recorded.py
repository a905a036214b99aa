"""The exchange of ``--client recorded``: answers from a cassette, to exactly the requests that were recorded.

Requests may come in any order, identical ones as often as they were recorded. One that was not is answered with a 500,
which no SDK tries again, and with where it differs.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.cassette.bodies import Mask, decompressed, kept_body, kept_query, wire_body
from fn_emulator.cdf.cassette.difference import first_difference
from fn_emulator.cdf.cassette.model import Cassette, kept_path
from fn_emulator.cdf.traffic.classify import AUTH, classify
from fn_emulator.cdf.traffic.items import DATAPOINTS, sent_items
from fn_emulator.cdf.traffic.journal import Journal
from fn_emulator.cdf.world import Tally

TOKEN = {"access_token": "fn-emulator", "token_type": "Bearer", "expires_in": 3600}
HINT = "record it again with --client record, or let the function ask the same"


class Recorded:
    """Answers from one cassette.

    Attributes:
        journal: Every request.
        notes: What is to be said of the run: the first request that was not recorded.
    """

    def __init__(self, cassette: Cassette, mask: Mask) -> None:
        """Prepare.

        Args:
            cassette: The recording.
            mask: What the recording was masked with, so that masked requests are found again.
        """
        self.journal = Journal()
        self.notes: list[str] = []
        self._mask = mask
        self._lock = threading.Lock()
        self._count = 0
        self._unused = list(cassette.exchanges)
        self._used: list[dict[str, Any]] = []

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The recorded answer to a request of the hook's."""
        with self._lock:
            if classify(sent["method"], sent["url"]).kind == AUTH:
                return self._told(sent, None, _reply(200, TOKEN))
            self._count += 1
            request = self._kept(sent)
            for exchange in self._unused:
                if _is_same(exchange["request"], request):
                    self._unused.remove(exchange)
                    self._used.append(exchange)
                    return self._told(sent, request, _recorded_reply(exchange["response"]))
            return self._told(sent, request, self._unknown(request))

    @property
    def is_used_up(self) -> bool:
        """Whether everything that was recorded was asked for."""
        return not self._unused

    def closing_notes(self) -> tuple[str, ...]:
        """``notes``, and how many recorded requests were not sent."""
        with self._lock:
            if not self._unused:
                return tuple(self.notes)
            first = _line(self._unused[0]["request"])
            many = f"{len(self._unused)} recorded requests were" if len(self._unused) > 1 else "1 recorded request was"
            return (*self.notes, f"{many} not sent, the first is {first}.")

    def _kept(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        path, query = kept_path(sent["url"])
        parameters = kept_query(query, self._mask)
        body = kept_body(decompressed(sent["body"], sent["headers"]), self._mask)
        return {"method": sent["method"], "path": path, **({"query": parameters} if parameters else {}), **body}

    def _unknown(self, request: Mapping[str, Any]) -> dict[str, Any]:
        message = f"Request {self._count}, {_line(request)}, {self._difference(request)}."
        if not self.notes:  # what follows from the first difference is no news
            self.notes.append(f"{message} {HINT[0].upper()}{HINT[1:]}.")
        return _reply(500, {"error": {"code": 500, "message": f"{message} Hint: {HINT}."}})

    def _difference(self, request: Mapping[str, Any]) -> str:
        if any(_is_same(exchange["request"], request) for exchange in self._used):
            return "was recorded, but not so often"
        alike = [*self._unused, *self._used]
        found = [exchange["request"] for exchange in alike if _line(exchange["request"]) == _line(request)]
        if not found:
            return "was not recorded"
        where = first_difference(_comparable(found[0]), _comparable(request))
        return f"differs from the recording {where}"

    def _told(
        self, sent: Mapping[str, Any], request: Mapping[str, Any] | None, reply: dict[str, Any]
    ) -> dict[str, Any]:
        tally = Tally()
        if request is not None:
            tally.sent = request["json"] if "json" in request else wire_body(request) or None
        items = json.loads(reply["body"]).get("items") if reply["body"][:1] == b"{" else None
        tally.answered = len(items) if isinstance(items, list) else None
        self.journal.record(sent, reply["status"], reply["body"], 0.0, tally, is_tallied=False)
        return reply


def _is_same(recorded: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
    return all(recorded.get(part) == sent.get(part) for part in ("method", "path", "query", "json", "text", "base64"))


def _line(request: Mapping[str, Any]) -> str:
    return f"{request['method']} {request['path']}"


def _comparable(request: Mapping[str, Any]) -> Any:
    """A request as JSON: its body, beside ``query`` where it has one."""
    body = request.get("json", request.get("text"))
    if "base64" in request:
        resource = DATAPOINTS if request["path"] == f"/{DATAPOINTS}" else ""
        body = {"items": sent_items(resource, wire_body(request))} if resource else request["base64"]
    return {"query": request["query"], "body": body} if "query" in request else body


def _recorded_reply(response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": response["status"],
        "headers": dict(response.get("headers", {})),
        "body": wire_body(response),
    }


def _reply(status: int, body: Any) -> dict[str, Any]:
    return {"status": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body).encode()}
