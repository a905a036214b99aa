"""Files -> ``Seed``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.cdf.seeds.model import Entry, Seed, Source, error_at, near_miss
from fn_emulator.cdf.seeds.shape import check_shape
from fn_emulator.errors import SeedError

ENDINGS = (".yaml", ".yml", ".json", ".csv")
CONTENTS = "contents"
"""Folders of this name hold the contents of files, and are not read as a seed."""


def read_seed(*paths: str) -> Seed:
    """Read seeds and put them together.

    Args:
        paths: YAML, JSON or CSV files, or folders with any tree of them.

    Raises:
        SeedError: If one is not there or cannot be read, is not YAML, JSON or CSV, or has another shape than a seed.
    """
    entries: dict[str, list[Entry]] = {}
    files = [(file, root) for path in paths for file, root in _files(path)]
    for file, root in files:
        for kind, entry in _read_file(file, root):
            entries.setdefault(kind, []).append(entry)
    return Seed(entries, tuple(file for file, _ in files))


def seed_from(resources: Mapping[str, Any], shown: str = "the seed", folder: str = "") -> Seed:
    """A seed of Python objects in the form of a seed file.

    Args:
        resources: Items by resource.
        shown: What errors call it.
        folder: Where relative paths start.

    Raises:
        SeedError: If it has another shape than a seed.
    """
    source = Source(shown, folder=folder)
    plain = _plain(resources)
    check_shape(plain, source)
    return Seed(_collected(_entries(plain, source, ())))


def _plain(value: Any) -> Any:
    """Mappings and tuples as JSON has them."""
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list | tuple) else value


def _collected(found: Iterator[tuple[str, Entry]]) -> dict[str, list[Entry]]:
    entries: dict[str, list[Entry]] = {}
    for kind, entry in found:
        entries.setdefault(kind, []).append(entry)
    return entries


def _files(path: str) -> Iterator[tuple[str, str]]:
    """Each file of a seed, in a stable order, and the folder of which the seed is made."""
    if os.path.isfile(path):
        if not path.lower().endswith(ENDINGS):
            raise SeedError(f"{path} is not a seed.", hint=f"a seed is a folder or a file {', '.join(ENDINGS)}")
        yield path, os.path.dirname(path)
        return
    if not os.path.isdir(path):
        raise SeedError(f"The seed {path} is not there.", hint="give a YAML, JSON or CSV file, or a folder of them")
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != CONTENTS)
        for name in sorted(names):
            if name.lower().endswith(ENDINGS) and not name.startswith("."):
                yield os.path.join(folder, name), path


def _read_file(file: str, root: str) -> Iterator[tuple[str, Entry]]:
    text = _text(file)
    if file.lower().endswith(".csv"):
        from fn_emulator.cdf.seeds.tables import read_csv

        yield from read_csv(text, file, file)
        return
    source = Source(file, text, os.path.dirname(file), root)
    value = _values(text, file)
    if value is None:
        return
    resource = os.path.basename(file).partition(".")[0]
    wrapped, below = _named(value, resource, source)
    check_shape(wrapped, source, below)
    yield from _entries(wrapped, source, below)


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            return stream.read()
    except UnicodeDecodeError as exc:
        raise SeedError(f"{file} is not UTF-8 text (byte {exc.start}).", hint="save it as UTF-8") from None
    except OSError as exc:
        raise SeedError(f"{file} cannot be read: {exc.strerror}.", hint="check the path and its permissions") from None


def _values(text: str, file: str) -> Any:
    if not file.lower().endswith(".json"):
        from fn_emulator.cdf.seeds.yaml_values import read_yaml

        return read_yaml(text, file)
    import json

    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refused) if text.strip() else None
    except json.JSONDecodeError as exc:
        problem = f"{file}:{exc.lineno}: this is not JSON: {exc.msg}"
        raise SeedError(f"{problem}.", hint="check the line and the one above") from None
    except (ValueError, RecursionError) as exc:
        raise SeedError(f"{file} is not JSON: {exc}.", hint="write it as JSON has it") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} stands twice in one object")
    return values


def _refused(name: str) -> Any:
    raise ValueError(f"{name} is not a number that JSON knows")


def _named(value: Any, resource: str, source: Source) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The file's content by resource, and the keys of that which are not in the file."""
    is_bare = isinstance(value, list) or (resource == "raw" and isinstance(value, dict) and [*value] != ["raw"])
    if is_bare and resource in KINDS:
        return {resource: value}, (resource,)
    if isinstance(value, dict):
        return value, ()
    known = near_miss(resource, KINDS, "resources") if is_bare else "write: assets: [...]"
    hint = f"name the file after its resource ({known}), or write the list below a key" if is_bare else known
    raise error_at(source, (), "a seed is an object with one key a resource.", hint=hint)


def _entries(value: Mapping[str, Any], source: Source, below: tuple[Any, ...]) -> Iterator[tuple[str, Entry]]:
    for kind, items in value.items():
        path = (kind,)[len(below) :]
        if kind == "raw":
            yield from ((kind, entry) for entry in _raw_entries(items or {}, source, path))
        else:
            yield from ((kind, Entry(item, source, (*path, place))) for place, item in enumerate(items or ()))


def _raw_entries(databases: Mapping[str, Any], source: Source, path: tuple[Any, ...]) -> Iterator[Entry]:
    """One entry a table; a database without tables is one with ``table`` None."""
    for database, tables in databases.items():
        for table, rows in (tables or {None: None}).items():
            where = (*path, database) if table is None else (*path, database, table)
            yield Entry({"database": database, "table": table, "rows": rows or []}, source, where)
