"""The first place at which two JSON values differ, as a path and a sentence."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 80


def first_difference(recorded: Any, sent: Any, path: str = "$") -> str | None:
    """Where and how what is sent differs from what was recorded, or None.

    Returns:
        Such as ``at $.filter.name: recorded "a", sent "b"``.
    """
    if isinstance(recorded, dict) and isinstance(sent, dict):
        return _in_objects(recorded, sent, path)
    if isinstance(recorded, list) and isinstance(sent, list):
        return _in_lists(recorded, sent, path)
    if recorded == sent and isinstance(recorded, bool) == isinstance(sent, bool):
        return None
    return f"at {path}: recorded {_shown(recorded)}, sent {_shown(sent)}"


def _in_objects(recorded: dict[str, Any], sent: dict[str, Any], path: str) -> str | None:
    for name in recorded:
        if name not in sent:
            return f"at {path}.{name}: recorded {_shown(recorded[name])}, not sent"
        found = first_difference(recorded[name], sent[name], f"{path}.{name}")
        if found is not None:
            return found
    for name in sent:
        if name not in recorded:
            return f"at {path}.{name}: not recorded, sent {_shown(sent[name])}"
    return None


def _in_lists(recorded: list[Any], sent: list[Any], path: str) -> str | None:
    for index, (before, after) in enumerate(zip(recorded, sent, strict=False)):
        found = first_difference(before, after, f"{path}[{index}]")
        if found is not None:
            return found
    if len(recorded) != len(sent):
        return f"at {path}: recorded {len(recorded)} members, sent {len(sent)}"
    return None


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."
