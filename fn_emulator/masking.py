"""Find the values of secrets in text, in the forms in which they leak, and put ``***`` in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fn_emulator.model import Finding

SHORTEST = 4
"""A shorter value would be found everywhere."""

_SHORTEST_ENCODED = 8
_SHORTEST_LINE = 8
MASK = "***"


class Masker:
    """Knows the secrets of one function: their values as they are, in JSON, in base64 and in URLs."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        """Prepare; ``secrets`` maps names to values."""
        found: dict[str, str] = {}
        for name, value in secrets.items():
            for form in _forms(value):
                found.setdefault(form, name)
        # The longest first: a secret may be part of another.
        self._names = dict(sorted(found.items(), key=lambda item: -len(item[0])))

    def names_in(self, text: str) -> tuple[str, ...]:
        """Names of the secrets whose value stands in ``text``, in order."""
        if not self._names:
            return ()
        return tuple(sorted({name for form, name in self._names.items() if form in text}))

    def mask(self, text: str) -> str:
        """``text`` with every secret's value replaced."""
        for form in self._names:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def mask_any(self, value: Any) -> Any:
        """A text, or JSON, masked."""
        return self.mask(value) if isinstance(value, str) else self.mask_json(value)

    def mask_json(self, value: Any) -> Any:
        """JSON with every text in it masked, keys too."""
        if not self._names:
            return value
        top = [value]
        # Not by recursion: an answer may be nested more deeply than Python calls functions.
        waiting: list[Any] = [top]
        while waiting:
            copy = waiting.pop()
            for place, member in list(copy.items()) if isinstance(copy, dict) else enumerate(copy):
                copy[place] = masked = self._masked_member(member)
                if isinstance(masked, list | dict):
                    waiting.append(masked)
        return top[0]

    def _masked_member(self, member: Any) -> Any:
        """A text or number masked; of a list or an object a copy, whose members are still to be masked."""
        if isinstance(member, str):
            return self.mask(member)
        if isinstance(member, list):
            return member.copy()
        if isinstance(member, dict):
            return {self.mask(key): value for key, value in member.items()}
        # A number is what a secret of digits becomes once it was parsed.
        return MASK if isinstance(member, int | float) and str(member) in self._names else member

    def mask_finding(self, finding: Finding) -> Finding:
        """A finding whose texts are masked: its message quotes what the handler returned, read or raised."""
        return finding._replace(
            message=self.mask(finding.message),
            file=finding.file and self.mask(finding.file),
            evidence=self.mask_json(dict(finding.evidence)),
            hint=finding.hint and self.mask(finding.hint),
        )


def _forms(value: str) -> Iterator[str]:
    if len(value) < SHORTEST:
        return
    yield from _written_forms(value)
    yield from _base64_forms(value.encode("utf-8", "surrogatepass"))
    # A key of several lines leaks line by line: logs are lines. The lines that frame it are no secret.
    lines = [line for line in map(str.strip, value.splitlines()) if line and not line.startswith("-----")]
    for line in lines:
        if len(line) >= (_SHORTEST_LINE if len(lines) > 1 else SHORTEST):
            yield from _written_forms(line)


def _written_forms(value: str) -> Iterator[str]:
    import json
    from urllib.parse import quote, quote_plus

    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield quote(value, errors="replace")
    yield quote(value, safe="", errors="replace")
    yield quote_plus(value, errors="replace")


def _base64_forms(value: bytes) -> Iterator[str]:
    """The part of the base64 text that is the same whatever stands around the secret, as in ``user:secret``."""
    from binascii import b2a_base64

    for before in range(3):
        text = b2a_base64(b"\0" * before + value, newline=False).decode()
        end = (before + len(value)) * 8 // 6
        core = text[-(-before * 8 // 6) : end]
        if len(core) >= _SHORTEST_ENCODED or (before == 0 and len(value) >= SHORTEST):
            yield core
            yield core.replace("+", "-").replace("/", "_")
