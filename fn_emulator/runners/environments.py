"""An environment for a function's requirements: made once, then found again by what it was made from.

How it works: an environment lies at ``environments/DIGEST`` in our cache, since it cannot be moved once it was made. It
counts from the moment in which its last file is there, ``made.json``; whoever makes one holds a lock, removes what was
left half-made, and removes what it makes when it fails or is interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.errors import EnvironmentBuildError
from fn_emulator.function import Function
from fn_emulator.function.folder import REQUIREMENTS
from fn_emulator.runners.cache import cache_folder, locked
from fn_emulator.runners.interpreter import Interpreter, Tell, python_in
from fn_emulator.runners.needs import Needs, read_needs
from fn_emulator.runners.pip import index_identity, install, pip_environ, run
from fn_emulator.runners.pip_sources import sources
from fn_emulator.settings import Settings

MADE = "made.json"
_TEMPORARY = "tmp"


class Plan(NamedTuple):
    """An environment that is to be made.

    Attributes:
        folder: Where.
        base: With which Python.
        needs: What is installed in it.
        function: For whom.
        environ: The environment of pip; its temporary files are in ``folder`` too.
        tell: Told what is installed.
        lock: The descriptor that holds the lock, also while pip runs without us.
    """

    folder: str
    base: Interpreter
    needs: Needs
    function: Function
    environ: Mapping[str, str]
    tell: Tell
    lock: int


def open_environment(
    function: Function,
    settings: Settings,
    named: Interpreter | None,
    *,
    environ: Mapping[str, str],
    tell: Tell,
    own: tuple[str, str],
) -> Interpreter:
    """Find the environment of a function's requirements, or make it.

    It is made with the Python that was named, else with one of the function's runtime, else with our own.

    Args:
        function: The function.
        settings: Its settings.
        named: The Python of ``--python``, or None.
        environ: The caller's environment: what pip reads, ``PATH`` and ``PYENV_ROOT``, ``XDG_CACHE_HOME`` and ``HOME``.
        tell: Told which packages are installed and from where, before they are.
        own: Our own executable and its prefix.

    Raises:
        EnvironmentBuildError: If it cannot be made; for an installation that failed with pip's own words.
        SettingsError: If the address of an index refers to a variable that is not set.
    """
    identity, find_base = _base(settings, named, environ, own)
    needs = read_needs(function, (*identity, *index_identity(settings, environ)))
    folder = os.path.join(cache_folder(environ, "environments"), needs.digest)
    made = _made(folder)
    if made is None:
        for_pip = pip_environ(settings, environ, needs.text or "")
        with locked(f"{folder}.lock", lambda: tell("Another command makes this environment; waiting for it.")) as lock:
            # Whoever held the lock may have made it.
            for_pip |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), os.path.join(folder, _TEMPORARY))
            made = _made(folder) or _make(Plan(folder, find_base(), needs, function, for_pip, tell, lock))
    notes = tuple(made["notes"])
    if needs.text is None:
        notes += (f"{function.given} has no {REQUIREMENTS}: its environment holds nothing but Python.",)
    return Interpreter(
        python_in(folder), settings.origins["venv"], is_ours=False, version=tuple(made["version"]), notes=notes
    )


def _base(
    settings: Settings, named: Interpreter | None, environ: Mapping[str, str], own: tuple[str, str]
) -> tuple[tuple[str, ...], Callable[[], Interpreter]]:
    """What the Python of an environment is known by, without starting one, and how it is found when one is made."""
    if named is not None:
        return (named.path, str(named.version)), lambda: named
    ours = Interpreter(own[0], "", is_ours=True, version=sys.version_info[:3])
    runtime = settings.runtime
    if runtime is None or runtime == f"py{sys.version_info[0]}{sys.version_info[1]}":
        return (ours.path, str(ours.version)), lambda: ours
    from fn_emulator.runners.runtime_python import candidates, first_that_runs

    paths = candidates(runtime, environ)
    shown = ".".join(map(str, ours.version))
    note = f"No Python for the runtime {runtime} was found: the environment is made with Python {shown}."

    def find() -> Interpreter:
        return first_that_runs(paths, runtime, environ) or ours._replace(notes=(note,))

    return (runtime, *paths, ours.path, str(ours.version)), find


def _made(folder: str) -> Mapping[str, Any] | None:
    """What ``made.json`` says; None where the environment is not whole, or its Python is gone."""
    try:
        with open(os.path.join(folder, MADE), encoding="utf-8") as file:
            made = json.load(file)
    except (OSError, ValueError):
        return None
    return made if os.access(python_in(folder), os.X_OK) else None


def _make(plan: Plan) -> Mapping[str, Any]:
    from shutil import rmtree

    folder, base, needs = plan.folder, plan.base, plan.needs
    rmtree(folder, ignore_errors=True)
    made = {"version": base.version, "base": base.path, "requirements": needs.packages, "notes": base.notes}
    try:
        # Whoever is ended leaves its temporary files, and pip unpacks much: they are removed with the rest.
        os.makedirs(os.path.join(folder, _TEMPORARY), 0o700)
        _make_empty(plan)
        if not needs.is_empty:
            _tell(plan)
            _add_pip(plan)
            _install(plan)
        rmtree(os.path.join(folder, _TEMPORARY), ignore_errors=True)
        _write(os.path.join(folder, MADE), json.dumps(made))
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    return made


def _make_empty(plan: Plan) -> None:
    # Installing pip takes seconds: not before it is told what for, and not at all where nothing is installed.
    _set_up(plan, [plan.base.path, "-I", "-m", "venv", "--without-pip", plan.folder])


def _add_pip(plan: Plan) -> None:
    _set_up(plan, [python_in(plan.folder), "-I", "-m", "ensurepip", "--upgrade", "--default-pip"])


def _set_up(plan: Plan, command: list[str]) -> None:
    code, told, errors = run(command, plan.environ)
    if code != 0:
        said = (errors or told).strip().splitlines()[-1:] or ["it says nothing"]
        raise EnvironmentBuildError(
            f"{plan.base.path} makes no virtual environment: {said[0].rstrip('.')}.",
            hint="install its venv and ensurepip (python3-venv on Debian and Ubuntu), or name another with --python",
        )


def _tell(plan: Plan) -> None:
    needs = plan.needs
    if needs.packages:
        version = ".".join(map(str, plan.base.version))
        packages = "".join(f"\n  {package}" for package in needs.packages)
        origin = sources(python_in(plan.folder), needs.options, plan.environ) or "where pip is configured to look"
        plan.tell(f"Installing what {plan.function.given} requires for Python {version}, from {origin}:{packages}")


def _install(plan: Plan) -> None:
    python, function, needs = python_in(plan.folder), plan.function, plan.needs
    file = os.path.join(function.folder, REQUIREMENTS)
    if function.form in ("notebook", "callable"):  # they have no file: their docstring holds the lines
        file = os.path.join(plan.folder, REQUIREMENTS)
        _write(file, needs.text or "")
    where = function.place(REQUIREMENTS)["file"]
    install(python, file, function.folder, plan.environ, keep=(plan.lock,), where=where)


def _write(path: str, text: str) -> None:
    """Write a file whole or not at all."""
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.new", path)
