"""Tell the call that runs of each process which its code starts, and in which line."""

from __future__ import annotations

import os
from typing import Any

from .owner import carried
from .patching import Patch

_OF_OS = ("fork", "forkpty", "posix_spawn", "posix_spawnp")


def patches_of_os() -> list[Patch]:
    """For ``os``, whose ``spawn`` functions and ``popen`` end in one of these or in ``subprocess``."""
    return [Patch(os, name, _noting) for name in _OF_OS if hasattr(os, name)]


def noted_popen(original: Any) -> Any:
    """Wraps ``subprocess.Popen._execute_child``."""

    def _execute_child(popen: Any, *args: Any, **kwargs: Any) -> None:
        original(popen, *args, **kwargs)
        _note(popen.pid)

    return _execute_child


def noted_process(original: Any) -> Any:
    """Wraps ``multiprocessing.process.BaseProcess.start``."""

    def start(process: Any) -> None:
        original(process)
        _note(process.pid, process.name)

    return start


def _noting(original: Any) -> Any:
    def begin(*args: Any, **kwargs: Any) -> Any:
        begun = original(*args, **kwargs)
        pid = begun[0] if isinstance(begun, tuple) else begun
        if pid:  # else this is the child
            _note(pid)
        return begun

    return begin


def _note(pid: int | None, name: str = "") -> None:
    owner = carried()
    if owner is not None and owner.begun is not None and pid is not None:
        owner.begun.process_begun(pid, name)
