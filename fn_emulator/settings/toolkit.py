"""Cognite Toolkit's ``*.Function.yaml`` and ``*.Schedule.yaml`` -> what they say about one function.

Differences from a deployment: ``${NAME}`` is filled after parsing, so that a value cannot change the structure of the
file; a deployment fills the text, and there an unquoted ``${PORT}`` becomes a number, which Toolkit then refuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fn_emulator.errors import SettingsError
from fn_emulator.settings.build_variables import (
    Config,
    Variable,
    may_be,
    not_filled,
    read_config,
    replace_variables,
    unfilled_in,
    variables_for,
)
from fn_emulator.settings.model import Found, Layer, ScheduleSettings
from fn_emulator.settings.places import read_text, shown_path
from fn_emulator.settings.schema import FUNCTION_ENTRY, SCHEDULE_ENTRY, validate
from fn_emulator.settings.toolkit_entry import Entry, read_function, read_identity, read_schedule
from fn_emulator.settings.yaml_text import load_yaml

UNUSED_KEYS = ("authentication", "dataSetExternalId", "dataSetId", "space", "fileId", "functionId")


class Toolkit(NamedTuple):
    """What Toolkit's files say about one function.

    Attributes:
        layer: Its settings.
        identity: ``external_id``, ``name``, ``description``, ``owner``, as far as they are given.
        schedules: Its schedules.
        missing: ``schedules.NAME`` -> data that needs environment variables that are not set.
        files: The files that say it, for display.
    """

    layer: Layer
    identity: Mapping[str, str]
    schedules: tuple[ScheduleSettings, ...]
    missing: Mapping[str, Found]
    files: tuple[str, ...]


def read_toolkit(
    files: list[str],
    name: str,
    *,
    source: str,
    given: str,
    environ: Mapping[str, str],
    toolkit_env: str | None,
    cloud: str,
) -> Toolkit:
    """Read the entries that belong to the function ``name``.

    Args:
        files: What ``find_toolkit_files`` found, the nearest first.
        name: The function's name, which is its external id.
        source: The function's real path.
        given: The function as the user wrote it, for messages.
        environ: Fills ``${NAME}``.
        toolkit_env: Names the ``config.ENV.yaml`` that fills ``{{ name }}``.
        cloud: Into whose range memory and cpu are brought that are asked for.

    Raises:
        SettingsError: If a file is not YAML, a build variable that is needed has no value, or an entry is wrong.
    """
    config = read_config(source, toolkit_env, given) if toolkit_env else None
    functions, schedules = _entries(files, given, config)
    own = _own_function(functions, name)
    timed = _own_schedules(schedules, name)
    unfilled = [
        *_needed(own, functions, "externalId", name),
        *_needed(timed, schedules, "functionExternalId", name),
    ]
    if unfilled:
        raise not_filled(unfilled, config, source, given)
    environ = {**config.environ, **environ} if config else environ
    for entry in own:
        validate(entry.value, FUNCTION_ENTRY, entry.where)
    for entry in timed:
        validate(entry.value, SCHEDULE_ENTRY, entry.where)
    read = [read_schedule(entry, environ) for entry in timed]
    return Toolkit(
        layer=read_function(own[0], environ, cloud) if own else {},
        identity=read_identity(own[0], environ) if own else {},
        schedules=tuple(schedule for schedule, _ in read),
        missing={f"schedules.{schedule.name}": data for schedule, data in read if data.needs},
        files=tuple(dict.fromkeys(entry.shown for entry in (*own, *timed))),
    )


def _entries(files: list[str], given: str, config: Config | None) -> tuple[list[Entry], list[Entry]]:
    functions: list[Entry] = []
    schedules: list[Entry] = []
    for path in files:
        is_schedule = path.lower().endswith((".schedule.yaml", ".schedule.yml"))
        (schedules if is_schedule else functions).extend(_entries_of(path, given, config))
    return functions, schedules


def _entries_of(path: str, given: str, config: Config | None) -> Iterator[Entry]:
    shown = shown_path(given, path)
    values = variables_for(config, os.path.dirname(path)) if config else {}
    text, unfilled = replace_variables(read_text(path, shown), shown, values)
    content = load_yaml(text, shown)
    if isinstance(content, list):
        for number, value in enumerate(content, start=1):
            yield Entry(value, path, shown, f"{shown}, entry {number}", unfilled)
    elif content is not None:
        yield Entry(content, path, shown, shown, unfilled)


def _own_function(functions: list[Entry], name: str) -> list[Entry]:
    """The entry of the function ``name`` in the nearest folder that has one, as a list of at most one."""
    own = [entry for entry in functions if _belongs(entry, "externalId", name)]
    beside = [entry for entry in own if os.path.dirname(entry.path) == os.path.dirname(own[0].path)]
    if len(beside) > 1:
        hint = "keep one of them; an external id is unique in a project"
        raise SettingsError(f"{beside[0].where} and {beside[1].where} both declare {name!r}.", hint=hint)
    for entry in functions:
        # An entry without an id belongs to nobody: better said here than found out at the deployment.
        if not own and _key(entry, "externalId") is None:
            validate(entry.value, FUNCTION_ENTRY, entry.where)
    return beside


def _own_schedules(schedules: list[Entry], name: str) -> list[Entry]:
    for entry in schedules:
        # A transformation's schedule lies in a file of this kind too, and has an external id.
        if _key(entry, "functionExternalId") is None and _key(entry, "externalId") is None:
            validate(entry.value, SCHEDULE_ENTRY, entry.where)
    return [entry for entry in schedules if _belongs(entry, "functionExternalId", name)]


def _belongs(entry: Entry, key: str, name: str) -> bool:
    # ``externalId: 2024`` is a number to YAML: it is ours, and then refused.
    return _key(entry, key) is not None and str(_key(entry, key)) == name


def _key(entry: Entry, key: str) -> Any:
    return entry.value.get(key) if isinstance(entry.value, dict) else None


def _needed(own: list[Entry], others: list[Entry], key: str, name: str) -> Iterator[Variable]:
    """Yield what must have a value: in our entries, and in those of which nobody can tell yet whose they are."""
    undecided = [] if own and key == "externalId" else [entry for entry in others if may_be(_key(entry, key), name)]
    for entry in (*own, *undecided):
        used = {field: value for field, value in entry.value.items() if field not in UNUSED_KEYS}
        yield from unfilled_in(used, entry.unfilled)
