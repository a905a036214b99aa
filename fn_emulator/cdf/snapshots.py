"""What functions changed in the in-memory CDF, against a YAML file beside the test: read, compared, rewritten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.call_input import as_path
from fn_emulator.cdf.difference import Changes, changed_times, contents, diff, owner_of, points_of
from fn_emulator.errors import OutputError, SeedError, SettingsError

if TYPE_CHECKING:
    from fn_emulator.cdf.world import World

HEADER = "# What functions changed in CDF. Rewritten by pytest --fn-update.\n"
ENDINGS = (".yaml", ".yml")
MOST_POINTS = 100
"""More datapoints of one series are told by their count, range and digest."""

MOST_LINES = 60
CONTEXT = 4
"""Lines around a difference that are shown with it."""


class Snapshots(NamedTuple):
    """Where the snapshots of a test lie.

    Attributes:
        folder: The folder of the test's file.
        is_update: Whether they are rewritten instead of being compared.
    """

    folder: str
    is_update: bool = False


def snapshot(before: World, after: World) -> dict[str, dict[str, list[Any]]]:
    """What is different in ``after``, as ``diff`` has it, without empty lists and with the values of datapoints.

    Nothing in it changes from run to run but what functions write themselves: the clock, or chance.
    """
    changes = diff(before, after, {"timeseries/data": _series, "files/contents": _contents})
    return {
        resource: {operation: items for operation, items in lists.items() if items}
        for resource, lists in changes.items()
    }


def check_snapshot(
    snapshots: Snapshots | None,
    name: str | os.PathLike[str],
    found: Mapping[str, Any],
    masks: Iterable[Callable[[Any], Any]] = (),
) -> None:
    """Compare with the file of that name, or write it.

    Args:
        snapshots: Where it lies; None where nobody has said that.
        name: Path of the file from there.
        found: What ``snapshot`` gave.
        masks: Each takes the values of one function's secrets out of JSON; the file is to be committed.

    Raises:
        AssertionError: If the file is not there, or holds something else.
        SettingsError: If it cannot be a snapshot's file, or cannot be read.
        OutputError: If it cannot be written.
    """
    __tracebackhide__ = True
    shown = as_path(name, "The snapshot", SettingsError)
    path = _path(snapshots, shown)
    is_update = snapshots is not None and snapshots.is_update
    try:
        expected = _read(path, shown)
    except SettingsError:
        if not is_update or os.path.isdir(path):
            raise
        expected = None
    # In the form in which they are read again: of the two, only what YAML can tell apart is different.
    changes = _plain(found)
    for mask in masks:
        changes = mask(changes)
    now = _text(changes)
    if expected is not None and _text(expected) == now:
        return
    if is_update:
        _write(path, now)
    elif expected is None:
        raise AssertionError(
            f"There is no {path} to compare with what functions changed in CDF.\n"
            "Hint: run pytest --fn-update once, which writes it, and read what it wrote."
        )
    else:
        raise AssertionError(_difference(_text(expected), now, path))


def _path(snapshots: Snapshots | None, shown: str) -> str:
    if snapshots is None:
        raise SettingsError(
            f"{shown!r} has no folder that it could lie in: this FakeCdf belongs to no test.",
            hint="use the fixture fake_cdf, or make it as FakeCdf(snapshots=Snapshots(folder))",
        )
    if not shown.endswith(ENDINGS):
        raise SettingsError(f"{shown!r} is no name of a YAML file.", hint="name it as expected.yaml")
    folder = os.path.realpath(snapshots.folder)
    path = os.path.realpath(os.path.join(folder, shown))
    if os.path.isabs(shown) or not path.startswith(os.path.join(folder, "")):
        raise SettingsError(
            f"{shown!r} does not lie below the folder of the test, {folder}.",
            hint="give a path from there, such as expected.yaml or expected/alarms.yaml",
        )
    return path


def _read(path: str, shown: str) -> Any:
    from fn_emulator.cdf.seeds.yaml_values import read_yaml

    try:
        with open(path, encoding="utf-8") as file:
            content = read_yaml(file.read(), shown)
            return {} if content is None else content
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise SettingsError(
            f"{path} cannot be read: {exc}.", hint="remove it; pytest --fn-update then writes it"
        ) from exc
    except SeedError as exc:
        raise SettingsError(exc.message, hint=exc.hint) from None


def _write(path: str, text: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        beside = f"{path}.{os.getpid()}.part"
        try:
            with open(beside, "w", encoding="utf-8", newline="\n") as file:
                file.write(HEADER + text)
            os.replace(beside, path)  # whole or not at all
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise
    except OSError as exc:
        raise OutputError(f"{path} cannot be written: {exc.strerror}.", hint="is its folder writable?") from exc


def _text(changes: Any) -> str:
    from fn_emulator.cdf.seeds.saving import as_yaml

    # A file that somebody wrote may hold anything.
    return as_yaml(changes, is_block=True) if isinstance(changes, dict) else f"{changes!r}\n"


def _plain(found: Mapping[str, Any]) -> Any:
    import json

    return json.loads(json.dumps(found, default=str))


def _difference(expected: str, now: str, path: str) -> str:
    from difflib import unified_diff

    before = expected.splitlines()
    told = list(unified_diff(before, now.splitlines(), lineterm="", n=CONTEXT))[2:]
    lines = [_hunk(line, before) if line[:2] == "@@" else f"{line[:1]} {line[1:]}".rstrip() for line in told]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"  ... and {len(lines) - MOST_LINES} more lines"]
    return "\n".join(
        (
            f"What functions changed in CDF is not what {path} has (- there, + now):",
            *(f"    {line}" for line in lines),
            "Hint: if it is right as it is now, pytest --fn-update rewrites the file.",
        )
    )


def _hunk(line: str, before: list[str]) -> str:
    """Of ``@@ -7,9 +7,9 @@`` the resource in whose lines it begins."""
    start = int(line.split()[1].partition(",")[0].lstrip("-"))
    resources = [text for text in before[: max(0, start - 1)] if text[:1] not in (" ", "-", "")]
    return f"  {resources[-1]} ..." if resources else ""


def _series(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    old, new = points_of(was), points_of(item)
    owner = owner_of(before, after, name, key)
    for operation, times in changed_times(old, new):
        held = old if operation == "deleted" else new
        yield operation, {**owner, **_points({_instant(time): _value(held[time]) for time in sorted(times)})}


def _points(points: Mapping[str, Any]) -> dict[str, Any]:
    if len(points) <= MOST_POINTS:
        return {"datapoints": points}
    instants = list(points)
    told = {"count": len(points), "first": instants[0], "last": instants[-1]}
    return {"datapoints": {**told, "digest": _digest(repr(sorted(points.items())).encode())}}


def _instant(time: int) -> str:
    from datetime import datetime, timedelta, timezone

    from fn_emulator.clock import in_text

    return in_text(datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=time))


def _value(point: tuple[Any, Any]) -> Any:
    value, status = point
    return value if status is None else {"value": value, "status": status.symbol}


def _contents(before: World, after: World, name: str, key: Any, was: Any, item: Any) -> Changes:
    for operation, shown in contents(before, after, name, key, was, item):
        yield operation, shown if operation == "deleted" else {**shown, "digest": _digest(item.data)}


def _digest(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()[:16]
