"""Toolkit's ``{{ name }}``: replaced in the text of a file before it is parsed, from ``config.ENV.yaml``.

How it works: a variable that has no value becomes a mark that YAML takes as ordinary text. So a file is always parsed,
and only a variable that somebody needs is complained about: not one in a comment, in credentials, or in the entry of
another function.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from fn_emulator.errors import SettingsError
from fn_emulator.settings.places import names_in, read_text, shown_path
from fn_emulator.settings.yaml_text import load_yaml

VARIABLE = re.compile(r"""(?P<quote>['"]?)\{\{\s*(?P<name>[\w.-]+)\s*\}\}(?P=quote)""")
MARK = re.compile("\ue000(\\d+)\ue001")
CONFIG = re.compile(r"config\.(.+)\.ya?ml")


class Variable(NamedTuple):
    """A variable that has no value, and where it is used (1-based line)."""

    name: str
    file: str
    line: int


class Config(NamedTuple):
    """A ``config.ENV.yaml``.

    Attributes:
        folder: Where it lies; the paths of its variables start here.
        file: It, for messages.
        variables: The tree under ``variables``.
        environ: Environment variables that Toolkit sets from it.
    """

    folder: str
    file: str
    variables: Mapping[str, Any]
    environ: Mapping[str, str]


def replace_variables(text: str, shown: str, values: Mapping[str, Any]) -> tuple[str, list[Variable]]:
    """Replace the variables in a file's text; those without a value become marks, numbered as in the list."""
    unfilled: list[Variable] = []

    def replacement(match: re.Match[str]) -> str:
        quote, name = match["quote"], match["name"]
        if name in values:
            return _written(values[name], quote, stands_alone=_stands_alone(match))
        unfilled.append(Variable(name, shown, text.count("\n", 0, match.start()) + 1))
        return f"{quote}\ue000{len(unfilled) - 1}\ue001{quote}"

    return VARIABLE.sub(replacement, text), unfilled


def unfilled_in(value: Any, unfilled: list[Variable]) -> Iterator[Variable]:
    """Yield the variables without a value that a parsed value needs."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from unfilled_in(key, unfilled)
            yield from unfilled_in(item, unfilled)
    elif isinstance(value, list):
        for item in value:
            yield from unfilled_in(item, unfilled)
    elif isinstance(value, str):
        for number in map(int, MARK.findall(value)):
            if number < len(unfilled):
                yield unfilled[number]


def may_be(value: Any, text: str) -> bool:
    """Whether a parsed value with variables could turn out to be ``text``; False when it has none."""
    if not isinstance(value, str) or not MARK.search(value):
        return False
    fixed = [re.escape(part) for part in MARK.split(value)[::2]]
    return re.fullmatch(".*".join(fixed), text) is not None


def _stands_alone(match: re.Match[str]) -> bool:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return before in ("", " ", "\n", "[") and after in ("", " ", "\n", "\r", ",", "]")


def _written(value: Any, quote: str, *, stands_alone: bool) -> str:
    # Toolkit quotes a text of digits, so that it stays a text [cognite-toolkit, BuildVariable].
    if isinstance(value, str) and not quote and stands_alone and (value.isdigit() or value.endswith(":")):
        quote = '"'
    if isinstance(value, list) and not quote:
        return json.dumps(value)
    return f"{quote}{'null' if value is None else value}{quote}"


def read_config(source: str, toolkit_env: str, given: str) -> Config:
    """Read the nearest ``config.ENV.yaml`` above ``source``.

    Raises:
        SettingsError: If there is none, or it is not one.
    """
    path = next((path for path, env in _configs(source) if env == toolkit_env), None)
    if path is None:
        raise SettingsError(
            f"There is no config.{toolkit_env}.yaml above {given}.", hint=choice_of_config(source, given)
        )
    shown = shown_path(given, path)
    content = load_yaml(read_text(path, shown), shown)
    if not isinstance(content, dict) or not isinstance(content.get("variables") or {}, dict):
        raise SettingsError(
            f"{shown} has no table 'variables'.", hint="write variables: with names and values below it"
        )
    environment = content.get("environment")
    return Config(os.path.dirname(path), shown, content.get("variables") or {}, _environ(environment))


def _environ(environment: Any) -> dict[str, str]:
    """What Toolkit itself puts into the environment for a build."""
    if not isinstance(environment, dict):
        return {}
    kind = environment.get("validation-type", environment.get("type"))
    pairs = (("CDF_ENVIRON", environment.get("name")), ("CDF_BUILD_TYPE", kind))
    return {name: value for name, value in pairs if isinstance(value, str)}


def variables_for(config: Config, folder: str) -> dict[str, Any]:
    """The variables that apply to files in ``folder``: those at each level of its path, the deeper winning."""
    steps = os.path.relpath(folder, config.folder).split(os.sep)
    levels = [config.variables]
    for step in steps:
        below = levels[-1].get(step)
        if not isinstance(below, dict):
            break
        levels.append(below)
    return {name: value for level in levels for name, value in level.items() if not isinstance(value, dict)}


def not_filled(variables: list[Variable], config: Config | None, source: str, given: str) -> SettingsError:
    """The one error that names every variable without a value."""
    listed = ", ".join(f"{{{{ {name} }}}} ({file}:{line})" for name, file, line in dict.fromkeys(variables))
    if config is not None:
        hint = f"define them under 'variables' in {config.file}, at or above the module's path"
    else:
        hint = choice_of_config(source, given)
    return SettingsError(f"Toolkit variables have no value: {listed}.", hint=hint)


def choice_of_config(source: str, given: str) -> str:
    """What to do about a missing configuration: the environments that there are, or that there is none."""
    found = list(_configs(source))
    if not found:
        return "there is no config.ENV.yaml above the function; write one, and name it with --toolkit-env ENV"
    nearest = os.path.dirname(found[0][0])
    envs = [
        f"--toolkit-env {env} ({shown_path(given, path)})" for path, env in found if os.path.dirname(path) == nearest
    ]
    return f"choose {' or '.join(envs)}"


def _configs(source: str) -> Iterator[tuple[str, str]]:
    """Yield path and environment of each ``config.ENV.yaml`` above ``source``, the nearest first."""
    folder = source
    while (above := os.path.dirname(folder)) != folder:
        folder = above
        for name in names_in(folder):
            if match := CONFIG.fullmatch(name):
                yield os.path.join(folder, name), match[1]
