"""A YAML document -> plain JSON values: dates stay texts, keys are texts, and no key stands twice."""

from __future__ import annotations

from typing import Any

from fn_emulator.errors import SeedError

TIMESTAMP = "tag:yaml.org,2002:timestamp"
BINARY = "tag:yaml.org,2002:binary"
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
        if node.tag in (TIMESTAMP, BINARY):
            return node.value
        value = self._loader.construct_object(node)
        if isinstance(value, float) and value - value != 0:
            raise self._error(node, f"{node.value} is not a number that JSON knows")
        return value

    def _mapping(self, node: Any) -> dict[str, Any]:
        if any(key.tag == MERGE for key, _ in node.value):
            return self._merged(node)
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = self._key(key)
            if name in values:
                raise self._error(key, f"{name!r} stands twice in one object")
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
            raise self._error(node, "a key must be a text")
        return str(node.value)

    def _error(self, node: Any, problem: str) -> SeedError:
        return SeedError(f"{self._shown}:{node.start_mark.line + 1}: {problem}.", hint="write it once, as JSON has it")
