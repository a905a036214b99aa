"""Where pip takes packages from, asked before it is installed, so that it can be told before anything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fn_emulator.runners.needs import without_login
from fn_emulator.runners.pip import run

PYPI = "https://pypi.org/simple"

# The wheel that ensurepip will install, in the two places where Python's own ensurepip looks for it.
_PIP_TO_COME = """
import ensurepip, glob, os, runpy, sys, sysconfig
folders = sysconfig.get_config_var("WHEEL_PKG_DIR"), os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
wheels = [wheel for folder in folders if folder for wheel in glob.glob(os.path.join(folder, "pip-*.whl"))]
sys.path.insert(0, wheels[0])
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


class Sources(NamedTuple):
    """Where pip takes packages from, as it may be shown: indexes, and folders or pages of links."""

    indexes: tuple[str, ...]
    links: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((*self.indexes, *self.links)) or "nowhere"


def sources(python: str, options: Iterable[tuple[str, str]], environ: Mapping[str, str]) -> Sources | None:
    """Where pip will take packages from, its configuration files and the options of the requirements included.

    Args:
        python: The Python of an environment, in which pip need not be yet: it has a configuration of its own.
        options: Name and value of each option in the requirements.
        environ: As ``pip_environ`` gives it.

    Returns:
        None if this Python cannot say it before pip is installed.
    """
    code, told, _ = run([python, "-I", "-c", _PIP_TO_COME, "config", "list"], environ)
    if code != 0:
        return None
    found = _configured(told)
    for name, value in options:
        key = name.removeprefix("--")
        found[key] = [*(found.get(key, ()) if key in ("extra-index-url", "find-links") else ()), value]
    has_index = (found.get("no-index") or ["false"])[-1].lower() in ("0", "false", "no", "off")
    indexes = [*(found.get("index-url") or [PYPI]), *found.get("extra-index-url", ())] if has_index else []
    return Sources(tuple(map(without_login, indexes)), tuple(map(without_login, found.get("find-links", ()))))


def _configured(told: str) -> dict[str, list[str]]:
    """The lines of ``pip config list`` that count for an installation: ``global.index-url='https://...'``."""
    import ast

    found: dict[str, tuple[int, list[str]]] = {}
    ranks = {"global": 0, "install": 1, ":env:": 2}
    for line in told.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in ranks and ranks[section] >= found.get(name, (0, []))[0]:
            try:
                found[name] = ranks[section], str(ast.literal_eval(value)).split()
            except (ValueError, SyntaxError):
                continue
    return {name: values for name, (_, values) in found.items()}
