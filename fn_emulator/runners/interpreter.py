"""Settings and environment -> the Python that runs a function.

In this order: ``--python``, or with ``--venv`` an environment made with it; the active virtual environment, where it is
not ours; our own. A Python that is not ours is asked once what it is; for our own nothing is started, nor imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from fn_emulator.errors import InterpreterError, RunnerError
from fn_emulator.settings.keys import held

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings

OLDEST = (3, 9)
"""What the harness runs on."""

ANSWER_LIMIT_S = 20.0
"""A Python answers in hundredths of a second; one on a slow network drive may take seconds."""

_NEEDED = f"a function runs here on Python {OLDEST[0]}.{OLDEST[1]} or later"

# Not -I, which Python 2 does not know, and which is to be named as too old. Without the current directory, in which a
# json.py may lie.
_ASK = """
import sys
sys.path[:] = [path for path in sys.path if path]
import json
sys.stdout.write(json.dumps([sys.version_info[:3], sys.executable, sys.prefix]))
"""

Tell = Callable[[str], None]
"""Told, before it begins, what takes long or comes from elsewhere."""


class Interpreter(NamedTuple):
    """A Python that can run a function.

    Attributes:
        path: Its executable, absolute.
        origin: What named it: ``--python``, ``FN_EMULATE_PYTHON``, ``--venv``, ``VIRTUAL_ENV``; empty for our own.
        is_ours: Whether it is the one that we run on, so that a fork of us will do.
        version: Such as ``(3, 11, 7)``.
        notes: What its user is to know about the choice, a sentence each.
    """

    path: str
    origin: str
    is_ours: bool
    version: tuple[int, ...]
    notes: tuple[str, ...] = ()


def choose_interpreter(
    settings: Settings,
    *,
    environ: Mapping[str, str],
    function: Function,
    tell: Tell,
    default_runner: str = "worker",
    own: tuple[str, str] = (sys.executable, sys.prefix),
) -> Interpreter:
    """Find the Python that runs a function, and with ``--venv`` make it.

    Args:
        settings: The function's settings.
        environ: The caller's environment: ``PATH``, ``VIRTUAL_ENV``, and with ``--venv`` what pip reads.
        function: The function, for its requirements.
        tell: Told what is installed, before it is.
        default_runner: The runner where the settings name none.
        own: Our own executable and its prefix.

    Raises:
        InterpreterError: If ``--python`` names nothing that can run a function, or another Python is to run it in our
            process.
        RunnerError: If the active virtual environment cannot run a function.
        EnvironmentBuildError: If the environment with its requirements cannot be made.
    """
    if (settings.runner or default_runner) == "inprocess":
        return _in_process(settings, environ, own)
    if settings.is_venv:
        from fn_emulator.runners.environments import open_environment

        named = _named(settings, environ, own) if settings.python is not None else None
        return open_environment(function, settings, named, environ=environ, tell=tell, own=own)
    if settings.python is not None:
        return _named(settings, environ, own)
    active = _active_environment(environ, own[1])
    return _of_environment(active, environ) if active is not None else _own(own)


def python_in(prefix: str) -> str:
    """Where an environment has its Python."""
    return os.path.join(prefix, "Scripts", "python.exe") if os.name == "nt" else os.path.join(prefix, "bin", "python")


def ask(path: str, environ: Mapping[str, str]) -> tuple[tuple[int, ...], str, str] | str:
    """Version, executable and prefix of a Python; or what it says instead, in one line.

    The executable may be another file than ``path``, which may be a script that finds it, as those of pyenv are.
    """
    import json
    import subprocess

    try:
        ended = subprocess.run(
            [path, "-c", _ASK],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=ANSWER_LIMIT_S,
        )
        version, executable, prefix = json.loads(ended.stdout)
        return tuple(version), executable or path, prefix
    except subprocess.CalledProcessError as exc:
        said: list[str] = exc.stderr.decode(errors="replace").strip().splitlines()
        if not said:
            return f"it ends with code {exc.returncode}"
        # A traceback says what is wrong at its end; others, as pyenv's shims, begin with it.
        return said[-1 if said[0].startswith("Traceback") else 0].strip()
    except subprocess.TimeoutExpired:
        return f"nothing within {ANSWER_LIMIT_S:g} s"
    except OSError as exc:
        return f"{exc.strerror}"
    except (ValueError, TypeError):
        return "something else than a Python says"


def _in_process(settings: Settings, environ: Mapping[str, str], own: tuple[str, str]) -> Interpreter:
    key = "venv" if settings.is_venv else "python"
    if settings.is_venv or settings.python is not None:
        raise InterpreterError(
            f"{settings.origins[key]} wants a process of its own, and the runner inprocess starts none.",
            hint=f"leave {settings.origins[key]} out, or choose the runner worker",
        )
    active = _active_environment(environ, own[1])
    if active is None or settings.runner is None:  # from Python, in process is what everybody expects
        return _own(own)
    note = f"The active virtual environment {active} is not used: in process a function runs on {own[0]}."
    return _own(own)._replace(notes=(note,))


def _own(own: tuple[str, str]) -> Interpreter:
    return Interpreter(own[0], "", is_ours=True, version=sys.version_info[:3])


def _named(settings: Settings, environ: Mapping[str, str], own: tuple[str, str]) -> Interpreter:
    """The Python that ``--python`` names."""
    given, origin = str(settings.python), settings.origins["python"]
    where = held(origin, given)
    answer = ask(_file_of(given, where, environ), environ)
    if isinstance(answer, str):
        hint = f"run {given} --version to see what it says, or name another one"
        raise InterpreterError(f"{where} does not answer as a Python does: {answer.rstrip('.')}.", hint=hint)
    version, path, prefix = answer
    if version[:2] < OLDEST:
        raise InterpreterError(f"{where} is Python {_dotted(version)}; {_NEEDED}.", hint="name a newer one")
    return Interpreter(path, origin, _same(prefix, own[1]), version)


def _file_of(given: str, where: str, environ: Mapping[str, str]) -> str:
    import shutil

    hint = "give it a file, or the name of a Python on PATH, such as python3.11"
    if not os.path.dirname(given):
        found = shutil.which(given, path=environ.get("PATH", ""))
        if found is None:
            raise InterpreterError(f"{where} is not on PATH.", hint=hint)
        return os.path.abspath(found)
    if os.path.isdir(given):
        inside = python_in(given)
        hint = f"name the Python in it: {inside}" if os.path.exists(inside) else hint
        raise InterpreterError(f"{where} is a directory.", hint=hint)
    if not os.path.exists(given):
        raise InterpreterError(f"{where} does not exist.", hint=hint)
    if not os.access(given, os.X_OK):
        raise InterpreterError(f"{where} cannot be executed.", hint=hint)
    return os.path.abspath(given)


def _active_environment(environ: Mapping[str, str], own_prefix: str) -> str | None:
    """The active virtual environment, where it is another one than ours and has a Python."""
    prefix = environ.get("VIRTUAL_ENV")
    if not prefix or _same(prefix, own_prefix) or not os.access(python_in(prefix), os.X_OK):
        return None
    return os.path.abspath(prefix)


def _of_environment(prefix: str, environ: Mapping[str, str]) -> Interpreter:
    path = python_in(prefix)
    answer = ask(path, environ)
    if isinstance(answer, str):
        _refuse_active(f"{path} does not answer as a Python does: {answer.rstrip('.')}.")
    version, _, _ = answer
    if version[:2] < OLDEST:
        _refuse_active(f"{path} is Python {_dotted(version)}; {_NEEDED}.")
    note = f"It runs on Python {_dotted(version)} of the active virtual environment {prefix}."
    return Interpreter(path, "VIRTUAL_ENV", is_ours=False, version=version, notes=(note,))


def _refuse_active(problem: str) -> NoReturn:
    raise RunnerError(
        f"The active virtual environment cannot run a function: {problem}",
        hint="deactivate it, make it anew, or name a Python with --python",
    )


def _same(one: str, other: str) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
