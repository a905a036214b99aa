"""Facts about this machine -> what ``fn-emulate doctor`` shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fn_emulator.doctor import Fact

WORDS = {"ok": "ok", "absent": "-", "falls-back": "falls back:"}


def render_text(facts: Sequence[Fact]) -> str:
    """A line each: how it is, what it is, what was found."""
    first = max(map(len, WORDS.values()))
    second = max((len(fact.name) for fact in facts), default=0)
    return "".join(f"{WORDS[fact.state]:<{first}}  {fact.name:<{second}}  {fact.text}\n" for fact in facts)


def render_json(facts: Sequence[Fact]) -> str:
    """One object: schema 1."""
    document: dict[str, Any] = {
        "schema": 1,
        "facts": [
            {"name": fact.name, "state": fact.state, "text": fact.text, "details": dict(fact.details)} for fact in facts
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
