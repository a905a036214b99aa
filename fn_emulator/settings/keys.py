"""The settings that exist: the name of each in a file, what it holds, and how a wrong value is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.errors import SettingsError

CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("cognite", "remote-service"),
    "client": ("fake", "mock", "record", "recorded", "live", "none"),
    "cloud": ("gcp", "azure", "aws"),
    "runner": ("inprocess", "worker"),
    "network": ("off", "local", "on"),
    "call-info-types": ("text", "int"),
    "fail-on": ("error", "warning", "note", "never"),
}

KEYS: Mapping[str, str] = {
    **dict.fromkeys(CHOICES, "choice"),
    "function-path": "text",
    "runtime": "runtime",
    "python": "text",
    "venv": "boolean",
    "seed": "paths",
    "lenient": "boolean",
    "as": "text",
    "cassette": "path",
    "allow-writes": "boolean",
    "timeout": "duration",
    "memory": "megabytes",
    "cpu": "number",
    "data-limit": "bytes",
    "response-limit": "bytes",
    "runtimes": "runtimes",
    "ignore": "list",
    "select": "list",
    "index-url": "text",
    "extra-index-urls": "list",
    "toolkit-env": "text",
    "secrets": "table",
    "env": "table",
    "metadata": "table",
}
"""Every key of ``[tool.fn-emulate]`` and the form of its value, as ``values.parse`` reads it."""

ARGUMENTS: Mapping[str, str] = {"timeout": "timeout_s", "memory": "memory_mb", "as": "identity", "secret": "secrets"}
"""What ``load_function`` calls otherwise than a command does."""

VARIABLE_PREFIX = "FN_EMULATE_"


def flag_of(key: str) -> str:
    """The name that ``key`` has among the parameters of a command: ``fail_on``."""
    return key.replace("-", "_")


def option_of(key: str) -> str:
    """The option of a command that sets ``key``: ``--fail-on``."""
    return f"--{key}"


def argument_of(key: str) -> str:
    """The argument of ``load_function`` that sets ``key``: ``timeout_s=``."""
    return f"{ARGUMENTS.get(key, flag_of(key))}="


def is_typed(key: str, origin: str) -> bool:
    """Whether a value of ``key`` was given with the call or command itself, and not by a file or variable."""
    return origin in (option_of(key), argument_of(key))


def variable_of(key: str) -> str:
    """The environment variable that sets ``key``: ``FN_EMULATE_FAIL_ON``."""
    return VARIABLE_PREFIX + flag_of(key).upper()


def not_one_of(where: str, value: Any, choices: Iterable[str]) -> SettingsError:
    """The error for a value that is none of ``choices``; ``where`` is what holds it."""
    choices = tuple(choices)
    message = f"{held(where, value)} is none of {', '.join(choices)}."
    return SettingsError(message, hint=near_miss(value, choices) or f"write one of them, such as {choices[0]}")


def held(where: str, value: Any) -> str:
    """The beginning of a sentence about a value: ``--cloud is 'x', which``, or ``cloud='x'``.

    Args:
        where: The option, variable, key or argument that holds it.
        value: The value.
    """
    return f"{where}{value!r}" if where.endswith("=") else f"{where} is {value!r}, which"


def near_miss(name: Any, candidates: Iterable[str]) -> str | None:
    """``did you mean 'x'?`` when one of ``candidates`` is close to ``name``, else None."""
    import difflib

    near = difflib.get_close_matches(str(name), tuple(candidates), n=1)
    return f"did you mean {near[0]!r}?" if near else None
