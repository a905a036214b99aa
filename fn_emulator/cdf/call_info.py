"""Ids of functions, calls and schedules, and the ``function_call_info`` that a handler gets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fn_emulator.clock import in_text, milliseconds
from fn_emulator.model import Call

MAX_ID = 2**53 - 1
"""Largest id of the platform [API specification: 1 .. 9007199254740991]."""


def make_id(*parts: str | int) -> int:
    """An id in ``1 .. MAX_ID`` that is the same for the same parts on every machine (FNV-1a)."""
    number = 0xCBF29CE484222325
    for byte in "\0".join(map(str, parts)).encode("utf-8", "surrogatepass"):  # a path may hold any byte
        number = (number ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return number % MAX_ID + 1


def make_call_id(function_id: int, number: int) -> int:
    """The id of a function's call number ``number``: other for each number, the same on every machine."""
    return (function_id + number * 0x9E3779B97F4A7C15) % MAX_ID + 1


def call_info(call: Call, types: str) -> dict[str, Any]:
    """``function_call_info`` of a call.

    The value types are documented nowhere; ``text`` is our choice, after the types that Cognite's own function-apps
    package declares, and ``int`` gives numbers and epoch milliseconds.

    Args:
        call: The call.
        types: ``text`` or ``int``.

    Returns:
        ``function_id`` and ``call_id``; ``schedule_id`` and ``scheduled_time`` only for a scheduled call. What the call
        says itself (``call.info``) goes over that, as it is.
    """
    is_text = types == "text"
    info: dict[str, Any] = {"function_id": call.function_id, "call_id": call.id}
    if call.schedule_id is not None:
        info["schedule_id"] = call.schedule_id
    if is_text:
        info = {key: str(value) for key, value in info.items()}
    if call.scheduled_time is not None:
        info["scheduled_time"] = _instant(call.scheduled_time, is_text=is_text)
    if call.info:
        info.update(call.info)
    return info


def call_info_of_its_own(call: Call, types: str, due_text: str | None = None) -> dict[str, Any]:
    """That part of it which differs between the calls of one schedule; ``due_text`` is its due time, where known."""
    is_text = types == "text"
    own: dict[str, Any] = {}
    if "call_id" not in call.info:
        own["call_id"] = str(call.id) if is_text else call.id
    if call.scheduled_time is not None and "scheduled_time" not in call.info:
        is_due_text = is_text and due_text is not None
        own["scheduled_time"] = due_text if is_due_text else _instant(call.scheduled_time, is_text=is_text)
    return own


def _instant(instant: datetime, *, is_text: bool) -> str | int:
    return in_text(instant) if is_text else milliseconds(instant)
