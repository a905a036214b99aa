"""freezegun for an interpreter that has none: imported from a folder of ours, of which the function sees nothing else.

What freezegun needs, dateutil, is taken out of ``sys.modules`` again: it goes on working, while a function that imports
dateutil gets its own, or is told that it has none. freezegun itself stays, or its times could not be pickled.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any


def import_freezegun(folder: str | None) -> Any:
    """Give freezegun: the interpreter's own where it is new enough for us, else the one in ``folder``.

    Raises:
        ImportError: If there is none and no folder.
    """
    try:
        import freezegun

        if folder is None or is_new_enough(freezegun):
            return freezegun
    except ModuleNotFoundError as exc:
        if folder is None or exc.name != "freezegun":
            raise
    for name in [name for name in sys.modules if _top(name) == "freezegun"]:
        del sys.modules[name]
    return _import_from(folder)


def is_new_enough(freezegun: Any) -> bool:
    """Whether this version of it leaves asyncio its clock."""
    return "real_asyncio" in freezegun.freeze_time.__code__.co_varnames


def _import_from(folder: str) -> Any:
    before, finders = set(sys.modules), list(sys.meta_path)
    # What finders remember of folders may be older than this one.
    importlib.invalidate_caches()
    sys.path.insert(0, folder)
    try:
        return importlib.import_module("freezegun")
    finally:
        sys.path.remove(folder)
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder in finders]  # six brings one
        new = set(sys.modules) - before
        ours = {_top(name) for name in new if _is_from(folder, sys.modules[name])} - {"freezegun"}
        for name in new:
            if _top(name) in ours:
                del sys.modules[name]


def _top(name: str) -> str:
    return name.partition(".")[0]


def _is_from(folder: str, module: Any) -> bool:
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    return origin is not None and origin.startswith(folder + os.sep)
