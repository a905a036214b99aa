"""Sessions on function folders that a test writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.harness.session import Session, open_session


class Told:
    """What a session tells of its trials."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    def quiet(self, quiet: Any, answer: Any, lines: Any) -> bool:
        self.replies.append({"is_quiet": True, "answer": {"value": answer}, "logs": lines})
        return True

    def reply(self, reply: dict[str, Any]) -> bool:
        self.replies.append(reply)
        return True


class Harness:
    """A function folder and the session that is open on it."""

    def __init__(self, root: Path, session: Session) -> None:
        self.root = root
        self.session = session
        self.is_open = True
        self.shown: list[tuple[str, str]] = []

    def call(self, data: Any = None, **request: Any) -> dict[str, Any]:
        order = {
            "data": json.dumps({} if data is None else data),
            "call_info": {"function_id": "1", "call_id": "2"},
            "secrets": {"key": "value"},
            "timeout_s": 30.0,
            "frozen_at": None,
            "cold": False,
            "preload": [],
        }
        return self.session.call({**order, **request}, lambda stream, line: self.shown.append((stream, line)))

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.session.close()

    def run_trials(self, *trials: tuple[Any, ...], data: Any = None, **request: Any) -> list[dict[str, Any]]:
        """What came of the deliveries of trials: ``(is_fresh, looks_at_state, locates, count of deliveries)``."""
        order = {
            "call_info": {},
            "secrets": {},
            "timeout_s": 30.0,
            "frozen_at": "2026-01-14T09:26:53+00:00",
            "cold": False,
            "preload": [],
            "random_seed": 7,
            "bodies": [json.dumps({} if data is None else data)],
            "trials": [(*(trial[:1]), 0, *(trial[1:3]), [0] * trial[3], None, None) for trial in trials],
        }
        told = Told()
        self.session.run_trials({**order, **request}, told)
        return told.replies

    def answer(self, data: Any = None, **request: Any) -> Any:
        reply = self.call(data, **request)
        assert reply["failure"] is None, reply["failure"]
        return reply["answer"]["value"]


@pytest.fixture
def open_harness(tmp_path: Path) -> Iterator[Callable[..., Harness]]:
    """Write a function folder and open a session on it: ``open_harness({"handler.py": ...}, network="on")``."""
    opened: list[Harness] = []

    def open_(files: dict[str, str] | str, *, name: str = "fn", **spec: Any) -> Harness:
        root = tmp_path / name
        for path, text in (files if isinstance(files, dict) else {"handler.py": files}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        defaults = {
            "schema": 1,
            "root": str(root),
            "module": "handler",
            "shown": {},
            "env": {},
            "env_only": False,
            "network": "local",
            "client": "none",
            "needs_handle": True,
            "may_end_process": False,
        }
        client = spec.pop("client_object", None)
        exchange = spec.pop("exchange", None)
        session = open_session({**defaults, **spec}, client, exchange)
        opened.append(Harness(root, session))
        return opened[-1]

    yield open_
    for harness in reversed(opened):
        harness.close()
