"""YAML text -> plain values, safely: no tags, no alias bombs, every problem one sentence with line and column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fn_emulator.errors import EmulatorError, SettingsError

if TYPE_CHECKING:
    import yaml

MAX_CHARACTERS = 2_000_000
MAX_NODES = 100_000
"""How many values a document may stand for once its aliases are expanded; real ones have a few hundred."""

MAX_DEPTH = 100


def load_yaml(
    text: str,
    shown: str,
    *,
    error: type[EmulatorError] = SettingsError,
    most_characters: int = MAX_CHARACTERS,
    construct: Callable[[Any, yaml.Node], Any] | None = None,
) -> Any:
    """Read one YAML document; None when it is empty.

    Args:
        text: The document.
        shown: The file it is from, for messages.
        error: What to raise.
        most_characters: How long it may be.
        construct: ``construct(loader, root)`` makes the values of its nodes; without it PyYAML does.

    Raises:
        EmulatorError: Of the class ``error``, if it is not YAML, or larger than any settings file has reason to be.
    """
    import yaml

    if len(text) > most_characters:
        raise error(f"{shown} is larger than {most_characters:,} characters.", hint="is it the right file?")
    try:
        # The C loader is several times as fast, and is not in every build of PyYAML.
        loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        if _depth(text, loader_class) > MAX_DEPTH:
            raise _too_deep(shown, error)
        loader = loader_class(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            # Without aliases a document has fewer nodes than characters.
            if "*" in text and _expanded(node, {}) > max(MAX_NODES, len(text)):
                raise error(f"{shown} repeats itself through aliases without bound.", hint="write the values out")
            return loader.construct_document(node) if construct is None else construct(loader, node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as exc:
        if "nesting depth" in (exc.problem or ""):  # libyaml 0.2.6 has a limit of its own, which it may reach before us
            raise _too_deep(shown, error) from None
        raise _marked(exc, text, shown, error) from None
    except yaml.YAMLError as exc:
        raise error(f"{shown} is not YAML: {_first_line(exc)}.", hint="save it as UTF-8 text") from None
    except (ValueError, OverflowError):
        # PyYAML passes on what its constructors raise for 2024-13-01; the text may show a secret, so it is left out.
        raise error(f"{shown} holds a date or number that does not exist.", hint="write it in quotes") from None


def _depth(text: str, loader_class: Any) -> int:
    """How deep the document is nested, up to one more than is allowed; 0 where the text is too short to be deep."""
    import yaml

    if sum(text.count(opener) for opener in "[{-?:") <= MAX_DEPTH:
        return 0
    # Reading events needs no stack, while the C loader's composer crashes the process on a deep document.
    depth = 0
    for event in yaml.parse(text, loader_class):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            break
    return depth


def _expanded(node: yaml.Node, sizes: dict[int, float]) -> float:
    """How many nodes ``node`` stands for; infinitely many when it contains itself."""
    import yaml

    if id(node) in sizes:
        return sizes[id(node)]
    sizes[id(node)] = float("inf")
    children: list[yaml.Node] = []
    if isinstance(node, yaml.SequenceNode):
        children = node.value
    elif isinstance(node, yaml.MappingNode):
        children = [part for pair in node.value for part in pair]
    sizes[id(node)] = 1 + sum(_expanded(child, sizes) for child in children)
    return sizes[id(node)]


def _too_deep(shown: str, error: type[EmulatorError]) -> EmulatorError:
    return error(f"{shown} is nested too deeply.", hint="write it flatter")


def _marked(exc: yaml.MarkedYAMLError, text: str, shown: str, error: type[EmulatorError]) -> EmulatorError:
    mark = exc.problem_mark or exc.context_mark
    if mark is None:
        return error(f"{shown} is not YAML: {_first_line(exc)}.")
    line = (text.split("\n") + [""] * 2)[mark.line]
    where = f"{shown}:{mark.line + 1}:{mark.column + 1}"
    if "\t" in line[: len(line) - len(line.lstrip())] or line[mark.column : mark.column + 1] == "\t":
        return error(f"{where}: there is a tab where YAML takes spaces only.", hint="indent with spaces")
    problem = (exc.problem or exc.context or "it cannot be read").removeprefix("but ")
    return error(f"{where}: this is not YAML: {problem}.", hint="check the line and the one above")


def _first_line(exc: Exception) -> str:
    return str(exc).partition("\n")[0].rstrip(".")
