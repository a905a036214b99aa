"""Files that are nowhere on a disk and have no name."""

from __future__ import annotations

import os


def memory_file(name: str) -> int:
    """The descriptor of a file that lives as long as somebody has it open; ``name`` is for people who look."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(f"fn-emulate-{name}")
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix="fn-emulate-")
    os.unlink(path)
    return descriptor
