"""What is kept of a call for ``rerun``, and a call made from it again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fn_emulator.calls import CallLog
from fn_emulator.clock import in_text
from fn_emulator.errors import RecordingError
from fn_emulator.masking import Masker
from fn_emulator.model import JSON, NOTHING, Call, Result

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings

_encode = json.JSONEncoder(separators=(",", ":")).encode

_TEXT = (str, type(None))
_MEMBERS: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("function", "status"), str),
    **dict.fromkeys(("settings", "secrets", "env"), dict),
    **dict.fromkeys(("call_id", "function_id"), int),
    **dict.fromkeys(("toolkit_env", "data_of_schedule", "scheduled_time", "frozen_at"), _TEXT),
    "schedule_id": (int, type(None)),
    "failure": (dict, type(None)),
    "data_masked": (list, type(None)),
    "call_info": (dict, type(None)),
}
"""What ``rerun`` reads of a record."""

SETTINGS = (
    *("function_path", "kind", "client", "seed", "lenient", "as", "cassette", "cloud", "runtime", "timeout"),
    *("network", "runner", "memory", "secrets_file", "env_file"),
)
"""The settings of a record, as flags are called."""


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
        self._of_the_function = _encode(of_the_function)[1:-1]

    def record(self, result: Result, answer_text: str | None) -> str:
        """Keep one call and give the id under which it is found.

        Args:
            result: The call.
            answer_text: Its answer as JSON text; None when it has none.

        Raises:
            OSError: If nothing can be written there.
        """
        return self._log.append(lambda: self._members(result, answer_text), is_urgent=result.failure is not None)

    def _members(self, result: Result, answer_text: str | None) -> str:
        call = result.call
        members = (
            f'{self._of_the_function},"time":"{in_text(result.started)}","call_id":{call.id},'
            f'"function_id":{call.function_id},"status":"{result.status}","duration_s":{result.duration_s},'
            f'"response":{self._masked(answer_text) if result.status == "Completed" else "null"}'
        )
        if call.data_of_schedule is None:
            members += f',"data":{self._masked(call.data_text)}'
        rare = _rare_members(result, self._masker)
        if rare:
            members += f",{_encode(rare)[1:-1]}"
        return members

    def flush(self) -> None:
        """Write what was kept back; a disk that refuses now loses calls that were fine."""
        with suppress(OSError):
            self._log.flush()

    def _masked(self, text: str | None) -> str:
        if text is None:
            return "null"
        return _encode(self._masker.mask_json(json.loads(text))) if self._masker.names_in(text) else text


def _rare_members(result: Result, masker: Masker) -> dict[str, Any]:
    """What most calls have not: a record costs as much as it holds."""
    call = result.call
    rare: dict[str, Any] = {}
    if call.data_of_schedule is None and (names := masker.names_in(call.data_text)):
        rare["data_masked"] = list(names)
    if call.schedule_id is not None:
        rare["schedule_id"] = call.schedule_id
        rare["scheduled_time"] = call.scheduled_time and call.scheduled_time.isoformat()
        rare["data_of_schedule"] = call.data_of_schedule
    if call.info:
        rare["call_info"] = masker.mask_json(dict(call.info))
    if call.frozen_at is not None:
        rare["frozen_at"] = call.frozen_at.isoformat()
    if result.failure is not None:
        rare["failure"] = {"type": result.failure.type, "message": result.failure.message}
    if result.findings:
        rare["findings"] = [finding.id for finding in result.findings]
    return rare


def _settings_again(function: Function, settings: Settings, flags: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a call as flags, so that they win over whatever the files say by then."""
    files = {name: os.path.abspath(flags[name]) for name in ("secrets_file", "env_file") if flags.get(name)}
    return {
        "function_path": function.handler_file if function.form in ("folder", "zip") else None,
        "kind": function.kind,
        "client": settings.client,
        **_of_the_client(settings),
        "cloud": settings.cloud,
        "runtime": settings.runtime,
        "timeout": str(settings.timeout_s),
        "memory": str(settings.memory_mb),
        "network": settings.network,
        **_of_the_place(settings),
        **files,
    }


def _of_the_client(settings: Settings) -> dict[str, Any]:
    """What most calls have not is not written."""
    found: dict[str, Any] = {"as": settings.identity}
    if settings.seed:
        found["seed"] = [os.path.abspath(path) for path in settings.seed]
    if settings.cassette is not None:
        found["cassette"] = os.path.abspath(settings.cassette)
    found |= {"lenient": "true"} if settings.is_lenient else {}
    return {name: value for name, value in found.items() if value is not None}


def _of_the_place(settings: Settings) -> dict[str, Any]:
    """Runner and interpreter; the latter to be asked for again, which a recording alone does not widen."""
    found: dict[str, Any] = {"runner": settings.runner}
    if settings.python is not None:
        has_folder = os.path.dirname(settings.python) != ""
        found["python"] = os.path.abspath(settings.python) if has_folder else settings.python
    found |= {"venv": "true"} if settings.is_venv else {}
    return {name: value for name, value in found.items() if value is not None}


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


def check_record(record: Mapping[str, Any]) -> None:
    """Make sure that a record is as it was written, so that whoever reads it need not ask.

    Raises:
        RecordingError: If it is cut, foreign or changed.
    """
    wrong = next(_wrong_members(record), None)
    if wrong is not None:
        raise RecordingError(
            f"The recorded call {record['id']} cannot be read: {wrong!r} is missing or is no such value.",
            hint="record it again with fn-emulate run, or name another one",
        )


def _wrong_members(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (name for name, kinds in _MEMBERS.items() if not isinstance(record.get(name), kinds))
    if not all(isinstance(value, _TEXT) for value in record["secrets"].values()):
        yield "secrets"
    if not all(isinstance(value, (*_TEXT, list)) for value in record["settings"].values()):
        yield "settings"
    if not all(isinstance(kept, dict) for kept in record["env"].values()):
        yield "env"
    for name in ("scheduled_time", "frozen_at"):
        try:
            _instant(record.get(name))
        except ValueError:
            yield name


def recorded_call(record: Mapping[str, Any], function: str, schedules_data: JSON) -> Call:
    """The call of a record, exactly as it was.

    Args:
        record: What ``find_recording`` gave.
        function: Name of the function.
        schedules_data: What its schedule declares as data, where the call took its data from one.

    Raises:
        RecordingError: If its data held a secret, which was not kept.
    """
    if record.get("data_masked"):
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
        info=record.get("call_info") or NOTHING,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
