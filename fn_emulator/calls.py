"""The bounded record of past calls, for ``rerun``: one JSON line a call, one appended file a session.

It lies in ``.fn-emulate/calls/`` at the project's root, readable by its owner alone and ignored by git. Secrets are
kept by name and origin, never by value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fn_emulator.clock import in_text, now
from fn_emulator.errors import RecordingError
from fn_emulator.masking import Masker
from fn_emulator.model import JSON, Call, Result

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings

SCHEMA = 1
MOST_CALLS = 100
"""Calls that are kept; older ones are not found any more, and go with the file that they are in."""

MOST_IN_A_FILE = 1_000
"""A session that calls more often goes on in another file."""

_encode = json.JSONEncoder(separators=(",", ":")).encode

_ENDING = ".jsonl"
_ROOT_MARKS = ("pyproject.toml", ".git")


def project_root(function_root: str, directory: str) -> str:
    """Where recordings live: the nearest folder above the function with a pyproject.toml or .git, else ``directory``.

    Never inside the function's folder, where they would be deployed with it.
    """
    above = folder = os.path.dirname(function_root)
    while True:
        if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOT_MARKS):
            return folder
        if folder == os.path.dirname(folder):
            break
        folder = os.path.dirname(folder)
    is_inside = os.path.join(directory, "").startswith(os.path.join(function_root, ""))
    return above if is_inside else directory


class CallLog:
    """Appends to the record of one project. The file is made with the first call."""

    def __init__(self, root: str) -> None:
        """Prepare; ``root`` is the project's root."""
        self._folder = calls_folder(root)
        self._stem = ""
        self._descriptor: int | None = None
        self._count = 0

    def append(self, start: str, record: Mapping[str, Any]) -> str:
        """Keep one call and give the id under which it is found.

        Args:
            start: JSON text of the record's first members, without the closing brace.
            record: Its other members.

        Raises:
            OSError: If nothing can be written there.
        """
        if self._descriptor is None or self._count >= MOST_IN_A_FILE:
            self.close()
            self._stem, self._count = self._make_room(), 0
            path = os.path.join(self._folder, f"{self._stem}{_ENDING}")
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._count += 1
        name = f"{self._stem}-{self._count}"
        line = f"{start},{_encode({'id': name, **record})[1:]}\n"
        os.write(self._descriptor, line.encode())  # one write a line: readers and other sessions never see half of it
        return name

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _make_room(self) -> str:
        """Make the folder or remove what is too old in it, and give the name of a new file."""
        if not os.path.isdir(self._folder):
            above = os.path.dirname(self._folder)
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            os.chmod(above, 0o700)
            with open(os.path.join(above, ".gitignore"), "w", encoding="utf-8") as ignore:
                ignore.write("*\n")
        files = _files(self._folder)
        # Every file holds a call at least, so that many files hold enough.
        for name in files[: max(0, len(files) - MOST_CALLS + 1)]:
            with suppress(FileNotFoundError):  # another session was faster
                os.unlink(os.path.join(self._folder, name))
        return f"{now():%y%m%d-%H%M%S%f}"[:-3] + f"-{os.getpid():x}"


def _files(folder: str) -> list[str]:
    """Names of the files of recordings, the oldest first."""
    return sorted(name for name in os.listdir(folder) if name.endswith(_ENDING))


def calls_folder(root: str) -> str:
    """The folder of recordings below a project's root."""
    return os.path.join(root, ".fn-emulate", "calls")


class CallRecorder:
    """Records the calls of one function: enough to run each again, and what came of it.

    No value of a secret is kept, nor any value that settings files took from the environment: those are named, and
    taken from there again.
    """

    def __init__(
        self, log: CallLog, function: Function, settings: Settings, flags: Mapping[str, Any], masker: Masker
    ) -> None:
        """Prepare what is the same for every call."""
        self._log = log
        self._masker = masker
        of_the_function = {
            "function": os.path.abspath(function.given),
            "settings": _settings_again(function, settings, flags),
            "toolkit_env": settings.toolkit_env,
            "env": _variables(settings, masker),
            "secrets": {name: settings.templates.get(f"secrets.{name}") for name in settings.secrets},
        }
        # Encoded once: the same for every call.
        self._start = _encode({"schema": SCHEMA, **of_the_function})[:-1]

    def record(self, result: Result) -> str:
        """Keep one call and give the id under which it is found.

        Raises:
            OSError: If nothing can be written there.
        """
        return self._log.append(self._start, _of_the_call(result, self._masker))


