"""``run --watch``: the function is called again after each change, and on a terminal whenever a key asks for it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fn_emulator.cli.asked import Asked
from fn_emulator.cli.data import read_data
from fn_emulator.cli.echo import Echo
from fn_emulator.cli.finish import finish
from fn_emulator.cli.invented import write_seed
from fn_emulator.cli.keys import ENDS, keyboard, read_key, single_keys
from fn_emulator.cli.live import live_output
from fn_emulator.cli.main import complain
from fn_emulator.cli.meanwhile import Meanwhile
from fn_emulator.cli.output import tell, write_output
from fn_emulator.errors import EmulatorError
from fn_emulator.report.difference import difference_lines
from fn_emulator.report.result import to_json_line
from fn_emulator.runners import CallAbandoned
from fn_emulator.watch.rerun import Reopened, remarks, roles_in
from fn_emulator.watch.roles import Role, role_of, roles_around
from fn_emulator.watch.snapshot import Changes, in_words
from fn_emulator.watch.watcher import Watcher

if TYPE_CHECKING:
    from fn_emulator.calls import CallLog
    from fn_emulator.loaded import LoadedFunction
    from fn_emulator.model import JSON, Result
    from fn_emulator.runners import Show

CODE = (".py", ".ipynb", ".zip")
MOST_DOUBTS = 3
"""How many calls in a row that fail are doubted: one may write its own code, and would be called for ever."""

KEYS = "r runs it again, c from a cold start, q ends."


def watch_function(
    open_function: Callable[[Callable[[], bool]], LoadedFunction],
    asked: Asked,
    data: JSON,
    at: datetime | None,
    begun: Callable[[LoadedFunction], None],
    log: CallLog | None,
) -> int:
    """Call a function, and again after each change, until somebody ends it.

    Args:
        open_function: Opens it with everything said; it takes what ``Surroundings`` calls ``is_wanted``.
        asked: What was typed.
        data: The data of it, as it is now.
        at: As ``LoadedFunction.call`` takes it.
        begun: Told the function when it was opened for the first time; it may refuse.
        log: Where calls are recorded, or None.

    Returns:
        The exit code: 0, by the key ``q``; an interrupt ends the command as any other.

    Raises:
        EmulatorError: If it cannot be opened for the first time; later that is shown, and the next change waited for.
    """
    terminal = keyboard()
    meanwhile = Meanwhile(terminal)
    with live_output() as show, Reopened(lambda: open_function(meanwhile.is_wanted), asked.folder) as function:
        begun(function.loaded())
        watching = _Watching(asked, data, at, log, function, show, meanwhile, has_lines=terminal is None)
        watching.run(function.loaded)
        # The threads that watch start after the first call: it forked what later starts are forked from, and no process
        # is forked that has threads.
        with watching.watcher:
            keys = "" if terminal is None else f" {KEYS}"
            tell(f"Watching {asked.folder}.{keys}")
            return watching.loop(terminal)


class _Watching:
    """One session: what was shown last is what the next call is compared with."""

    def __init__(
        self,
        asked: Asked,
        data: JSON,
        at: datetime | None,
        log: CallLog | None,
        function: Reopened,
        show: Show,
        meanwhile: Meanwhile,
        *,
        has_lines: bool,
    ) -> None:
        self._asked = asked
        self._data = data
        self._at = at
        self._log = log
        self._function = function
        self._show = show
        self._meanwhile = meanwhile
        self._has_lines = has_lines
        self._roles: dict[str, Role] = {}
        self._answers: list[JSON] = []  # the last one, once there is one
        self._trouble: Any = None
        self._trouble_lines: list[tuple[str, str]] = []
        self._told: set[str] = set()
        self._doubts = 0
        folder = os.path.abspath(asked.folder) if os.path.isdir(asked.folder) else None
        own = {os.path.abspath(path) for path in (asked.output, asked.save_seed) if path is not None}
        self.watcher = Watcher(folder, self._files, own=frozenset(own))

    def loop(self, terminal: int | None) -> int:
        while True:
            changes, key = self._meanwhile.take() or self._wait(terminal)
            if changes is not None:
                self._follow(changes)
            elif key in ENDS:
                return 0
            elif key == "r":
                self._head("again")
                self.run(self._function.loaded)
            elif key == "c":
                self._head("again, cold")
                self.run(self._function.renew)

    def _wait(self, terminal: int | None) -> tuple[Changes | None, str]:
        with single_keys(terminal) as keys:
            changes = self.watcher.wait(keys)
            return changes, "" if changes is not None or keys is None else read_key(keys)

    def run(self, opened: Callable[[], LoadedFunction]) -> None:
        """Call it once, and show what came of it."""
        seen = self.watcher.seen
        try:
            loaded = opened()
            self._call(loaded)
        except CallAbandoned:
            changes = self._meanwhile.changes
            tell("The call was ended" + (" by a key." if changes is None else f": {in_words(changes, self._shown)}."))
            return  # what comes next is known
        except EmulatorError as exc:
            if (trouble := (exc.message, exc.hint)) == self._trouble:
                tell(f"As before: {exc.message}")
            else:
                complain(exc.message, exc.hint)
            self._trouble, self._trouble_lines = trouble, []
        # Of a file that was just being written the call may have got a half.
        self._doubts = self._doubts + 1 if self._trouble is not None else 0
        if 0 < self._doubts <= MOST_DOUBTS:
            self.watcher.doubt(seen, self._is_written_by_calls)

    def _call(self, loaded: LoadedFunction) -> None:
        asked = self._asked
        data = self._data if asked.data_file is None else read_data(asked.data)
        echo = Echo(self._show, self._trouble_lines)
        try:
            with self._meanwhile.following(lambda: self.watcher.poll(self._is_written_by_calls)):
                result = loaded.call(data, at=self._at, schedule=asked.schedule, is_cold=asked.is_cold, show=echo)
        except BaseException:
            echo.release()
            raise
        finally:
            self._absorb()
        trouble = _trouble(result)
        if trouble is not None and trouble == self._trouble and echo.is_repeated:
            self._tell_repeated(loaded, result)
        else:
            echo.release()
            self._tell(loaded, result)
        self._trouble, self._trouble_lines = trouble, [] if trouble is None else echo.lines
        if self._log is not None:
            with suppress(OSError):  # said in the next result
                self._log.flush()

    def _tell(self, loaded: LoadedFunction, result: Result) -> None:
        asked = self._asked
        if self._has_lines:
            write_output(to_json_line(result, loaded.masker.mask_json), asked.output)
        else:
            finish(loaded, result, asked.format_, asked.output)
        if result.status == "Completed":
            self._tell_difference(loaded.masker.mask_json(result.answer))
        if asked.save_seed is not None:
            tell(write_seed(loaded, asked.save_seed))

    def _tell_difference(self, answer: JSON) -> None:
        if self._answers:
            lines = difference_lines(self._answers[0], answer)
            tell("\n".join(lines) or "The answer is the same.")
        self._answers = [answer]

    def _tell_repeated(self, loaded: LoadedFunction, result: Result) -> None:
        if self._has_lines:
            return self._tell(loaded, result)
        failure = result.failure
        told = dict.fromkeys((result.status, *(failure[:2] if failure is not None else ())))
        tell(f"As before: {': '.join(filter(None, told))}")

    def _follow(self, changes: Changes) -> None:
        folder = self._asked.folder
        if self.watcher.problem is not None:
            self._tell_once(f"{folder} is looked at again and again: {self.watcher.problem}.")
        if changes.folder == "gone":
            tell(f"{folder} is gone. It is called again when it is back.")
            return
        if changes.folder == "back":
            tell(f"{folder} is back.")
        self._head(in_words(changes, self._shown) or "again")
        for remark in remarks(changes, self._roles, self._shown):
            tell(remark)
        roles = roles_in(changes, self._roles)
        self.run(lambda: self._function.renew(roles))

    def _head(self, text: str) -> None:
        tell(f"--- {time.strftime('%H:%M:%S')} {text}")

    def _tell_once(self, text: str) -> None:
        if text not in self._told:
            self._told.add(text)
            tell(text)

    def _absorb(self) -> None:
        """What a call writes into its own folder is no reason to call it again: that would never end."""
        for path in self.watcher.absorb(self._is_written_by_calls):
            self._tell_once(f"{self._shown(path)} changed during the call, which runs nothing again.")

    def _is_written_by_calls(self, path: str) -> bool:
        return not path.endswith(CODE) and role_of(path, self._roles) == "function"

    def _files(self) -> Mapping[str, Role]:
        asked, opened = self._asked, self._function.opened
        self._roles |= roles_around(  # also what they were: a settings file that is deleted is still one
            asked.folder,
            None if opened is None else opened.settings,
            flags=asked.flags,
            environ=asked.environ,
            toolkit_env=asked.toolkit_env,
            data_file=asked.data_file,
        )
        return self._roles

    def _shown(self, path: str) -> str:
        near = os.path.relpath(path)
        return path if near.startswith("..") else near


def _trouble(result: Result) -> Any:
    """What makes two failures the same for who reads them; None when the call did not fail."""
    if result.status == "Completed":
        return None
    failure = None if result.failure is None else result.failure[:2]
    findings = tuple((finding.id, finding.message, finding.file, finding.line) for finding in result.findings)
    return result.status, failure, findings
