"""Our own freezegun, in a folder that another interpreter can import it from, and nothing else of ours."""

from __future__ import annotations

import os
from collections.abc import Iterator

from fn_emulator.errors import EnvironmentBuildError

_PARTS = (("freezegun", "freezegun"), ("python-dateutil", "dateutil"), ("six", "six"))
"""Distributions and their modules; six is needed by older versions of dateutil alone."""


def clock_folder(cache: str) -> str:
    """Give the folder with freezegun and what it needs; it is copied there from our installation when it is not there.

    The versions are in its name, so that another installation of ours makes another folder.

    Args:
        cache: A folder of our cache, as ``cache_folder(environ, "clocks")`` gives it.

    Raises:
        EnvironmentBuildError: If it cannot be made.
    """
    versions = dict(_installed())
    folder = os.path.join(cache, "-".join(f"{name}-{version}" for name, version in versions.items()))
    if not os.path.isdir(folder):
        try:
            _make(folder, [module for name, module in _PARTS if name in versions])
        except OSError as exc:
            raise EnvironmentBuildError(
                f"{exc.filename or folder} cannot be made: {exc.strerror}.",
                hint="set XDG_CACHE_HOME to a folder that can be written",
            ) from exc
    return folder


def _installed() -> Iterator[tuple[str, str]]:
    from importlib.metadata import distribution

    needs_six = False
    for name, _ in _PARTS:
        if name == "six" and not needs_six:
            continue
        found = distribution(name)
        needs_six |= any(needed.startswith("six") for needed in found.requires or ())
        yield name, found.version


def _make(folder: str, modules: list[str]) -> None:
    """Copy the modules beside the folder and rename it: it is there whole or not at all."""
    from shutil import rmtree
    from tempfile import mkdtemp

    beside = mkdtemp(prefix=".new-", dir=os.path.dirname(folder))
    try:
        for module in modules:
            _copy(module, beside)
        os.rename(beside, folder)
    except BaseException as exc:
        rmtree(beside, ignore_errors=True)
        # Another command was faster.
        if not isinstance(exc, OSError) or not os.path.isdir(folder):
            raise


def _copy(module: str, folder: str) -> None:
    from importlib.util import find_spec
    from shutil import copyfile, copytree, ignore_patterns

    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)
    if not spec.submodule_search_locations:  # six, once it is imported, is a package of no folder
        copyfile(spec.origin, os.path.join(folder, os.path.basename(spec.origin)))
    else:
        # Not the time zones that dateutil brings along: a frozen clock stands in UTC.
        ignored = ignore_patterns("__pycache__", "*.tar.gz", "*.pyi")
        copytree(os.path.dirname(spec.origin), os.path.join(folder, module), ignore=ignored)
