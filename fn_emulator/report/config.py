"""Settings -> what ``fn-emulate config`` shows: each value with its origin, and no value that came from a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator.masking import Masker
from fn_emulator.model import JSON
from fn_emulator.settings import Settings

CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")


class Row(NamedTuple):
    """One setting as it may be shown.

    Attributes:
        key: As in a settings file, or ``secrets.NAME``, ``env.NAME``, ``metadata.NAME``, ``schedules.NAME``.
        value: Plain JSON; None when nothing sets it, or when it needs a variable that is not set.
        origin: Where it comes from.
        unit: What a number counts.
        needs: Environment variables that it refers to and that are not set.
    """

    key: str
    value: JSON
    origin: str
    unit: str = ""
    needs: tuple[str, ...] = ()


def to_text(settings: Settings) -> str:
    """One line a setting: key, value, origin, aligned."""
    rows = [(row.key, _shown(row), row.origin) for row in rows_of(settings)]
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "".join(f"{key:<{first}}  {value:<{second}}  {origin}".rstrip() + "\n" for key, value, origin in rows)


def to_json(settings: Settings) -> str:
    """The object that ``--format json`` writes."""
    import json

    rows = list(rows_of(settings))
    content = {
        "schema": 1,
        "settings": {row.key: {"value": row.value, "origin": row.origin} for row in rows},
        "missing": {row.key: list(row.needs) for row in rows if row.needs},
        "toolkit_files": list(settings.toolkit_files),
    }
    return json.dumps(content, indent=2) + "\n"


def rows_of(settings: Settings) -> Iterator[Row]:
    """Yield every setting, the plain ones in a fixed order, then those that the function's files name; no secrets."""
    masker = Masker({name: secret.value for name, secret in settings.secrets.items()})
    for row in _rows(settings):
        is_text = isinstance(row.value, str | list)
        yield row._replace(value=masker.mask_json(row.value)) if is_text else row


def _rows(settings: Settings) -> Iterator[Row]:
    for key, value, unit in _plain(settings):
        yield Row(key, _without_values(settings, key, value), settings.origins[key], unit)
    for name in sorted(settings.secret_names):
        yield _named(settings, f"secrets.{name}", "***")
    for name in sorted(settings.env_names):
        yield _named(settings, f"env.{name}", settings.env.get(name))
    for name in sorted(settings.metadata):
        yield _named(settings, f"metadata.{name}", settings.metadata[name])
    for schedule in settings.schedules:
        key = f"schedules.{schedule.name}"
        needs = settings.missing[key].needs if key in settings.missing else ()
        yield Row(key, schedule.cron, schedule.file.rpartition("/")[2], needs=needs)


def _named(settings: Settings, key: str, value: JSON) -> Row:
    if key in settings.missing:
        return Row(key, None, settings.origins[key], needs=settings.missing[key].needs)
    return Row(key, value if value == "***" else _without_values(settings, key, value), settings.origins[key])


def _plain(settings: Settings) -> Iterator[tuple[str, JSON, str]]:
    yield "function-path", settings.function_path, ""
    yield "kind", settings.kind, ""
    yield "client", settings.client, ""
    yield "seed", list(settings.seed), ""
    yield "lenient", settings.is_lenient, ""
    yield "as", settings.identity, ""
    yield "cassette", settings.cassette, ""
    yield "allow-writes", settings.allows_writes, ""
    yield "cloud", settings.cloud, ""
    yield "runtime", settings.runtime, ""
    yield "runner", settings.runner, ""
    yield "python", settings.python, ""
    yield "venv", settings.is_venv, ""
    yield "timeout", settings.timeout_s, "s"
    yield "memory", settings.memory_mb, "MB"
    yield "cpu", settings.cpu, ""
    yield "data-limit", settings.data_limit_bytes, "bytes"
    yield "response-limit", settings.response_limit_bytes, "bytes"
    yield "runtimes", list(settings.runtimes), ""
    yield "network", settings.network, ""
    yield "call-info-types", settings.call_info_types, ""
    yield "fail-on", settings.fail_on, ""
    yield "ignore", list(settings.ignore), ""
    yield "select", list(settings.select), ""
    yield "index-url", settings.index_url, ""
    yield "extra-index-urls", list(settings.extra_index_urls), ""
    yield "toolkit-env", settings.toolkit_env, ""


def _without_values(settings: Settings, key: str, value: JSON) -> JSON:
    """What may be shown: a text with references as it was written, and an address without its credentials."""
    if isinstance(value, list):
        items = settings.templates[key].split() if key in settings.templates else value
        return [CREDENTIALS.sub("***", item) for item in items]
    value = settings.templates.get(key, value)
    return CREDENTIALS.sub("***", value) if isinstance(value, str) else value


def _shown(row: Row) -> str:
    missing = " and ".join(f"${{{name}}}" for name in row.needs)
    if row.value is None:
        return f"missing: {missing} is not set" if missing else "-"
    if isinstance(row.value, list):
        return ", ".join(row.value) or "-"
    if isinstance(row.value, bool):
        return str(row.value).lower()
    number = f"{row.value:,}" if isinstance(row.value, int) else f"{row.value:g}" if row.unit else str(row.value)
    note = f" (missing: {missing} is not set)" if missing else ""
    return f"{number} {row.unit}".rstrip() + note
