"""The runtime of a function, such as ``py311`` -> a Python of that version on this machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from fn_emulator.runners.interpreter import Interpreter, ask

_NUMBERS = re.compile(r"\d+")


def candidates(runtime: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Files that look like a Python of this version: on ``PATH``, then those of pyenv; none is started."""
    return tuple(dict.fromkeys(path for path in _paths(runtime, environ) if os.access(path, os.X_OK)))


def first_that_runs(paths: tuple[str, ...], runtime: str, environ: Mapping[str, str]) -> Interpreter | None:
    """The first of them that answers and is of that version; scripts of pyenv may fail, or find another one."""
    for path in paths:
        answer = ask(path, environ)
        if not isinstance(answer, str) and answer[0][:2] == _version(runtime):
            version, executable, _ = answer
            return Interpreter(executable, "", is_ours=False, version=version)
    return None


def _paths(runtime: str, environ: Mapping[str, str]) -> Iterator[str]:
    name = "python{}.{}".format(*_version(runtime))
    for folder in environ.get("PATH", "").split(os.pathsep):
        if os.path.isabs(folder):
            yield os.path.join(folder, name)
    versions = os.path.join(environ.get("PYENV_ROOT") or os.path.join(environ.get("HOME", ""), ".pyenv"), "versions")
    for found in _newest_first(versions):
        yield os.path.join(versions, found, "bin", name)


def _newest_first(folder: str) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(names, key=lambda name: ([int(number) for number in _NUMBERS.findall(name)], name), reverse=True)


def _version(runtime: str) -> tuple[int, int]:
    return int(runtime[2]), int(runtime[3:])
