"""Secrets written into the source."""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fn_emulator.checks.deployability.contents import JUNK_FOLDERS, SECRET_KEY, SECRET_NAMES
from fn_emulator.checks.deployability.reading import text_of
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject

if TYPE_CHECKING:
    from fn_emulator.function.files import FileEntry

PATTERNS = (
    (r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", "a JSON web token"),
    (r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----(\\[rn]|\s)*[A-Za-z0-9+/]{20}", "a private key"),
    (r"\b(AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS access key"),
    (r"\bgh[pousr]_\w{36}|\bgithub_pat_\w{50}", "a GitHub token"),
    (r"\bxox[abprs]-[\w-]{20}", "a Slack token"),
    (r"\bAIza[\w-]{35}\b", "a Google API key"),
    (r"\bAccountKey=[A-Za-z0-9+/]{80}", "an Azure storage key"),
    (r"\b[\w.~-]{3}\dQ~[\w.~-]{31}", "a client secret of Azure"),
    (r"\bsk_live_\w{20}", "a Stripe key"),
    (r"://[^/\s:@'\"{}]+:(?![^@\s]{0,200}(pass|your|secret|token|xxx))[^@\s/'\"{}$<*]{8,}@", "a password in a URL"),
)
"""Texts that are a secret wherever they stand."""
_TEXT_SUFFIXES = ".py .json .yaml .yml .toml .ini .cfg .txt .ipynb .sh .sql .xml .md .csv"
TEXT_SUFFIXES = frozenset(_TEXT_SUFFIXES.split())
PLACEHOLDER = re.compile(r"[<{$*]|your|example|change|dummy|placeholder|xxx|test|secret|password|my[-_]", re.IGNORECASE)
NOT_A_VALUE = re.compile(r"(name|id|url|uri|path|file|header|env|scope|type|field|column|key_vault)s?$", re.IGNORECASE)
MIN_LENGTH = 16
MIN_BITS = 3.3
"""Bits of entropy for each character: words and identifiers stay below, random keys lie above."""
LARGEST_BYTES = 1_000_000


@check(
    "error",
    source="Cognite documentation, Securing Cognite Functions: \"Do not hard-code secrets directly in your function's "
    'source code"; which texts look like one is our reading',
    bad=handler("def handle(data):\n    client_secret = 'p9Zk2vQ7xL4mT8wB1nR6'\n    return len(client_secret)\n"),
    good=handler(
        "def handle(data, secrets):\n    client_secret = secrets['client-secret']\n    return len(client_secret)\n"
    ),
)
def secret_in_source(subject: Subject) -> Iterator[Saw]:
    """No secret is written into the source.

    Whoever may read files in the project can read the code. Give it as one of the function's secrets, and take it from
    the argument secrets.
    """
    for path, line, what in sorted(set(_found(subject))):
        yield Saw(
            f"{what} is written into the source.",
            **subject.function.place(path, line),
            hint="give it as a secret of the function and revoke this one: it has been in a file",
        )


def _found(subject: Subject) -> Iterator[tuple[str, int, str]]:
    """Path, line and kind of each secret; one that has only a name to tell it, where nothing better is known."""
    recognised = set()
    for entry in subject.files:
        if _is_text(entry) and not _told_elsewhere(entry.path):
            for line, what in _recognised(_read(subject, entry.path)):
                recognised.add((entry.path, line))
                yield str(entry.path), line, what
    for module in subject.modules:
        for name, value in _named_texts(module.tree) if module.tree else ():
            known = (module.path, value.lineno) in recognised
            if not known and _looks_secret(name, text_of(value) or ""):
                yield str(module.path), value.lineno, f"what looks like a secret, the value of {name!r},"


def _is_text(entry: FileEntry) -> bool:
    # A pipe or device has no size, and no end either.
    return entry.path.suffix in TEXT_SUFFIXES and entry.size <= LARGEST_BYTES and entry.obstacle is None


def _recognised(text: str) -> Iterator[tuple[int, str]]:
    for pattern, what in PATTERNS:
        for match in re.finditer(pattern, text):
            yield text.count("\n", 0, match.start()) + 1, what


def _told_elsewhere(path: PurePosixPath) -> bool:
    return bool(JUNK_FOLDERS & set(path.parts)) or SECRET_NAMES.fullmatch(path.name) is not None


def _read(subject: Subject, path: PurePosixPath) -> str:
    try:
        return (subject.function.root / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _named_texts(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Each name with the text that is assigned to it, passed by it, compared with it or kept under it."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                yield from ((_name(target), value) for target in targets)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield _name(target), value
            case ast.keyword(arg=str(name), value=value):
                yield name, value
            case ast.Dict(keys=keys, values=values):
                yield from ((text_of(key) or "", value) for key, value in zip(keys, values, strict=True))
            case ast.arguments() as arguments:
                ordinary = (
                    [*arguments.posonlyargs, *arguments.args][-len(arguments.defaults) :] if arguments.defaults else []
                )
                yield from ((arg.arg, value) for arg, value in zip(ordinary, arguments.defaults, strict=True))
            case _:
                pass


def _name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case _:
            return ""


def _looks_secret(name: str, text: str) -> bool:
    if not SECRET_KEY.search(name) or NOT_A_VALUE.search(name) or PLACEHOLDER.search(text):
        return False
    mixed = re.search(r"\d", text) and re.search(r"[A-Za-z]", text) and not re.search(r"\s", text)
    return bool(mixed) and len(text) >= MIN_LENGTH and _bits(text) >= MIN_BITS


def _bits(text: str) -> float:
    """Shannon entropy of a text, in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


RULES = (secret_in_source,)
