"""The environment variables that a handler sees, and which of them only its caller's shell provides.

How it works: for the length of a call ``os.environ`` holds what the function would have after deployment (``only``) or
that on top of the process's own (for tests). Its class is swapped for one that notes each read, by a line of the
user's, of a variable that was not declared; the object stays the same, so ``from os import environ`` is seen too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

_POSIX = ("PATH", "HOME", "USER", "SHELL", "PWD", "HOSTNAME", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TMPDIR")
_PYTHON = ("LD_LIBRARY_PATH", "PYTHONHASHSEED")
_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "TEMP", "TMP")

BASE_NAMES = frozenset((*_POSIX, *_PYTHON, *_WINDOWS))
"""What any process has; all the rest of a developer's shell is missing after deployment."""

_LOOK_UP_FILES = frozenset(
    (os.__file__, "<frozen os>", sys.modules["_collections_abc"].__file__, "<frozen _collections_abc>")
)


class Environment:
    """The environment of one function: started and stopped around each call."""

    def __init__(self, declared: Mapping[str, str], *, only: bool, is_user_file: Any) -> None:
        """Prepare.

        Args:
            declared: The function's own variables.
            only: Whether the rest of the process's variables is taken away, as after deployment.
            is_user_file: Tells whether a file name belongs to the function.
        """
        self._declared = dict(declared)
        self._only = only
        self._is_user_file = is_user_file
        self._before: dict[str, str] = {}
        self._own_changes: dict[str, str | None] = {}
        self._raw_before: Any = None
        self._raw_start: Any = None
        self._object: Any = None
        self._copied_at: set[tuple[str, int]] = set()
        self._watched = _watched_class(self._note, self._note_copy)
        self.reads: dict[str, dict[str, Any]] = {}

    def start(self) -> None:
        """Put the function's environment in place, with what its earlier calls made of it."""
        self.reads = {}
        self._copied_at.clear()
        self._object = os.environ
        self._raw_before = self._raw_start = _raw()  # known before anything changes: also a start that fails is undone
        is_as_it_was = not (self._only or self._declared or self._own_changes)
        if self._only:
            self._before = dict(os.environ)
            base = {name: value for name, value in self._before.items() if name in BASE_NAMES}
            _set({**base, **self._declared})
        elif self._declared:
            os.environ.update(self._declared)
        for name, value in self._own_changes.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        if not is_as_it_was:
            self._raw_start = _raw()
        if type(os.environ) is os._Environ:
            os.environ.__class__ = self._watched

    def start_next(self) -> None:
        """Another call begins before ``stop``."""
        self._copied_at.clear()
        if os.environ is not self._object or type(os.environ) is not self._watched:
            self.stop()
            self.start()
        elif self.reads:
            self.reads = {}

    def stop(self) -> None:
        """Put the process's environment back as it was."""
        if self._raw_start is None:
            return
        if os.environ is not self._object:
            # Replaced by the function. Not a way to clear it, but back to the object that everybody else holds.
            os.environ = self._object  # noqa: B003
        if type(os.environ) is self._watched:
            os.environ.__class__ = os._Environ
        now = getattr(os.environ, "_data", None) or _raw()  # to be compared, so that no copy is needed
        if now != self._raw_start:
            self._own_changes.update(_changes(self._raw_start, now))
        if now != self._raw_before:
            _set({os.fsdecode(name): os.fsdecode(value) for name, value in self._raw_before.items()})
        self._raw_start = None

    def _note(self, name: Any, *, is_visible: bool) -> None:
        if not isinstance(name, str) or name in self._declared or name in BASE_NAMES or name in self.reads:
            return
        place = self._users_line()
        if place is None or place in self._copied_at:
            return
        own = self._own_changes.get(name) is not None or (is_visible and self._only)
        if own or (is_visible and self._is_other_than_before(name)):
            return  # the function set it itself
        in_shell = is_visible or name in self._before
        self.reads[name] = {
            "name": name,
            "visible": is_visible,
            "in_shell": in_shell,
            "file": place[0],
            "line": place[1],
        }

    def _is_other_than_before(self, name: str) -> bool:
        now = getattr(self._object, "_data", None)
        if now is None:
            return name not in self._raw_before
        key = self._object.encodekey(name)
        return bool(now.get(key) != self._raw_before.get(key))

    def _note_copy(self) -> None:
        # {**os.environ} and dict(os.environ) list the names and then read each: a copy asks for no variable.
        place = self._users_line()
        if place is not None:
            self._copied_at.add(place)

    def _users_line(self) -> tuple[str, int] | None:
        """File and line that reads, when it is the user's own and not a library's."""
        frame: Any = sys._getframe(3)
        while frame is not None and frame.f_code.co_filename in _LOOK_UP_FILES:
            frame = frame.f_back
        if frame is None or not self._is_user_file(frame.f_code.co_filename):
            return None
        return frame.f_code.co_filename, frame.f_lineno


def _watched_class(note: Any, note_copy: Any) -> Any:
    class Watched(os._Environ):  # type: ignore[type-arg]
        def __getitem__(self, key: Any) -> Any:
            try:
                value = super().__getitem__(key)
            except KeyError:
                note(key, is_visible=False)
                raise
            note(key, is_visible=True)
            return value

        def __iter__(self) -> Any:
            note_copy()
            return super().__iter__()

    return Watched


def is_set(name: str) -> bool:
    """Whether the process has a variable; ``in os.environ`` costs ten times that where it has not."""
    raw = getattr(os.environ, "_data", None)
    return name in os.environ if raw is None else name in raw or name.encode() in raw


def _raw() -> Any:
    # The mapping below os.environ: a copy of it costs a twentieth of a copy that decodes each name.
    raw = getattr(os.environ, "_data", None)
    return dict(os.environ) if raw is None else raw.copy()


def _changes(before: Any, after: Any) -> dict[str, str | None]:
    changed: dict[str, str | None] = {os.fsdecode(name): None for name in before if name not in after}
    for name, value in after.items():
        if before.get(name) != value:
            changed[os.fsdecode(name)] = os.fsdecode(value)
    return changed


def _set(wanted: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name not in wanted]:
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
