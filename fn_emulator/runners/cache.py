"""Our folder in the user's cache: what is made there once, whole or not at all, and used by every later command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from fn_emulator.errors import EnvironmentBuildError

NAME = "fn-emulate"


def cache_folder(environ: Mapping[str, str], part: str) -> str:
    """Make ``part`` of our cache, ``$XDG_CACHE_HOME`` or ``~/.cache``, and give its path.

    Raises:
        EnvironmentBuildError: If it cannot be made, or belongs to somebody else: what lies in it is executed.
    """
    above = environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(above):  # the XDG Base Directory Specification says to ignore it
        above = os.path.join(environ.get("HOME") or os.path.expanduser("~"), ".cache")
    ours = os.path.join(above, NAME)
    folder = os.path.join(ours, part)
    try:
        os.makedirs(above, exist_ok=True)
        for path in (ours, folder):
            if not os.path.isdir(path):
                os.makedirs(path, 0o700, exist_ok=True)
        owner = os.stat(ours).st_uid
    except OSError as exc:
        raise EnvironmentBuildError(
            f"{exc.filename or folder} cannot be made: {exc.strerror}.",
            hint="set XDG_CACHE_HOME to a folder that can be written",
        ) from exc
    if hasattr(os, "geteuid") and owner != os.geteuid():
        raise EnvironmentBuildError(
            f"{ours} belongs to another user, and what lies in it would be executed.",
            hint="set XDG_CACHE_HOME to a folder of your own",
        )
    return folder


@contextmanager
def locked(path: str, waiting: Callable[[], None]) -> Iterator[int]:
    """Hold the lock of this file, and give its descriptor; ``waiting`` is called if another process holds it.

    The file is there for as long as somebody holds the lock or waits for it. A process that inherits the descriptor
    holds the lock too.
    """
    descriptor = _hold(path, waiting)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
        _remove_if_free(path)


def _hold(path: str, waiting: Callable[[], None]) -> int:
    is_told = False

    def tell() -> None:
        nonlocal is_told
        if not is_told:
            waiting()
        is_told = True

    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor, tell)
            if _is_at(path, descriptor):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # of a file that was removed meanwhile: others lock the one in its place


def _lock(descriptor: int, waiting: Callable[[], None]) -> None:
    try:
        import fcntl
    except ImportError:  # not on Windows, where two commands at once are on their own
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _remove_if_free(path: str) -> None:
    """Remove the file, but not under a process that holds its lock: another command, or one that outlives us."""
    try:
        import fcntl

        descriptor = os.open(path, os.O_RDWR)
    except (ImportError, OSError):
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(path, descriptor):
            os.unlink(path)
    except OSError:
        pass  # it is not free, or the folder cannot be written any more
    finally:
        os.close(descriptor)


def _is_at(path: str, descriptor: int) -> bool:
    """Whether an open file is the one that lies there now."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
