"""Flags, environment, project file and Toolkit files -> ``Settings``, each value from the first place that has it.

A plain run has no file: it must cost next to nothing, so everything that reads files or values is imported when it is
needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.limits import CLOUDS
from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import KEYS, VARIABLE_PREFIX, flag_of, option_of, variable_of
from fn_emulator.settings.model import Found, Layer, Secret, Settings
from fn_emulator.settings.places import find_project, find_toolkit_files

if TYPE_CHECKING:
    from pathlib import Path

    from fn_emulator.settings.toolkit import Toolkit

DEFAULTS: Mapping[str, Any] = {
    "function-path": None,
    "kind": None,
    "client": "fake",
    "seed": (),
    "lenient": False,
    "as": None,
    "cassette": None,
    "allow-writes": False,
    "cloud": "gcp",
    "runtime": None,
    "runner": None,
    "python": None,
    "venv": False,
    "network": "local",
    "call-info-types": "text",
    "fail-on": "error",
    "ignore": (),
    "select": (),
    "index-url": None,
    "extra-index-urls": (),
    "toolkit-env": None,
}
FILE_FLAGS = ("secrets_file", "env_file")


def resolve_settings(
    folder: Path | str,
    name: str,
    *,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    toolkit_env: str | None = None,
    origin_of: Callable[[str], str] = option_of,
) -> Settings:
    """Find out what is configured for a function, and where each value comes from.

    The order is flags, ``FN_EMULATE_*``, ``[tool.fn-emulate.functions.NAME]``, ``[tool.fn-emulate]`` of the nearest
    pyproject.toml, Toolkit YAML, the cloud's limits, defaults. Secrets and environment variables are merged by name.

    Args:
        folder: The function's folder, zip or notebook, as the user wrote it.
        name: The function's name: of its table in pyproject.toml, and its external id in Toolkit YAML.
        flags: Parameter of a command, such as ``fail_on`` -> text, number or tuple of texts; None and () say nothing.
            ``secret`` and ``env`` may be mappings too.
        environ: The caller's environment.
        toolkit_env: As the flag ``toolkit_env``.
        origin_of: What a flag is called where it was written, from its key: an option, or an argument of ours.

    Raises:
        SettingsError: If a value is not allowed, or a settings file cannot be read.
        DataError: If a file of secrets or of environment variables cannot be read.
    """
    given, source = str(folder), os.path.realpath(folder)
    if toolkit_env is not None:
        flags = {**flags, "toolkit_env": toolkit_env}
    layers = [
        _from_flags(flags, environ, origin_of),
        _from_environ(environ),
        *_from_project(source, given, name, environ),
    ]
    toolkit = _from_toolkit(source, given, name, environ, layers)
    if toolkit is not None:
        layers.append(toolkit.layer)
    layers.append(_defaults(_first("cloud", layers)))
    merged: Layer = {}
    for layer in reversed(layers):
        merged.update(layer)
    return _settings(merged, toolkit)


def _from_flags(flags: Mapping[str, Any], environ: Mapping[str, str], origin_of: Callable[[str], str]) -> Layer:
    layer: Layer = {}
    for key, form in KEYS.items():
        value = flags.get(flag_of(key))
        if form != "table" and value is not None and value != ():
            layer[key] = _parsed(key, value, origin_of(key))
    paths = {flag: flags.get(flag) or environ.get(VARIABLE_PREFIX + flag.upper()) for flag in FILE_FLAGS}
    if any(paths.values()) or flags.get("secret") or flags.get("env"):
        layer.update(_pairs(flags, paths, environ, origin_of))
    return layer


def _pairs(
    flags: Mapping[str, Any],
    paths: Mapping[str, str | None],
    environ: Mapping[str, str],
    origin_of: Callable[[str], str],
) -> Layer:
    from fn_emulator.settings.pairs import read_env_file, read_flag, read_secrets_file

    origins = {
        flag: option_of(flag.replace("_", "-")) if flags.get(flag) else VARIABLE_PREFIX + flag.upper() for flag in paths
    }
    layer: Layer = {}
    if path := paths["secrets_file"]:
        layer.update((f"secrets.{name}", found) for name, found in read_secrets_file(path, origins["secrets_file"]))
    if path := paths["env_file"]:
        layer.update((f"env.{name}", found) for name, found in read_env_file(path, origins["env_file"]))
    for table, flag in (("secrets", "secret"), ("env", "env")):
        pairs = read_flag(origin_of(flag), flags.get(flag) or (), environ)
        layer.update((f"{table}.{name}", found) for name, found in pairs)
    return layer


def _from_environ(environ: Mapping[str, str]) -> Layer:
    layer: Layer = {}
    for variable in environ:
        if variable.startswith(VARIABLE_PREFIX) and environ[variable]:
            key = _key_of(variable)
            if key is not None:
                layer[key] = _parsed(key, environ[variable], variable)
    return layer


def _key_of(variable: str) -> str | None:
    """The key that a variable sets; None for the two that name files."""
    if variable.removeprefix(VARIABLE_PREFIX).lower() in FILE_FLAGS:
        return None
    known = {variable_of(key): key for key, form in KEYS.items() if form != "table"}
    if variable not in known:
        raise _unknown_variable(variable, sorted(known))
    return known[variable]


def _unknown_variable(variable: str, known: list[str]) -> SettingsError:
    from difflib import get_close_matches

    # Without the prefix that they all share, which would make everything look close.
    names = {name.removeprefix(VARIABLE_PREFIX): name for name in known}
    near = get_close_matches(variable.removeprefix(VARIABLE_PREFIX), names, n=1)
    hint = f"did you mean {names[near[0]]!r}?" if near else f"unset it; there are {', '.join(known)}"
    return SettingsError(f"The environment variable {variable} sets nothing that there is.", hint=hint)


def _parsed(key: str, value: Any, origin: str) -> Found:
    from fn_emulator.settings.values import parse

    return Found(parse(key, value, origin), origin)


def _from_project(source: str, given: str, name: str, environ: Mapping[str, str]) -> list[Layer]:
    found = find_project(source if os.path.isdir(source) else os.path.dirname(source))
    if found is None:
        return []
    from fn_emulator.settings.project import read_project

    path, content = found
    return read_project(path, content, name, given=given, environ=environ)


def _from_toolkit(
    source: str, given: str, name: str, environ: Mapping[str, str], layers: list[Layer]
) -> Toolkit | None:
    files = find_toolkit_files(source)
    if not files:
        return None
    from fn_emulator.settings.toolkit import read_toolkit

    return read_toolkit(
        files,
        name,
        source=source,
        given=given,
        environ=environ,
        toolkit_env=_first("toolkit-env", layers),
        cloud=_first("cloud", layers),
    )


def _first(key: str, layers: list[Layer]) -> Any:
    return next((layer[key].value for layer in layers if key in layer), DEFAULTS[key])


def _defaults(cloud: str) -> Layer:
    limits, origin = CLOUDS[cloud], f"{cloud} limits"
    return {key: Found(default, "default") for key, default in DEFAULTS.items()} | {
        "timeout": Found(limits.timeout_s, origin),
        "memory": Found(limits.memory_mb, origin),
        "cpu": Found(limits.cpu, origin),
        "data-limit": Found(limits.data_bytes, origin),
        "response-limit": Found(limits.response_bytes, origin),
        "runtimes": Found(limits.runtimes, origin),
    }


def _settings(merged: Layer, toolkit: Toolkit | None) -> Settings:
    identity = toolkit.identity if toolkit else {}
    cloud = merged["cloud"].value
    secrets, env = _table("secrets.", merged), _table("env.", merged)
    if env:
        from fn_emulator.settings.pairs import expect_variables

        expect_variables(env)
    return Settings(
        function_path=merged["function-path"].value,
        kind=merged["kind"].value,
        client=merged["client"].value,
        seed=merged["seed"].value,
        is_lenient=merged["lenient"].value,
        identity=merged["as"].value,
        cassette=merged["cassette"].value,
        allows_writes=merged["allow-writes"].value,
        cloud=cloud,
        runtime=merged["runtime"].value,
        runner=merged["runner"].value,
        python=merged["python"].value,
        is_venv=merged["venv"].value,
        timeout_s=merged["timeout"].value,
        memory_mb=merged["memory"].value,
        cpu=merged["cpu"].value,
        data_limit_bytes=merged["data-limit"].value,
        response_limit_bytes=merged["response-limit"].value,
        # Who sets a limit means it, whatever the platform documents.
        response_limit_documented=CLOUDS[cloud].response_limit_documented
        or merged["response-limit"].origin != f"{cloud} limits",
        runtimes=merged["runtimes"].value,
        network=merged["network"].value,
        call_info_types=merged["call-info-types"].value,
        fail_on=merged["fail-on"].value,
        ignore=merged["ignore"].value,
        select=merged["select"].value,
        secrets={name: Secret(name, found.value, found.origin) for name, found in secrets.items() if not found.needs},
        env={name: found.value for name, found in env.items() if not found.needs},
        metadata={name: found.value for name, found in _table("metadata.", merged).items()},
        index_url=merged["index-url"].value,
        extra_index_urls=merged["extra-index-urls"].value,
        schedules=toolkit.schedules if toolkit else (),
        external_id=identity.get("external_id"),
        name=identity.get("name"),
        description=identity.get("description"),
        owner=identity.get("owner"),
        missing=_missing(merged) | (dict(toolkit.missing) if toolkit else {}),
        templates={key: found.template for key, found in merged.items() if found.template is not None},
        origins={key: found.origin for key, found in merged.items()},
        toolkit_env=merged["toolkit-env"].value,
        toolkit_files=toolkit.files if toolkit else (),
    )


def _table(prefix: str, merged: Layer) -> Layer:
    return {key.removeprefix(prefix): found for key, found in merged.items() if key.startswith(prefix)}


def _missing(merged: Layer) -> Layer:
    """What a call cannot do without: a reference that is left in metadata or an index URL stops no call."""
    return {key: found for key, found in merged.items() if found.needs and key.startswith(("secrets.", "env."))}
