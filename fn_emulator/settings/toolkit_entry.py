"""One entry of a Toolkit file -> settings, identity, schedule."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.limits import CLOUDS
from fn_emulator.settings.build_variables import Variable
from fn_emulator.settings.filled import fill, fill_all, fill_table
from fn_emulator.settings.model import Found, Layer, ScheduleSettings
from fn_emulator.settings.values import parse_runtime

TEXT_KEYS = {"functionPath": "function-path", "runtime": "runtime", "indexUrl": "index-url"}
TABLE_KEYS = {"secrets": "secrets", "envVars": "env", "metadata": "metadata"}
IDENTITY_KEYS = {"externalId": "external_id", "name": "name", "description": "description", "owner": "owner"}


class Entry(NamedTuple):
    """One entry of a file.

    Attributes:
        value: As parsed.
        path: The file.
        shown: The file, for messages.
        where: File and entry, for messages.
        unfilled: The file's build variables without a value.
    """

    value: Any
    path: str
    shown: str
    where: str
    unfilled: list[Variable]


def read_function(entry: Entry, environ: Mapping[str, str], cloud: str) -> Layer:
    """The settings of an entry of ``*.Function.yaml`` that fits its schema.

    Args:
        entry: The entry.
        environ: Fills ``${NAME}``.
        cloud: Into whose range memory and cpu are brought.

    Raises:
        SettingsError: If its runtime does not look like one.
    """
    limits = CLOUDS[cloud]
    origin = os.path.basename(entry.path)
    given = {key: value for key, value in entry.value.items() if value is not None}
    layer: Layer = {}
    for key, setting in TEXT_KEYS.items():
        if key in given:
            layer[setting] = fill(given[key], environ, origin=origin, file=entry.shown)
    if "runtime" in layer:
        parse_runtime(layer["runtime"].value, f"{entry.where}: runtime")
    if "extraIndexUrls" in given:
        urls = [fill(url, environ) for url in given["extraIndexUrls"]]
        template = " ".join(given["extraIndexUrls"]) if any(url.template for url in urls) else None
        layer["extra-index-urls"] = Found(tuple(url.value for url in urls), origin, template)
    if "cpu" in given:
        layer["cpu"] = _granted(given["cpu"], limits.cpu, limits.max_cpu, 1, origin, cloud)
    if "memory" in given:
        layer["memory"] = _granted(given["memory"], limits.memory_mb, limits.max_memory_mb, 1000, origin, cloud)
    for key, table in TABLE_KEYS.items():
        layer.update(fill_table(table, given.get(key, {}), environ, origin=origin, file=entry.shown))
    return layer


def read_identity(entry: Entry, environ: Mapping[str, str]) -> dict[str, str]:
    """``external_id``, ``name``, ``description``, ``owner`` of an entry, as far as they are given."""
    given = {IDENTITY_KEYS[key]: value for key, value in entry.value.items() if key in IDENTITY_KEYS}
    return {key: fill(value, environ).value for key, value in given.items() if value is not None}


def read_schedule(entry: Entry, environ: Mapping[str, str]) -> tuple[ScheduleSettings, Found]:
    """The schedule of an entry of ``*.Schedule.yaml``, and its data with the variables that it still needs."""
    # Through JSON, as on its way to the platform: keys become texts.
    data, missing = fill_all(json.loads(json.dumps(entry.value.get("data") or {})), environ)
    cron = fill(entry.value["cronExpression"], environ).value
    schedule = ScheduleSettings(entry.value["name"], cron, data, entry.shown)
    return schedule, Found(data, os.path.basename(entry.path), file=entry.shown, needs=missing)


def _granted(asked: float, least: float, most: float, unit: float, origin: str, cloud: str) -> Found:
    # The platform raises what is too little without a word [cognite-toolkit, FunctionIO.dump_resource]. Not ``<``: NaN.
    if not asked * unit >= least:
        return Found(least, f"the least of {cloud}; {origin} asks for {asked:g}")
    if asked * unit > most:
        return Found(most, f"the most of {cloud}; {origin} asks for {asked:g}")
    return Found(float(asked * unit), origin)
