"""A check is one function: its name is its id, its docstring is its rule, and ``@check`` adds what ``explain`` shows.

A check yields ``Saw``; running it through its ``Rule`` turns each into a ``Finding`` with the rule's id, severity and
source. Each module of this package ends with ``RULES``, the tuple of its checks.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from fn_emulator.model import JSON, NOTHING, Finding, Severity

# Named tuples, not dataclasses: they are defined in a seventh of the time, and ``run`` pays it at every start.


class Saw(NamedTuple):
    """What a check saw, once: the parts of a finding that differ from sighting to sighting.

    Attributes:
        message: One sentence: what is wrong, where, with the value quoted.
        file: As in ``Finding``.
        line: As in ``Finding``.
        hint: One sentence: what to do next.
        evidence: Plain JSON values behind the message.
        severity: Where this sighting is milder or worse than the rule usually is; None for the rule's own.
    """

    message: str
    file: str | None = None
    line: int | None = None
    hint: str | None = None
    evidence: Mapping[str, JSON] = NOTHING
    severity: Severity | None = None


class Example(NamedTuple):
    """A function folder and the command that shows a rule on it. Every example is run by a test.

    Attributes:
        files: Path -> text. The function's folder is ``fn``; a path such as ``fn.Function.yaml`` lies beside it, and a
            path below ``fn.zip`` is a member of that archive.
        command: What follows ``fn-emulate``, with ``fn`` for the folder.
        environ: Environment variables of the caller.
    """

    files: Mapping[str, str]
    command: str = "check fn"
    environ: Mapping[str, str] = NOTHING


def handler(source: str, more: Mapping[str, str] = NOTHING, *, command: str = "check fn") -> Example:
    """An example whose ``fn/handler.py`` is ``source``, with ``more`` files (their paths start at the folder)."""
    return Example({"fn/handler.py": source, **{f"fn/{path}": text for path, text in more.items()}}, command)


class Rule(NamedTuple):
    """A registered check.

    Attributes:
        id: The check's name with dashes.
        severity: Of its findings, unless a sighting says otherwise.
        text: The docstring: first line the rule in a sentence, then what the platform does and why.
        source: Where the platform states it, with how well it is known.
        bad: A function that it flags.
        good: The closest function that it leaves alone.
        body: The function itself.
    """

    id: str
    severity: Severity
    text: str
    source: str
    bad: Example
    good: Example
    body: Callable[[Any], Iterable[Saw]]

    @property
    def summary(self) -> str:
        """The rule in one sentence."""
        return self.text.partition("\n")[0]

    def __call__(self, subject: Any) -> Iterator[Finding]:
        """Run the check on its subject."""
        return map(self.finding, self.body(subject))

    def finding(self, saw: Saw) -> Finding:
        """What the check saw, with the rule's part of it."""
        return Finding(
            id=self.id,
            severity=saw.severity or self.severity,
            message=saw.message,
            file=saw.file,
            line=saw.line,
            evidence=saw.evidence,
            hint=saw.hint,
            source=self.source,
        )


def check(
    severity: Severity, *, source: str, bad: Example, good: Example
) -> Callable[[Callable[[Any], Iterable[Saw]]], Rule]:
    """Make a function a check; its name and docstring become the rule's id and text."""

    def register(body: Callable[[Any], Iterable[Saw]]) -> Rule:
        lines = (body.__doc__ or "").strip().splitlines()
        text = "\n".join(line.strip() for line in lines)
        return Rule(body.__name__.replace("_", "-"), severity, text, source, bad, good, body)

    return register


def run_checks(rules: Iterable[Rule], subject: Any) -> Iterator[Finding]:
    """Everything that ``rules`` say about ``subject``, in the order of the rules."""
    for rule in rules:
        for saw in rule.body(subject):
            yield rule.finding(saw)
