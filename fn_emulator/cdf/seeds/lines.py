"""Where a value stands in a YAML or JSON text. Both are read as YAML, of which JSON is a part but for tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml


def line_of(text: str, path: tuple[Any, ...]) -> int | None:
    """The line of the key or item that a path leads to, from 1: of the last step that can be found.

    None where the text cannot be read as YAML.
    """
    from fn_emulator.errors import SeedError
    from fn_emulator.settings.yaml_text import load_yaml

    try:
        node = load_yaml(
            text.replace("\t", " "), "", error=SeedError, most_characters=len(text), construct=lambda _, root: root
        )
    except SeedError:
        return None
    line = 1
    for step in path:
        found = _below(node, step)
        if found is None:
            break
        line, node = found
    return line


def _below(node: Any, step: Any) -> tuple[int, yaml.Node] | None:
    import yaml

    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    return None
