"""A YAML document -> plain JSON values: dates, times and ``007`` stay texts, keys are texts, no key stands twice."""

from __future__ import annotations

from typing import Any

from fn_emulator.errors import SeedError

TIMESTAMP = "tag:yaml.org,2002:timestamp"
BINARY = "tag:yaml.org,2002:binary"
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
MERGE = "tag:yaml.org,2002:merge"

MOST_CHARACTERS = 200_000_000


def read_yaml(text: str, shown: str) -> Any:
    """The values of a document; None when it is empty.

    Args:
        text: The document.
        shown: The file it is from, for messages.

    Raises:
        SeedError: If it is not YAML, or has a key twice, a key or value that JSON does not know, or endless aliases.
    """
    from fn_emulator.settings.yaml_text import load_yaml

    return load_yaml(
        text,
        shown,
        error=SeedError,
        most_characters=MOST_CHARACTERS,
        construct=lambda loader, root: _Plain(loader, shown).value(root),
    )


class _Plain:
    def __init__(self, loader: Any, shown: str) -> None:
        self._loader = loader
        self._shown = shown

    def value(self, node: Any) -> Any:
        if node.id == "mapping":
            return self._mapping(node)
        if node.id == "sequence":
            return [self.value(item) for item in node.value]
        # The API takes epoch milliseconds or texts; a date that YAML made of 2024-05-01 would be neither.
        if node.tag in (TIMESTAMP, BINARY) or (node.tag in NUMBERS and _is_other_number(node.value)):
            return node.value
        value = self._loader.construct_object(node)
        if isinstance(value, float) and value - value != 0:
            hint = 'leave it out or write null; a datapoint may have the text "NaN", "Infinity" or "-Infinity"'
            raise self._error(node, f"{node.value} is not a number that JSON knows", hint)
        return value

    def _mapping(self, node: Any) -> dict[str, Any]:
        if any(key.tag == MERGE for key, _ in node.value):
            return self._merged(node)
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = self._key(key)
            if name in values:
                raise self._error(key, f"{name!r} stands twice in one object", "write it once")
            values[name] = self.value(value)
        return values

    def _merged(self, node: Any) -> dict[str, Any]:
        values: dict[str, Any] = {}
        self._loader.flatten_mapping(node)  # what is merged comes first, so that the object's own keys win
        for key, value in node.value:
            values[self._key(key)] = self.value(value)
        return values

    def _key(self, node: Any) -> str:
        if node.id != "scalar":
            raise self._error(node, "a key must be a text", "write a name before the colon")
        return str(node.value)

    def _error(self, node: Any, problem: str, hint: str) -> SeedError:
        return SeedError(f"{self._shown}:{node.start_mark.line + 1}: {problem}.", hint=hint)


def _is_other_number(text: str) -> bool:
    """Whether YAML 1.1 reads a number that nobody means: ``12:30`` as 750, the tag ``0010`` as 8."""
    digits = text.lstrip("+-")
    return ":" in text or (len(digits) > 1 and digits.isdigit() and digits[0] == "0")