def _of_the_call(result: Result, masker: Masker) -> dict[str, Any]:
    call = result.call
    record: dict[str, Any] = {
        "time": in_text(result.started),
        "call_id": call.id,
        "function_id": call.function_id,
        "status": result.status,
        "duration_s": result.duration_s,
        "response": masker.mask_json(result.answer),
    }
    if call.data_of_schedule is None:
        record["data"] = masker.mask_json(call.data)
        if names := masker.names_in(call.data_text):
            record["data_masked"] = list(names)
    # Most calls have none of these, and a record costs as much as it holds.
    if call.schedule_id is not None:
        record["schedule_id"] = call.schedule_id
        record["scheduled_time"] = call.scheduled_time and call.scheduled_time.isoformat()
        record["data_of_schedule"] = call.data_of_schedule
    if call.frozen_at is not None:
        record["frozen_at"] = call.frozen_at.isoformat()
    if result.failure is not None:
        record["failure"] = {"type": result.failure.type, "message": result.failure.message}
    if result.findings:
        record["findings"] = [finding.id for finding in result.findings]
    return record


def _settings_again(function: Function, settings: Settings, flags: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a call as flags, so that they win over whatever the files say by then."""
    files = {name: os.path.abspath(flags[name]) for name in ("secrets_file", "env_file") if flags.get(name)}
    return {
        "function_path": function.handler_file if function.form in ("folder", "zip") else None,
        "kind": function.kind,
        "client": settings.client,
        "cloud": settings.cloud,
        "runtime": settings.runtime,
        "timeout": str(settings.timeout_s),
        "network": settings.network,
        **files,
    }


def _variables(settings: Settings, masker: Masker) -> dict[str, dict[str, Any]]:
    """Name -> ``{"value"}``, ``{"masked"}`` where it holds a secret, ``{"template"}`` where the environment gave it."""
    found: dict[str, dict[str, Any]] = {}
    for name, value in settings.env.items():
        template = settings.templates.get(f"env.{name}")
        if template is not None:
            found[name] = {"template": template, "origin": settings.origins.get(f"env.{name}")}
        else:
            found[name] = {"masked": True} if masker.names_in(value) else {"value": value}
    return found


def recorded_call(record: Mapping[str, Any], function: str, schedules_data: JSON) -> Call:
    """The call of a record, exactly as it was.

    Args:
        record: What ``find_recording`` gave.
        function: Name of the function.
        schedules_data: What its schedule declares as data, where the call took its data from one.

    Raises:
        RecordingError: If its data held a secret, which was not kept.
    """
    if "data_masked" in record:
        names = ", ".join(map(repr, record["data_masked"]))
        raise RecordingError(
            f"The data of {record['id']} held the value of the secret {names}, which is not kept.",
            hint="run it again with fn-emulate run and --data",
        )
    data = record.get("data", schedules_data)
    return Call(
        id=record["call_id"],
        function=function,
        function_id=record["function_id"],
        data=data,
        data_text=json.dumps(data),
        schedule_id=record.get("schedule_id"),
        scheduled_time=_instant(record.get("scheduled_time")),
        frozen_at=_instant(record.get("frozen_at")),
        data_of_schedule=record.get("data_of_schedule"),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


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
        except ValueError:
            continue
        if isinstance(record, dict) and record.get("schema") == SCHEMA:
            yield record


def _lines(folder: str) -> Iterator[str]:
    try:
        files = _files(folder)
    except OSError:
        return
    for name in files[-MOST_CALLS:]:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            yield from file.read().splitlines()
