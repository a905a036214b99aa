"""Our data -> the plain dicts that the harness speaks, and its reply -> ``Evidence``. The same for every runner."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.call_info import call_info
from fn_emulator.clock import from_seconds
from fn_emulator.function import Function
from fn_emulator.harness import SCHEMA
from fn_emulator.model import (
    Call,
    Death,
    EnvRead,
    Evidence,
    Failure,
    Held,
    LeftBehind,
    LogLine,
    MemoryProfile,
    Place,
    Refusal,
    Where,
)
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from fn_emulator.runners.opening import Surroundings


def specification(
    function: Function, settings: Settings, around: Surroundings, *, cdf: Mapping[str, Any] | None, has_exchange: bool
) -> dict[str, Any]:
    """What ``open_session`` takes, as plain JSON.

    Args:
        function: The function.
        settings: Its settings.
        around: Who opens it.
        cdf: What the harness makes the client from: ``{"project", "base_url"}`` and more for a real project.
        has_exchange: Whether somebody answers its requests to CDF.
    """
    return {
        "schema": SCHEMA,
        "root": function.folder,
        "module": function.module_name,
        "shown": {path: {"file": at.file, "first_line": at.first_line} for path, at in function.shown.items()},
        "env": dict(settings.env),
        "env_only": around.has_only_declared_env,
        "network": settings.network,
        "client": settings.client,
        "needs_handle": function.kind == "cognite",
        "may_end_process": False,
        "cdf": cdf,
        "has_exchange": has_exchange,
        "debug_port": around.debug_port,
        "profiles_memory": around.profiles_memory,
        "calls_once": around.calls_once,
        "tells_modules": around.starts_again,
    }


def request(
    call: Call, settings: Settings, *, timeout_s: float | None, is_cold: bool, preload: Iterable[str], world: int
) -> dict[str, Any]:
    """What a session's ``call`` takes."""
    return {
        "data": call.data_text,
        "call_info": call_info(call, settings.call_info_types),
        "secrets": {name: secret.value for name, secret in settings.secrets.items()},
        "timeout_s": timeout_s,
        "frozen_at": None if call.frozen_at is None else call.frozen_at.isoformat(),
        "cold": is_cold,
        "preload": list(preload),
        "world": world,
    }


def read_reply(reply: Mapping[str, Any], call: Call, where: Where, function: Function) -> Evidence:
    """What a session's ``call`` gives, as frozen data with the paths that the user knows."""
    answer = reply["answer"] or {}
    failure = reply["failure"]
    return Evidence(
        call=call,
        where=where,
        stage=reply["stage"],
        started=from_seconds(reply["started"]),
        import_s=reply["import_s"],
        duration_s=reply["duration_s"],
        answer_text=answer.get("text"),
        answer=answer.get("value"),
        refused=_places(answer.get("refused", ())),
        refused_reason=answer.get("reason", ""),
        changed=_places(answer.get("changed", ())),
        failure=failure and Failure(failure["type"], failure["message"], failure["trace"]),
        place=_known_place(reply["place"], function),
        missing_module=failure and failure["missing_module"],
        is_timed_out=reply["timed_out"],
        is_timeout_enforced=reply["timeout_enforced"],
        logs=log_lines(reply["logs"]),
        env_reads=_env_reads(reply["env_reads"], function),
        refusals=refusals(reply["refused"], function),
        read_input=_known_place(reply["read_input"], function),
        peak_memory_mb=reply["peak_memory_mb"],
        foreign=tuple(reply["foreign"]),
        death=_death(reply.get("death")),
        left=_left(reply.get("left", ()), function),
        cpu_s=reply["cpu_s"],
        memory_profile=_profile(reply.get("memory_profile"), function),
        memory_limited_by=reply.get("memory_limited_by"),
        notes=reply.get("notes", ()),
    )


def _profile(profile: Mapping[str, Any] | None, function: Function) -> MemoryProfile | None:
    if profile is None:
        return None
    file, line = _known_place(profile["place"], function) or (None, None)
    held = (Held(known_path(function, each["file"]), each["line"], each["mb"]) for each in profile["held"])
    return MemoryProfile(profile["peak_mb"], file, line, tuple(held))


def _death(death: Mapping[str, Any] | None) -> Death | None:
    return None if death is None else Death(**death)


def _left(left: Sequence[Mapping[str, Any]], function: Function) -> tuple[LeftBehind, ...]:
    if not left:
        return ()
    return tuple(
        LeftBehind(each["kind"], each["name"], each["file"] and known_path(function, each["file"]), each["line"])
        for each in left
    )


def log_lines(lines: Sequence[Mapping[str, Any]]) -> tuple[LogLine, ...]:
    """The harness's log entries as ``LogLine``."""
    if not lines:
        return ()
    return tuple(LogLine(from_seconds(line["time"]), line["stream"], line["message"]) for line in lines)


def refusals(refused: Sequence[Mapping[str, Any]], function: Function) -> tuple[Refusal, ...]:
    """The harness's refused connections as ``Refusal``."""
    if not refused:
        return ()
    return tuple(
        Refusal(item["host"], item["port"], item["file"] and known_path(function, item["file"]), item["line"])
        for item in refused
    )


def known_path(function: Function, file: str) -> str:
    """A file of the deployed folder as the user knows it: below the path that was given."""
    root = function.folder + os.sep
    if not file.startswith(root):
        return file
    return str(function.place(file.removeprefix(root).replace(os.sep, "/"))["file"])


def _env_reads(reads: Sequence[Mapping[str, Any]], function: Function) -> tuple[EnvRead, ...]:
    if not reads:  # here and below: what is empty in nearly every call costs nothing
        return ()
    return tuple(
        EnvRead(read["name"], read["visible"], read["in_shell"], known_path(function, read["file"]), read["line"])
        for read in reads
    )


def _known_place(place: Any, function: Function) -> tuple[str, int] | None:
    return None if place is None else (known_path(function, place[0]), place[1])


def _places(places: Sequence[Mapping[str, Any]]) -> tuple[Place, ...]:
    if not places:
        return ()
    return tuple(
        Place(place["path"], place["type"], tuple(place["bases"]), tuple(place["traits"]), place.get("becomes"))
        for place in places
    )
