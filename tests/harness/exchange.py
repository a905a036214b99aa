"""A tiny CDF for the tests of the hook: remembers each request and answers assets, tokens and what a test adds."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

CDF = {"project": "tests", "base_url": "https://fn-emulator-1.cognitedata.com"}


class TinyCdf:
    """``exchange`` as a callable that keeps what it was asked; ``queue`` holds replies that come before its own."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.queue: list[dict[str, Any]] = []

    def __call__(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.requests.append(dict(request))
        if self.queue and "/token" not in request["url"]:
            return self.queue.pop(0)
        return json_reply(self._answer(request))

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if request["url"].endswith("/token"):
            return {"access_token": "made here", "token_type": "Bearer", "expires_in": 3600}
        if '"cursor": "more"' in decoded(request).replace('":"', '": "'):
            return {"items": [asset(2, "second")]}
        return {"items": [asset(1, "first")], "nextCursor": "more"}

    @property
    def paths(self) -> list[str]:
        return [request["url"].partition("://")[2].partition("?")[0] for request in self.requests]


def asset(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "name": name, "rootId": number, "createdTime": 0, "lastUpdatedTime": 0}


def json_reply(value: Any, status: int = 200) -> dict[str, Any]:
    return {"status": status, "headers": {"content-type": "application/json"}, "body": json.dumps(value).encode()}


def decoded(request: Mapping[str, Any]) -> str:
    body = request["body"]
    return (gzip.decompress(body) if request["headers"].get("content-encoding") == "gzip" else body).decode()
