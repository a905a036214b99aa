"""One value, as a flag, a variable or a file holds it -> the value that is meant, in our units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Real
from typing import Any

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import CHOICES, KEYS, held, not_one_of

NUMBER = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([A-Za-z]*)\s*", re.ASCII)
RUNTIME = re.compile(r"py3\d{1,2}", re.ASCII)

SECONDS: Mapping[str, float] = {"": 1, "ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600}

# kB, MB and GB are decimal, as in ``cdf.limits``; KiB, MiB and GiB are there for who means the binary ones.
MEGABYTES: Mapping[str, float] = {
    "": 1,
    "b": 1e-6,
    "kb": 1e-3,
    "mb": 1,
    "gb": 1e3,
    "kib": 1024 / 1e6,
    "mib": 1024**2 / 1e6,
    "gib": 1024**3 / 1e6,
}

LARGEST = 1e12
"""Above every sensible duration and size, and below infinity, which TOML can write."""


def parse(key: str, value: Any, where: str) -> Any:
    """What ``value`` means as setting ``key``: seconds, MB, bytes, a tuple of texts, ...

    Args:
        key: A key of ``KEYS``, not one of its tables.
        value: Text, a number, or a list or tuple of texts.
        where: The option, variable, key or argument that holds it, for the message.

    Raises:
        SettingsError: If the value is not of the setting's form.
    """
    match KEYS[key]:
        case "choice":
            if value not in CHOICES[key]:
                raise not_one_of(where, value, CHOICES[key])
            return value
        case "duration":
            return _quantity(
                value, SECONDS, where, "a time", "seconds, or a number with ms, s, m or h, such as 90s or 9m"
            )
        case "megabytes":
            return _quantity(value, MEGABYTES, where, "a size", SIZE_HINT)
        case "bytes":
            return round(_quantity(value, MEGABYTES, where, "a size", SIZE_HINT) * 1e6)
        case "number":
            return _quantity(value, {"": 1}, where, "a number", "a number above 0, such as 1.5")
        case form:
            return _without_unit(form, value, where)


def _without_unit(form: str, value: Any, where: str) -> Any:
    match form:
        case "runtime":
            return parse_runtime(value, where)
        case "runtimes":
            return tuple(parse_runtime(item, where) for item in _items(value, where))
        case "list":
            return _items(value, where)
        case "paths":  # not split as lists are: a path may hold spaces and commas
            return tuple(_text(item, where) for item in ([value] if isinstance(value, str) else value))
        case "boolean":
            return _boolean(value, where)
        case _:
            return _text(value, where)


SIZE_HINT = "MB, or a number with kB, MB, GB or MiB, such as 36kB or 1.5GB"


def _quantity(value: Any, units: Mapping[str, float], where: str, what: str, hint: str) -> float:
    number: float | None = None
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, str) and (match := NUMBER.fullmatch(value)) and match[2].lower() in units:
        number = float(match[1]) * units[match[2].lower()]
    if number is None:
        raise SettingsError(f"{held(where, value)} is not {what}.", hint=f"write {hint}")
    # Not ``number <= 0``: that would let NaN through.
    if not 0 < number < LARGEST:
        raise SettingsError(f"{held(where, value)} is out of range.", hint=f"write {hint}")
    return number


def parse_runtime(value: Any, where: str) -> str:
    """A runtime's name.

    Raises:
        SettingsError: If it does not look like one. Whether the platform offers it is a check's business.
    """
    if isinstance(value, str) and RUNTIME.fullmatch(value):
        return value
    digits = re.fullmatch(r"(?:py|python)?-?3\.?(\d{1,2})(?:\.\d+)?", str(value))
    hint = f"did you mean 'py3{digits[1]}'?" if digits else "write it as py and the version, such as py311"
    raise SettingsError(f"{held(where, value)} is not a runtime.", hint=hint)


def _items(value: Any, where: str) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    # One text may hold several: a variable has no other way, and a flag may be written so.
    return tuple(item for text in value for item in _text(text, where).replace(",", " ").split())


def _boolean(value: Any, where: str) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "1": True, "0": False}
    read = known.get(value.lower() if isinstance(value, str) else value) if isinstance(value, bool | str) else None
    if read is None:
        raise SettingsError(f"{held(where, value)} is neither true nor false.", hint="write true or false")
    return read


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{held(where, value)} is not a text.", hint="write a text that is not empty")
    return value
