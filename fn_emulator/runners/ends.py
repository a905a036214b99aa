"""The two ends of a worker's channels."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from fn_emulator.harness.birth import CHANNELS
from fn_emulator.harness.memory_file import memory_file

_MEMORY = ("journal", "stdout", "stderr", "stack")
_THEY_READ = ("requests", "answers", "life")


class Ends(NamedTuple):
    """Descriptors, by the names of ``birth.CHANNELS``; of memory files both ends are the same."""

    ours: Mapping[str, int]
    theirs: Mapping[str, int]

    def close_theirs(self) -> None:
        """To be called when the worker has them."""
        for name, descriptor in self.theirs.items():
            if name not in _MEMORY:
                os.close(descriptor)


def open_ends() -> Ends:
    """Open the channels of a new worker."""
    ours: dict[str, int] = {}
    theirs: dict[str, int] = {}
    for name in CHANNELS:
        if name in _MEMORY:
            ours[name] = theirs[name] = memory_file(name)
        else:
            read, write = os.pipe()
            theirs[name], ours[name] = (read, write) if name in _THEY_READ else (write, read)
    return Ends(ours, theirs)


def close_all(descriptors: Mapping[str, int]) -> None:
    """Close one end of everything."""
    for descriptor in descriptors.values():
        os.close(descriptor)
