"""Find the values of secrets in text, in the forms in which they leak, and put ``***`` in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SHORTEST = 4
"""A shorter value would be found everywhere."""

_SHORTEST_ENCODED = 8
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

    def mask_json(self, value: Any) -> Any:
        """JSON with every text in it masked, keys too."""
        if not self._names:
            return value
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, list):
            return [self.mask_json(member) for member in value]
        if isinstance(value, dict):
            return {self.mask(key): self.mask_json(member) for key, member in value.items()}
        # A number is what a secret of digits becomes once it was parsed.
        return MASK if isinstance(value, int | float) and str(value) in self._names else value


def _forms(value: str) -> Iterator[str]:
    if len(value) < SHORTEST:
        return
    import json
    from urllib.parse import quote, quote_plus

    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield from _base64_forms(value.encode("utf-8", "surrogatepass"))


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
