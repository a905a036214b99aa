"""``[tool.fn-emulate]`` of a pyproject.toml -> layers. It cannot widen what the code it lies beside may do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.errors import SettingsError
from fn_emulator.settings.filled import fill_table
from fn_emulator.settings.keys import KEYS
from fn_emulator.settings.model import Found, Layer
from fn_emulator.settings.places import shown_path
from fn_emulator.settings.schema import PROJECT_TABLE, validate
from fn_emulator.settings.values import parse

# A cloned project must not, by its files alone, reach foreign hosts, use credentials, or choose what is executed.
TRUSTED_KEYS = ("python", "image", "engine-url")
TRUSTED_VALUES: Mapping[str, tuple[Any, ...]] = {
    "network": ("on",),
    "client": ("live", "record"),
    "allow-writes": (True,),
    # It installs what the requirements name, and an installation runs other people's code.
    "venv": (True,),
}


def read_project(path: str, content: bytes, name: str, *, given: str, environ: Mapping[str, str]) -> list[Layer]:
    """The layers of a project's file: the function's own table first, then the general one.

    Args:
        path: The file.
        content: Its bytes.
        name: The function's name.
        given: The function as the user wrote it, for messages.
        environ: Fills ``${NAME}`` in the tables.

    Raises:
        SettingsError: If the file is not TOML, or a key or value is not allowed.
    """
    shown = shown_path(given, path)
    table = _table(content, shown)
    if table is None:
        return []
    where = f"{shown} [tool.fn-emulate]"
    for place, key, value in _widening(table):
        raise _untrusted(f"{where}: {place}", key, value)
    validate(table, PROJECT_TABLE, where)
    own = table.get("functions", {}).get(name, {})
    return [
        _layer(
            own, f"{where}: functions.{name}.", f"pyproject.toml [tool.fn-emulate.functions.{name}]", shown, environ
        ),
        _layer(table, f"{where}: ", "pyproject.toml [tool.fn-emulate]", shown, environ),
    ]


def _table(content: bytes, shown: str) -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(f"{shown} is not UTF-8 text.", hint="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as exc:
        raise SettingsError(f"{shown} is not TOML: {exc}.", hint="mend that line") from None
    except RecursionError:
        raise SettingsError(f"{shown} is nested too deeply.", hint="write it flatter") from None
    tool = data.get("tool")
    return tool.get("fn-emulate") if isinstance(tool, dict) else None


def _widening(table: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    if not isinstance(table, dict):
        return
    for key, value in table.items():
        if key in TRUSTED_KEYS or value in TRUSTED_VALUES.get(key, ()):
            yield f"{path}{key}", key, value
    functions = table.get("functions") if not path else None
    for name, own in functions.items() if isinstance(functions, dict) else ():
        yield from _widening(own, f"functions.{name}.")


def _untrusted(where: str, key: str, value: Any) -> SettingsError:
    flag = f"--{key} {value}" if key in KEYS and isinstance(value, str) else f"--{key}"
    return SettingsError(
        f"{where} is {value!r}, which a project's file may not decide.",
        hint=f"it may come from the command line ({flag}) or from the environment, never from a file",
    )


def _layer(table: Mapping[str, Any], where: str, origin: str, shown: str, environ: Mapping[str, str]) -> Layer:
    layer: Layer = {}
    for key, value in table.items():
        if KEYS.get(key) == "table":
            layer.update(fill_table(key, value, environ, origin=origin, file=shown))
        elif key in KEYS:
            layer[key] = Found(_placed(key, parse(key, value, where + key), shown), origin)
    return layer


def _placed(key: str, value: Any, shown: str) -> Any:
    """Paths in a file are meant from where the file lies."""
    if KEYS[key] not in ("path", "paths"):
        return value
    folder = os.path.dirname(shown)
    return os.path.join(folder, value) if KEYS[key] == "path" else tuple(os.path.join(folder, path) for path in value)
