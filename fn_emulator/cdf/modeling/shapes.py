"""The shapes that a definition is made of, each read with a sentence for what has another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.contract import bad_request

Definition = dict[str, Any]


def read_object(value: Any, what: str) -> Definition:
    """An object; 400 where it is something else."""
    if not isinstance(value, Mapping):
        raise bad_request(f"The {what} must be an object. Got {value!r:.100}.")
    return dict(value)


def read_array(value: Any, what: str) -> list[Any]:
    """An array; an empty one where there is none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request(f"The {what} must be an array. Got {value!r:.100}.")
    return value


def read_text(value: Any, what: str) -> str:
    """A text; 400 where it is something else."""
    if not isinstance(value, str):
        raise bad_request(f"The {what} must be a string. Got {value!r:.100}.")
    return value


def read_choice(value: Any, allowed: Iterable[str], what: str) -> str:
    """One of some texts; 400 where it is another."""
    if not isinstance(value, str) or value not in allowed:
        raise bad_request(f"The {what} must be one of {', '.join(allowed)}. Got {value!r:.100}.")
    return value


def read_flag(given: Mapping[str, Any], key: str, name: str, *, default: bool) -> bool:
    """A boolean of a property; ``default`` where it is left out."""
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise bad_request(f"The {key} of property {name!r} must be a boolean. Got {value!r:.100}.")
    return value
