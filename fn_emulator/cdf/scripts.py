"""Answers that a fixture scripts for what the in-memory CDF cannot work out: calls of functions, detection, matching.

``world.script(name, answer)`` stores one; what is not scripted fails with a message that says how to script it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from fn_emulator.cdf.world import World
from fn_emulator.model import JSON


class Answer(NamedTuple):
    """What a script gave.

    Attributes:
        value: Plain JSON.
        error: What went wrong instead, in one sentence; None when nothing did.
        trace: The traceback of a scripted function that raised.
    """

    value: JSON = None
    error: str | None = None
    trace: str = ""


def answer_of(world: World, names: Iterable[str], given: JSON) -> Answer | None:
    """The scripted answer of the first name that has one, or None.

    Args:
        world: The state that holds the scripts.
        names: What a script may be called, the most particular name first.
        given: What a scripted function is called with.
    """
    for name in names:
        if name in world.scripts:
            answer = world.scripts[name]
            return _called(name, answer, given) if callable(answer) else as_json(name, answer)
    return None


def how_to_script(name: str, example: str) -> str:
    """The end of a message about something that nothing is scripted for."""
    return f"In a test, script its answer with fake_cdf.script({name!r}, {example})."


def _called(name: str, answer: object, given: JSON) -> Answer:
    try:
        value = answer(given)  # type: ignore[operator]
    except Exception as exc:  # the user's code: what it raises is how the scripted thing fails
        import traceback

        return Answer(error=f"{type(exc).__name__}: {exc}", trace=traceback.format_exc())
    return as_json(name, value)


def as_json(name: str, value: object) -> Answer:
    """What a script gave as JSON holds it, or the error that JSON cannot."""
    import json

    try:
        return Answer(json.loads(json.dumps(value, allow_nan=False)))
    except (TypeError, ValueError) as exc:
        return Answer(error=f"The script of {name!r} gave what JSON cannot hold: {exc}")
