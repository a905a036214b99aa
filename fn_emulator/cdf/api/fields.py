"""What a field of an item may hold: each check takes a value and its path and raises the platform's 400."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.call_info import MAX_ID
from fn_emulator.cdf.contract import bad_request

Check = Callable[[Any, str], None]


class Field(NamedTuple):
    """A field of an item.

    Attributes:
        check: Raises when a value does not fit.
        kind: Which update operations it takes: ``plain`` (set, setNull), ``map`` and ``list`` (add and remove as well).
        is_fixed: It cannot be updated.
        is_nullable: ``setNull`` is allowed.
    """

    check: Check
    kind: str = "plain"
    is_fixed: bool = False
    is_nullable: bool = True

    def fixed(self) -> Field:
        """The same, not to be updated."""
        return self._replace(is_fixed=True)

    def kept(self) -> Field:
        """The same, not to be set to null."""
        return self._replace(is_nullable=False)


def text(most: int, least: int = 0) -> Field:
    """A text of ``least`` to ``most`` characters."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            raise wrong_type(path, value, "a string")
        if not least <= len(value) <= most:
            raise bad_request(f"{path} must have {least} to {most} characters, it has {len(value)}.")

    return Field(check)


def whole(least: int = -(2**63), most: int = 2**63 - 1) -> Field:
    """A whole number within limits."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_type(path, value, "an integer")
        if not least <= value <= most:
            raise bad_request(f"{path} must be between {least} and {most}, it is {value}.")

    return Field(check)


def identifier() -> Field:
    """An internal id."""
    return whole(1, MAX_ID)


def instant() -> Field:
    """Milliseconds since the epoch."""
    return whole(0)


def number() -> Field:
    """Any number."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise wrong_type(path, value, "a number")

    return Field(check)


def boolean() -> Field:
    """True or false."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, bool):
            raise wrong_type(path, value, "a boolean")

    return Field(check)


def one_of(*choices: str) -> Field:
    """One of some texts."""

    def check(value: Any, path: str) -> None:
        if value not in choices:
            raise bad_request(f"{path} must be one of {', '.join(choices)}, it is {value!r}.")

    return Field(check)


def mapping(*, most_pairs: int = 256, longest_key: int = 128, most_bytes: int = 10240) -> Field:
    """Metadata: texts by name [API specification: at most 256 pairs, keys of 128 bytes, 10,240 bytes together]."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, Mapping):
            raise wrong_type(path, value, "an object")
        if len(value) > most_pairs:
            raise bad_request(f"{path} must have at most {most_pairs} pairs, it has {len(value)}.")
        size = 0
        for key, held in value.items():
            if not isinstance(held, str):
                raise wrong_type(f"{path}.{key}", held, "a string")
            length = _bytes(key)
            if length > longest_key:
                raise bad_request(f"{path}: the key {key[:40]!r}... must have at most {longest_key} bytes.")
            size += length + _bytes(held)
        if size > most_bytes:
            raise bad_request(f"{path} must have at most {most_bytes} bytes, it has {size}.")

    return Field(check, kind="map")


def list_of(item: Field, most: int = 1000, least: int = 0) -> Field:
    """A list whose items all fit one field."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise wrong_type(path, value, "an array")
        if not least <= len(value) <= most:
            raise bad_request(f"{path} must have {least} to {most} items, it has {len(value)}.")
        for index, held in enumerate(value):
            item.check(held, f"{path}[{index}]")

    return Field(check, kind="list")


def record(required: Mapping[str, Field], optional: Mapping[str, Field]) -> Field:
    """An object with known fields."""

    def check(value: Any, path: str) -> None:
        check_fields(value, path, {**required, **optional}, required)

    return Field(check)


def anything() -> Field:
    """Any JSON."""
    return Field(lambda value, path: None)


def json_object() -> Field:
    """Any JSON object."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise wrong_type(path, value, "an object")

    return Field(check)


def labels(most: int = 10) -> Field:
    """References to labels: ``[{"externalId": ...}]``."""
    return list_of(record({"externalId": text(255, 1)}, {}), most)


def check_fields(value: Any, path: str, known: Mapping[str, Field], required: Any = ()) -> None:
    """Check an object field by field; a field that is null counts as absent.

    Raises:
        CdfError: If it is no object, a field is unknown or wrong, or a required one is missing.
    """
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    for name in value:
        if name not in known:
            raise bad_request(f"Unexpected field - {path}.{name}")
    for name in required:
        if value.get(name) is None:
            raise bad_request(f"{path}.{name} is missing.")
    for name, held in value.items():
        if held is not None:
            known[name].check(held, f"{path}.{name}")


def wrong_type(path: str, value: Any, wanted: str) -> Exception:
    """The error for a value of the wrong JSON type."""
    return bad_request(f"{path} must be {wanted}, it is {_in_json(value)}.")


def _in_json(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _bytes(value: str) -> int:
    return len(value.encode("utf-8", "surrogatepass"))
