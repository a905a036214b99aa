"""A rule -> what ``explain`` shows of it: text, severity, source, and the two examples with their commands."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fn_emulator.checks.registry import Example, Rule

WIDTH = 100


def render_text(rule: Rule) -> str:
    """One rule for people."""
    return "\n".join(_lines(rule)) + "\n"


def _lines(rule: Rule) -> Iterator[str]:
    yield f"{rule.id} ({rule.severity})"
    yield ""
    yield from textwrap.wrap(rule.summary, WIDTH)
    body = rule.text.partition("\n")[2].strip()
    for paragraph in body.split("\n\n") if body else ():
        yield ""
        yield from textwrap.wrap(" ".join(paragraph.split()), WIDTH)
    yield ""
    yield from textwrap.wrap(f"Source: {rule.source}", WIDTH, break_on_hyphens=False)
    yield ""
    yield "Flagged:"
    yield from _example(rule.bad)
    yield ""
    yield "Left alone:"
    yield from _example(rule.good)


def _example(example: Example) -> Iterator[str]:
    for path, text in example.files.items():
        yield f"  {path}"
        yield from (f"    | {line}".rstrip() for line in text.rstrip("\n").split("\n"))
    variables = "".join(f"{name}={value} " for name, value in example.environ.items())
    yield f"  $ {variables}fn-emulate {example.command}"


def render_json(rule: Rule) -> str:
    """One rule for machines."""
    return _dump({"schema": 1, **_summary(rule), "text": rule.text, "source": rule.source, **_examples(rule)})


def _examples(rule: Rule) -> dict[str, Any]:
    return {
        name: {
            "files": dict(example.files),
            "command": f"fn-emulate {example.command}",
            "environ": dict(example.environ),
        }
        for name, example in (("bad", rule.bad), ("good", rule.good))
    }


def render_list_text(rules: Mapping[str, Rule]) -> str:
    """Every rule for people: id, severity and summary, a line each."""
    width = max(map(len, rules), default=0)
    return "".join(f"{rule.id:<{width}}  {rule.severity:<7}  {rule.summary}\n" for rule in rules.values())


def render_list_json(rules: Mapping[str, Rule]) -> str:
    """Every rule for machines."""
    return _dump({"schema": 1, "rules": [_summary(rule) for rule in rules.values()]})


def _summary(rule: Rule) -> dict[str, str]:
    return {"id": rule.id, "severity": rule.severity, "summary": rule.summary}


def _dump(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
