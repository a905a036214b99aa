"""Replace names of other people's modules for a while.

How it works: ``Patch`` puts our wrapper over whatever a name holds at that moment and puts exactly that back, unless
somebody has replaced it since.
"""

from __future__ import annotations

from typing import Any, Callable

_ABSENT = object()
_BELOW = "_fn_emulator_below"
"""Attribute of our replacements: a tuple of what they replaced."""

Make = Callable[[Any], Any]
"""Takes what a name gave before, returns what it gives from now on."""


class Patch:
    """One name of a module or class; may be put in place several times over what others put there meanwhile."""

    __slots__ = ("_last", "_layers", "_make", "_name", "_owner")

    def __init__(self, owner: Any, name: str, make: Make) -> None:
        """Prepare; nothing is replaced yet."""
        self._owner = owner
        self._name = name
        self._make = make
        self._layers: list[tuple[Any, Any]] = []
        self._last: tuple[Any, Any] | None = None

    def put(self) -> bool:
        """Make ours the outermost; False if it is already."""
        owner, name, layers = self._owner, self._name, self._layers
        current = owner.__dict__.get(name, _ABSENT)
        if layers and current is layers[-1][1]:
            return False
        if not layers:
            current = self._without_old(current)
        # Somebody who saved ours during a call may have put it back after the call: what was below it counts.
        if self._last is None or (current is not self._last[0] and current is not self._last[1]):
            ours = self._make(getattr(owner, name))
            setattr(ours, _BELOW, (current,))
            self._last = current, ours
        layers.append(self._last)
        setattr(owner, name, self._last[1])
        return True

    def _without_old(self, current: Any) -> Any:
        """What the name holds; replacements of an earlier ``Patch``, which somebody put back late, are taken away."""
        while current not in (self._last or ()) and (below := getattr(current, _BELOW, None)) is not None:
            (current,) = below
            _restore(self._owner, self._name, current)
        return current

    def pull(self) -> None:
        """Undo the last ``put``; a name that somebody has replaced since is theirs now."""
        if not self._layers:
            return
        before, ours = self._layers.pop()
        owner, name = self._owner, self._name
        if owner.__dict__.get(name) is not ours:
            return
        _restore(owner, name, before)

    def pull_all(self) -> None:
        """Undo every ``put``."""
        while self._layers:
            self.pull()


def _restore(owner: Any, name: str, value: Any) -> None:
    if value is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, value)
