"""The spine: what every face drives. Open a function to call it, or check one without calling it.

A call goes through ``LoadedFunction.call`` in ``loaded``: data becomes a ``Call``, a runner turns it into ``Evidence``,
the checks turn that into findings, and all of it becomes a ``Result``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fn_emulator.cdf.call_input import as_json, as_mapping, as_path
from fn_emulator.errors import FunctionLoadError, SeedError, SettingsError, SourceError
from fn_emulator.function import Function, open_function
from fn_emulator.function.terminal import wants_terminal
from fn_emulator.loaded import LoadedFunction
from fn_emulator.model import JSON, NOTHING
from fn_emulator.runners.opening import Surroundings, choose_runner
from fn_emulator.settings import Settings, resolve_settings
from fn_emulator.settings.keys import argument_of, option_of

if TYPE_CHECKING:
    from pathlib import Path

    from fn_emulator.answering import Answering
    from fn_emulator.calls import CallLog
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.checks.inspection import Inspection
    from fn_emulator.checks.subject import Installed
    from fn_emulator.runners import Exchange
    from fn_emulator.runners.importing import ImportReport
    from fn_emulator.runners.interpreter import Tell

__all__ = ["LoadedFunction", "check_functions", "load_function", "open_loaded"]


def load_function(
    source: str | Path | Callable[..., Any],
    *,
    secrets: Mapping[str, str] = NOTHING,
    env: Mapping[str, str] = NOTHING,
    client: Any = None,
    cdf: FakeCdf | None = None,
    seed: str | Path | Iterable[str | Path] = (),
    lenient: bool = False,
    identity: str | None = None,
    cassette: str | Path | None = None,
    allow_writes: bool = False,
    function_path: str | None = None,
    cloud: str | None = None,
    timeout_s: float | None = None,
    memory_mb: float | None = None,
    network: str | None = None,
    toolkit_env: str | None = None,
    runner: str | None = None,
    python: str | Path | None = None,
    call_info: Mapping[str, JSON] = NOTHING,
) -> LoadedFunction:
    """Open a function to call it from Python. Use it in a ``with`` block, or call ``close()``.

    The handler runs in this process, unless ``runner`` says otherwise, and sees its environment variables; one that
    only the process provides gives an ``undeclared-env`` finding.

    Args:
        source: A function folder, ``.zip`` or ``.ipynb``, or a callable named ``handle``, whose source alone is run.
        secrets: What the handler gets as ``secrets``, over those that settings files declare.
        env: Environment variables of the function, likewise.
        client: ``"fake"`` (the real client, and an in-memory CDF behind it), ``"mock"``, ``"none"``, ``"record"``,
            ``"recorded"`` or ``"live"``, or an object that is handed to the handler as it is.
        cdf: An in-memory CDF that it shares with others, such as the fixture ``fake_cdf``; one of its own when None.
        seed: Files and folders that the in-memory CDF starts with.
        lenient: Whether the in-memory CDF invents what is looked up and not there.
        identity: Whose rights the calls have, such as ``"reader"``; all of them when None.
        cassette: The file of recorded traffic, of the clients ``"record"`` and ``"recorded"``.
        allow_writes: Whether the clients ``"record"`` and ``"live"`` may change the real project.
        function_path: POSIX path of the handler file from the folder's root; ``handler.py`` when None.
        cloud: ``gcp``, ``azure`` or ``aws``: whose limits apply.
        timeout_s: Seconds until a call is ended; the cloud's limit when None.
        memory_mb: Memory that a worker may use; the cloud's limit when None.
        network: ``off``, ``local`` (this machine only) or ``on``.
        toolkit_env: Which ``config.ENV.yaml`` fills the variables of Cognite Toolkit files.
        runner: ``"inprocess"``, where a debugger and ``monkeypatch`` reach the handler, or ``"worker"``, a process of
            its own that may die, and that holds time and memory limits; the settings', or in process, when None.
        python: The interpreter of the worker; the active virtual environment's or our own when None.
        call_info: What the handler gets in ``function_call_info``, over what its calls have there anyhow, as it is.

    Raises:
        FunctionLoadError: If the function cannot be called at all; it carries the findings.
        EmulatorError: If what was given cannot be read.
    """
    if cdf is not None and not hasattr(cdf, "base_url"):
        raise SettingsError(f"cdf is of type {type(cdf).__name__}, which is no FakeCdf.", hint="pass a FakeCdf")
    is_object = client is not None and not isinstance(client, str)
    flags: dict[str, Any] = {
        "secret": as_mapping(secrets, "secrets"),
        "env": as_mapping(env, "env"),
        "client": None if is_object else client,
        "seed": _as_seeds(seed),
        "lenient": lenient or None,
        "as": identity,
        "cassette": None if cassette is None else as_path(cassette, "The cassette", SettingsError),
        "allow_writes": allow_writes or None,
        "function_path": function_path,
        "cloud": cloud,
        "timeout": timeout_s,
        "memory": memory_mb,
        "runner": runner,
        "python": None if python is None else as_path(python, "The interpreter", SettingsError),
        "network": network,
    }
    loaded = open_loaded(
        source if callable(source) else as_path(source, "The function", SourceError),
        flags=flags,
        around=Surroundings("inprocess", os.environ, call_info=_as_call_info(call_info)),
        toolkit_env=toolkit_env,
        client=client if is_object else None,
        cdf=cdf,
        origin_of=argument_of,
    )
    broken = [finding for finding in loaded.load_findings if finding.severity == "error"]
    if broken:
        from fn_emulator.report.result import finding_lines

        __tracebackhide__ = True
        loaded.close()
        text = "\n".join(line for finding in broken for line in finding_lines(finding))
        raise FunctionLoadError(f"{loaded.function.given} cannot be called:\n{text}", loaded.load_findings)
    return loaded


def _as_call_info(given: Mapping[str, JSON]) -> Mapping[str, JSON]:
    given = as_mapping(given, "call_info")
    info: Mapping[str, JSON] = as_json(dict(given), "call_info")[0] if given else NOTHING
    return info


def _as_seeds(given: str | Path | Iterable[str | Path]) -> tuple[str, ...]:
    several = given if isinstance(given, Iterable) and not isinstance(given, str | os.PathLike) else (given,)
    return tuple(as_path(seed, "A seed", SeedError) for seed in several)


def open_loaded(
    source: str | Path | Callable[..., Any],
    *,
    flags: Mapping[str, Any],
    around: Surroundings,
    toolkit_env: str | None = None,
    client: Any = None,
    cdf: FakeCdf | None = None,
    log: CallLog | None = None,
    origin_of: Callable[[str], str] = option_of,
) -> LoadedFunction:
    """Open a function with everything said: what ``load_function`` and the commands have in common.

    Args:
        source: As in ``load_function``.
        flags: Settings that were given by name, as ``resolve_settings`` takes them.
        around: Who opens it, and how.
        toolkit_env: As in ``load_function``.
        client: An object for the handler, or None for the one that the settings name.
        cdf: As in ``load_function``.
        log: Where calls are recorded, or None.
        origin_of: What a flag is called where it was written, as ``resolve_settings`` takes it.

    Raises:
        EmulatorError: If what was given cannot be read.
    """
    folder, name = _settings_place(source)
    settings = resolve_settings(
        folder, name, flags=flags, environ=around.environ, toolkit_env=toolkit_env, origin_of=origin_of
    )
    settings.require_values()
    function = open_function(source, function_path=settings.function_path, kind=settings.kind)
    try:
        if function.kind == "remote-service":
            raise _not_callable_yet(function)
        if around.debug_port is not None:
            from fn_emulator.function.in_editor import in_real_files

            function = in_real_files(function)
        elif around.has_terminal:
            around = _with_prompt(function, settings, around)
        choose_runner(function, settings, around, client)  # what cannot run is refused before it is called
        return LoadedFunction(
            function,
            settings,
            flags=flags,
            client=client,
            cdf=cdf,
            around=around,
            log=log,
        )
    except BaseException:
        function.close()
        raise


def _with_prompt(function: Function, settings: Settings, around: Surroundings) -> Surroundings:
    """In process where nobody chose a runner and the handler stops for a person, who could not type to a worker."""
    is_open = settings.runner is None and settings.python is None and not settings.is_venv
    if not is_open or around.default_runner == "inprocess" or not wants_terminal(function):
        return around
    around.tell("note: the handler stops for a debugger, so it runs in this process; --runner worker passes over that.")
    return around._replace(default_runner="inprocess")


def check_functions(
    sources: Iterable[str],
    *,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    toolkit_env: str | None = None,
    has_import: bool = True,
    tell: Tell = lambda text: None,
) -> Iterator[Inspection]:
    """Say of each function what the platform would say only after a deployment; no handler is called.

    Args:
        sources: Function folders, ``.zip`` or ``.ipynb`` files, as the user knows them.
        flags: As in ``open_loaded``.
        environ: The caller's environment variables.
        toolkit_env: As in ``load_function``.
        has_import: Whether each handler is imported, in a process of its own.
        tell: Told what takes long, before it begins.

    Raises:
        EmulatorError: If what was given cannot be read.
    """
    from fn_emulator.checks.deployability.installed import InstalledHere

    installed = InstalledHere()
    for source in sources:
        folder, name = _settings_place(source)
        settings = resolve_settings(folder, name, flags=flags, environ=environ, toolkit_env=toolkit_env)
        function = open_function(source, function_path=settings.function_path, kind=settings.kind)
        try:
            yield _inspected(function, settings, installed, environ=environ, has_import=has_import, tell=tell)
        finally:
            function.close()


def _inspected(
    function: Function,
    settings: Settings,
    installed: Installed,
    *,
    environ: Mapping[str, str],
    has_import: bool,
    tell: Tell,
) -> Inspection:
    from fn_emulator.checks.inspection import Inspection, inspect_function, masked, select_findings

    imported = None
    if has_import and function.handler is not None and function.handler.problem is None:
        imported = masked(_imported(function, settings, environ, tell), settings)
    findings = inspect_function(function, settings, imported=imported, installed=installed)
    kept, ignored = select_findings(function, settings, findings)
    return Inspection(
        path=function.given,
        name=function.name,
        kind=function.kind,
        service=function.service,
        findings=kept,
        ignored=ignored,
        imported=imported,
        fail_on=settings.fail_on,
    )


def _imported(function: Function, settings: Settings, environ: Mapping[str, str], tell: Tell) -> ImportReport:
    """Import a handler; one that asks CDF meanwhile is answered as in a call with the same settings."""
    from fn_emulator.runners.importing import import_in_child
    from fn_emulator.runners.interpreter import choose_interpreter

    settings_of_worker = settings.replace(runner="worker")
    python = choose_interpreter(settings_of_worker, environ=environ, function=function, tell=tell)
    if settings.client != "fake":  # an import is no reason to reach a real project
        return import_in_child(function, settings, python, environ=environ, tell=tell)
    from fn_emulator.answering.in_memory import InMemory

    answering = InMemory(function, settings, None)
    try:
        exchange = _begun_late(answering)
        return import_in_child(
            function, settings, python, environ=environ, tell=tell, cdf=answering.spec, exchange=exchange
        )
    finally:
        answering.close()


def _begun_late(answering: Answering) -> Exchange:
    """An exchange that begins with its first request: a function that asks nothing reads no seed."""
    number = 0

    def exchange(sent: Mapping[str, Any]) -> dict[str, Any]:
        nonlocal number
        number = number or answering.begin(None)
        return answering.exchange({**sent, "world": number})

    return exchange


def _settings_place(source: str | Path | Callable[..., Any]) -> tuple[str, str]:
    """The folder whose surroundings hold the settings of a function, and the function's name there."""
    if callable(source):
        code = getattr(source, "__code__", None)
        path = os.path.splitext(code.co_filename if code is not None else "handle.py")[0]
        return path, os.path.basename(path)
    path, ending = os.path.splitext(source)
    if ending.lower() not in (".zip", ".ipynb") or os.path.isdir(source):
        path = str(source)
    return path, os.path.basename(os.path.abspath(path))


def _not_callable_yet(function: Function) -> SourceError:
    return SourceError(
        f"{function.given} is a remote service ({function.service or 'as --kind says'}), not a Cognite Function.",
        hint="run calls Cognite Functions, which define handle; use --kind cognite if it is one all the same",
    )
