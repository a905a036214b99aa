"""The files of the folder: what the SDK would upload with the function."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from fn_emulator.checks.registry import Example, Saw, check, handler
from fn_emulator.checks.subject import Subject

if TYPE_CHECKING:
    from fn_emulator.function.files import FileEntry

HELLO = "def handle(data):\n    return data\n"
ENVIRONMENTS = frozenset({".venv", "venv", ".tox", ".nox", "node_modules", "site-packages"})
CACHES = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".ipynb_checkpoints", ".hypothesis"})
TOOLS = frozenset({".git", ".hg", ".svn", ".idea", ".vscode", ".fn-emulate"})
JUNK_FOLDERS = ENVIRONMENTS | CACHES | TOOLS
JUNK_FILES = re.compile(r".*\.py[co]|\.DS_Store|Thumbs\.db|\.coverage.*|.*\.(egg-info|swp|whl|tar\.gz)")
TEST_FOLDERS = frozenset({"tests", "test", "testdata", "test_data", "fixtures"})
SMALL_BYTES = 1_000_000
SHOWN = 3

SECRET_NAMES = re.compile(
    r"\.env(\..+)?|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.pypirc|.*\.(pem|key|pfx|p12|jks|keystore)"
    r"|(credentials?|secrets?|client_secrets?)(\..*)?\.(json|ya?ml|toml|ini)|.*service[-_]?account.*\.json",
    re.IGNORECASE,
)
EXAMPLES = re.compile(r".*\.(example|sample|template|dist|md)", re.IGNORECASE)
READ_BYTES = 65_536


@check(
    "warning",
    source="cognite-sdk, functions.create(folder=...): every file goes into the zip (observed with 8.22)",
    bad=handler(HELLO, {".venv/pyvenv.cfg": "home = /usr/bin\n", ".venv/lib/big.py": "x = 1\n"}),
    good=Example({"fn/handler.py": HELLO, ".venv/pyvenv.cfg": "home = /usr/bin\n"}),
)
def junk_in_folder(subject: Subject) -> Iterator[Saw]:
    """The folder holds the function and nothing else.

    The SDK zips and uploads every file of it, hidden ones too: version control, virtual environments, caches, test
    data. They make deployments slow, and whoever may read files in the project may read them.
    """
    yield from _obstacles(subject)
    sizes, counts = _junk(subject.files)
    if not sizes:
        return
    total, everything = sum(sizes.values()), sum(entry.size for entry in subject.files)
    largest = [f"{name} ({size(bytes_)})" for name, bytes_ in sizes.most_common(SHOWN)]
    more = f" and {len(sizes) - SHOWN} more" if len(sizes) > SHOWN else ""
    only_caches = total < SMALL_BYTES and all(_is_cache(PurePosixPath(name)) for name in sizes)
    yield Saw(
        f"{size(total)} of the {size(everything)} that the SDK would upload are of no use there:"
        f" {', '.join(largest)}{more}.",
        file=subject.function.given,
        hint="move them out of the folder, or remove them before you deploy",
        evidence={
            "bytes": total,
            "of_bytes": everything,
            "files": sum(counts.values()),
            "largest": dict(sizes.most_common(10)),
        },
        severity="note" if only_caches else None,
    )


def _obstacles(subject: Subject) -> Iterator[Saw]:
    """Links and devices that do not reach the zip as what they stand for."""
    for entry in subject.files:
        # Of the handler itself no-handler speaks.
        if entry.obstacle and junk_root(entry.path) is None and entry.path != subject.function.function_path:
            yield Saw(
                f"this does not reach the zip as it is: {entry.obstacle}.",
                **subject.function.place(entry.path),
                hint="replace it by what it leads to",
            )


def _junk(files: Iterable[FileEntry]) -> tuple[Counter[str], Counter[str]]:
    """Bytes and number of files below each thing in the folder that does not belong there."""
    sizes: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for entry in files:
        if (name := junk_root(entry.path)) is not None:
            sizes[name] += entry.size
            counts[name] += 1
    for name in [name for name in sizes if PurePosixPath(name).name in TEST_FOLDERS and sizes[name] < SMALL_BYTES]:
        del sizes[name], counts[name]
    return sizes, counts


def junk_root(path: PurePosixPath) -> str | None:
    """The outermost folder that makes a file junk, or the file itself, or None when it may belong to the function."""
    for index, part in enumerate(path.parts):
        if part in JUNK_FOLDERS or part.endswith(".egg-info") or (part in TEST_FOLDERS and index < len(path.parts) - 1):
            return "/".join(path.parts[: index + 1])
    return str(path) if JUNK_FILES.fullmatch(path.name) else None


def _is_cache(path: PurePosixPath) -> bool:
    return path.name in CACHES or path.suffix in (".pyc", ".pyo")


def size(bytes_: int) -> str:
    """A size as people read it: ``512 B``, ``1.5 kB``, ``12.3 MB``; decimal units."""
    if bytes_ < 1000:
        return f"{bytes_} B"
    return f"{bytes_ / 1000:,.1f} kB" if bytes_ < 1_000_000 else f"{bytes_ / 1_000_000:,.1f} MB"


@check(
    "error",
    source="Cognite documentation, Securing Cognite Functions: \"They'll be visible to anyone with permission to read "
    'the corresponding source code file in the Files API"',
    bad=handler(HELLO, {".env": "PASSWORD=hunter2\n"}),
    good=handler(HELLO, {".env.example": "PASSWORD=\n"}),
)
def secret_file_in_folder(subject: Subject) -> Iterator[Saw]:
    """No file with secrets lies in the folder: no .env, no private key, no credentials.

    The SDK uploads the folder whole, and whoever may read files in the project may read what is in it. Secrets go into
    the function's secrets.
    """
    for entry in subject.files:
        path = entry.path
        # What is in a virtual environment came from a package index: it is no secret of the user's.
        if not entry.size or ENVIRONMENTS & set(path.parts) or not SECRET_NAMES.fullmatch(path.name):
            continue
        what = _secret_in(path, read_start(subject, entry))
        if what is not None:
            place = subject.function.place(path)
            hint = "move it out of the folder and give its values as secrets of the function"
            yield Saw(f"this file would be uploaded with the function: {what}.", **place, hint=hint)


def read_start(subject: Subject, entry: FileEntry) -> str:
    """The first 64 KiB of a file as text; empty when it cannot be read."""
    try:
        with (subject.function.root / entry.path).open("rb") as file:
            return file.read(READ_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""


def _secret_in(path: PurePosixPath, text: str) -> str | None:
    """What makes a file of that name secret, or None when what it holds is public."""
    name = path.name.lower()
    if name.startswith(".env"):
        assigned = re.search(r"^[ \t]*(export[ \t]+)?\w+[ \t]*=[ \t]*[^\s#]", text, re.MULTILINE)
        return "it assigns values to variables" if assigned and not EXAMPLES.fullmatch(name) else None
    if "PRIVATE KEY" in text:
        return "it holds a private key"
    if path.suffix.lower() in (".pem", ".key"):
        return (
            None if re.search(r"BEGIN (TRUSTED )?(CERTIFICATE|PUBLIC KEY)", text) else "it is named like a private key"
        )
    if path.suffix.lower() == ".json":
        return "it holds credentials" if _has_secret_key(text) else None
    return "it is named like a file of secrets"


def _has_secret_key(text: str) -> bool:
    """Whether a JSON document gives a value to a key that is named like a secret; unreadable ones count as secret."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return True
    while waiting:
        match waiting.pop():
            case dict() as members:
                if any(value and isinstance(value, str) and SECRET_KEY.search(key) for key, value in members.items()):
                    return True
                waiting.extend(members.values())
            case list() as items:
                waiting.extend(items)
            case _:
                pass
    return False


SECRET_KEY = re.compile(r"secret|password|passwd|token|private[-_]?key|api[-_]?key|access[-_]?key", re.IGNORECASE)

RULES = (junk_in_folder, secret_file_in_folder)
