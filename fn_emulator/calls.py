"""The bounded record of past calls, for ``rerun``: one JSON line a call, one appended file a session.

It lies in ``.fn-emulate/calls/`` at the project's root, which the commands find, readable by its owner alone and
ignored by git. What a line holds is decided in ``recording``.
"""

from __future__ import annotations

import errno
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from fn_emulator.clock import now
from fn_emulator.errors import RecordingError
from fn_emulator.harness.realtime import REAL

SCHEMA = 1
MOST_CALLS = 100
"""Calls that are kept; older ones are not found any more, and go with the file that they are in."""

MOST_IN_A_FILE = 1_000
"""A session that calls more often goes on in another file."""

KEPT_BACK_S = 0.1
"""Seconds within which calls are written together."""

_ENDING = ".jsonl"


class CallLog:
    """Appends to the record of one project. The file is made with the first call.

    A call that follows another within ``KEPT_BACK_S`` is written with those after it, so that a loop of fast calls does
    not wait for the disk each time; of what is kept back only the last ``MOST_CALLS`` are written at all.
    """

    def __init__(self, root: str) -> None:
        """Prepare; ``root`` is the project's root."""
        self._folder = calls_folder(root)
        self._stem = ""
        self._descriptor: int | None = None
        self._count = 0
        self._kept_back: deque[tuple[str, Callable[[], str]]] = deque(maxlen=MOST_CALLS)
        self._written_at = 0.0

    def append(self, members: Callable[[], str], *, is_urgent: bool) -> str:
        """Keep one call and give the id under which it is found.

        Args:
            members: Gives the record as JSON text, without braces; asked for only when it is written.
            is_urgent: Whether it is written at once whatever came before, as a failure is.

        Raises:
            OSError: If nothing can be written there.
        """
        if self._descriptor is None or self._count >= MOST_IN_A_FILE:
            self.close()
            self._stem, self._count = self._make_room(), 0
            path = os.path.join(self._folder, f"{self._stem}{_ENDING}")
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        self._count += 1
        name = f"{self._stem}-{self._count}"
        self._kept_back.append((name, members))
        if is_urgent or REAL.perf_counter() - self._written_at > KEPT_BACK_S:
            self.flush()
        return name

    def flush(self) -> None:
        """Write what was kept back.

        Raises:
            OSError: If it cannot be written.
        """
        if self._descriptor is not None and self._kept_back:
            lines = [f'{{"schema":{SCHEMA},"id":"{name}",{members()}}}\n' for name, members in self._kept_back]
            os.write(self._descriptor, "".join(lines).encode())  # one write: nobody reads half a line
            self._kept_back.clear()
        self._written_at = REAL.perf_counter()

    def close(self) -> None:
        """Write what was kept back and close the file."""
        if self._descriptor is not None:
            with suppress(OSError):  # the calls are over; a full disk was said when it was noticed
                self.flush()
            os.close(self._descriptor)
            self._descriptor = None

    def _make_room(self) -> str:
        """Make the folder or remove what is too old in it, and give the name of a new file."""
        above = os.path.dirname(self._folder)
        for folder in (above, self._folder):
            with suppress(FileExistsError):
                os.mkdir(folder, 0o700)
            if os.path.islink(folder):  # somebody else's folder, and who knows whose
                raise OSError(errno.ELOOP, "it is a symbolic link", folder)
        with suppress(FileExistsError):  # also what a link of that name leads to is left alone
            ignore = os.open(os.path.join(above, ".gitignore"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(ignore, b"*\n")
            os.close(ignore)
        files = _files(self._folder)
        # Every file holds a call at least, so that many files hold enough.
        for name in files[: max(0, len(files) - MOST_CALLS + 1)]:
            with suppress(OSError):  # another session was faster, or it is none of ours
                os.unlink(os.path.join(self._folder, name))
        return f"{now():%y%m%d-%H%M%S%f}"[:-3] + f"-{os.getpid():x}"


def _files(folder: str) -> list[str]:
    """Names of the files of recordings, the oldest first."""
    return sorted(name for name in os.listdir(folder) if name.endswith(_ENDING))


def calls_folder(root: str) -> str:
    """The folder of recordings below a project's root."""
    return os.path.join(root, ".fn-emulate", "calls")


def find_recording(root: str, name: str | None) -> dict[str, Any]:
    """The recorded call of this id, or of an id that ends with it; the last one when ``name`` is None.

    Raises:
        RecordingError: If there is none, or several.
    """
    found = list(recordings(root))
    if not found:
        raise RecordingError(
            f"No call is recorded in {calls_folder(root)}.", hint="record one with fn-emulate run FOLDER"
        )
    if name is None:
        return found[-1]
    matching = [record for record in found if record["id"] == name] or [
        record for record in found if record["id"].endswith(name)
    ]
    if len(matching) == 1:
        return matching[0]
    known = ", ".join(record["id"] for record in (matching or found)[-5:])
    problem = f"{len(matching)} recorded calls end with {name!r}." if matching else f"No recorded call is {name!r}."
    raise RecordingError(problem, hint=f"the last ones are {known}")


def recordings(root: str) -> Iterator[dict[str, Any]]:
    """The last ``MOST_CALLS`` recorded calls, the oldest first; a line that was cut short is passed over."""
    lines = list(_lines(calls_folder(root)))
    for line in lines[-MOST_CALLS:]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and record.get("schema") == SCHEMA and isinstance(record.get("id"), str):
            yield record


def _lines(folder: str) -> Iterator[str]:
    try:
        files = _files(folder)
    except OSError:
        return
    for name in files[-MOST_CALLS:]:
        with suppress(OSError), open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            yield from file.read().splitlines()
