"""Which modules came since a moment, found without a look at all the others.

In a process that was forked each look at a module copies the memory in which it lies: with pandas imported, going
through all of them takes longer than the fork did. ``sys.modules`` is in the order of import: what is new is its end.
"""

from __future__ import annotations

import sys
from itertools import islice
from typing import Any


class Moment:
    """Remembers where ``sys.modules`` ended when this was made."""

    def __init__(self) -> None:
        self._count = len(sys.modules)
        self._last_name: Any = next(reversed(sys.modules))
        self._last = sys.modules[self._last_name]

    def new_names(self) -> list[str]:
        """Names of modules that came since; all names where some have gone, so that the end does not tell."""
        modules = sys.modules
        came = len(modules) - self._count
        if came == 0 and next(reversed(modules)) == self._last_name and modules[self._last_name] is self._last:
            return []
        names = list(islice(reversed(modules), came + 1)) if came >= 0 else []
        if names and names[-1] == self._last_name and modules.get(self._last_name) is self._last:
            return names[-2::-1]
        return list(modules)
