"""A function that is watched: after each batch of changes just as much is opened anew as they need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from fn_emulator.watch.roles import Role, role_of
from fn_emulator.watch.snapshot import Changes

if TYPE_CHECKING:
    from types import TracebackType

    from fn_emulator.loaded import LoadedFunction

SAID: Mapping[Role, str] = {
    "requirements": "{}: what is installed stays as it is, unless --venv installs it.",
    "settings": "{}: settings are read again.",
    "seed": "{}: CDF starts with it.",
}


class Reopened:
    """One function, opened as often as it must be."""

    def __init__(self, open_function: Callable[[], LoadedFunction], source: str) -> None:
        """Open it.

        Args:
            open_function: Opens it with everything said.
            source: The function's path, as the user wrote it.

        Raises:
            EmulatorError: If it cannot be opened.
        """
        self._open = open_function
        self._source = source
        self._opened: LoadedFunction | None = open_function()

    def __enter__(self) -> Reopened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def opened(self) -> LoadedFunction | None:
        """The function as it was opened last; None when it could not be opened."""
        return self._opened

    def loaded(self) -> LoadedFunction:
        """The function, opened now if it could not be before.

        Raises:
            EmulatorError: If it still cannot be.
        """
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def renew(self, roles: frozenset[Role] = frozenset({"function"})) -> LoadedFunction:
        """Let the next call start as the first one did, and see every change.

        Args:
            roles: What changed. The function's own files, data and seeds are read again for a start in any case.

        Raises:
            EmulatorError: If it cannot be opened any more.
        """
        opened = self._opened
        if opened is None or roles & {"settings", "requirements"} or not _is_in_place(opened, self._source):
            self._close()  # before the other is opened: in one process they would share what a call replaces
            return self.loaded()
        opened.reload()
        return opened

    def _close(self) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()


def _is_in_place(opened: LoadedFunction, source: str) -> bool:
    """Whether its files are read from where they lie now: not what was unpacked, nor behind a link that turned."""
    return opened.function.form == "folder" and opened.function.folder == os.path.realpath(source)


def roles_in(changes: Changes, roles: Mapping[str, Role]) -> frozenset[Role]:
    """What all the changed files are; a folder that is back counts as changed."""
    found = {role_of(path, roles) for path in changes.paths}
    return frozenset(found | {"function"} if changes.folder == "back" else found)


def remarks(changes: Changes, roles: Mapping[str, Role], shown: Callable[[str], str]) -> Iterator[str]:
    """Yield what there is to say of files that are not the function's code."""
    for path in changes.paths:
        if said := SAID.get(role_of(path, roles)):
            yield said.format(shown(path))
