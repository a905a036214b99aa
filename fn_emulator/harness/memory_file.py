"""Files that are nowhere on a disk and have no name."""

from __future__ import annotations

import os


def memory_file(name: str) -> int:
    """The descriptor of a file that lives as long as somebody has it open; ``name`` is for people who look.

    Whoever writes there writes at its end, also beside somebody who opened it by the name ``/dev/stdout``.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create(f"fn-emulate-{name}")
        return _appending(descriptor, f"/proc/self/fd/{descriptor}")
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix="fn-emulate-")
    try:
        return _appending(descriptor, path)
    finally:
        os.unlink(path)


def _appending(descriptor: int, path: str) -> int:
    """The same file, opened anew: ``fcntl`` could set the flag, and takes half a millisecond to import."""
    try:
        again = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_CLOEXEC", 0))
    except OSError:  # no /proc
        return descriptor
    os.close(descriptor)
    return again
