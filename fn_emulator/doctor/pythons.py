"""Which Python we run on, and where the platform's runtimes are."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

from fn_emulator.cdf.limits import RUNTIMES
from fn_emulator.doctor.fact import Fact
from fn_emulator.runners.runtime_python import candidates, first_that_runs


def python_facts(environ: Mapping[str, str], own_version: str) -> Iterator[Fact]:
    """Ourselves, then each runtime."""
    version = dotted(sys.version_info[:3])
    details = {"version": own_version, "python": version, "path": sys.executable}
    yield Fact("fn-emulator", "ok", f"{own_version} on Python {version}, {sys.executable}", details)
    from concurrent.futures import ThreadPoolExecutor

    # At once: what stands on PATH may be a script that takes its time, as those of pyenv do.
    with ThreadPoolExecutor(len(RUNTIMES)) as pool:
        yield from pool.map(lambda runtime: _runtime(runtime, environ), RUNTIMES)


def dotted(version: tuple[int, ...]) -> str:
    """A version as it is written."""
    return ".".join(map(str, version))


def _runtime(runtime: str, environ: Mapping[str, str]) -> Fact:
    paths = candidates(runtime, environ)
    found = first_that_runs(paths, runtime, environ)
    if found is not None:
        version = dotted(found.version)
        return Fact(runtime, "ok", f"Python {version}, {found.path}", {"version": version, "path": found.path})
    name = f"python{runtime[2]}.{runtime[3:]}"
    text = f"{paths[0]} does not run" if paths else f"no {name} on PATH or under pyenv"
    return Fact(runtime, "absent", text, {"version": None, "path": None, "tried": list(paths)})
