"""``run``, once it is known what was typed: open the function, call it, tell what came of it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from fn_emulator.calls import CallLog
from fn_emulator.cli.data import read_data, read_instant
from fn_emulator.cli.invented import check_save_seed, write_seed
from fn_emulator.cli.live import live_output
from fn_emulator.cli.output import tell
from fn_emulator.cli.place import project_root, working_directory
from fn_emulator.emulator import LoadedFunction, open_loaded
from fn_emulator.runners.opening import Surroundings

if TYPE_CHECKING:
    from fn_emulator.cli.asked import Asked
    from fn_emulator.runners.launch import ForkHere


def run_function(asked: Asked, ahead: ForkHere | None) -> int:
    """Call a function as it was asked for, and give the exit code.

    Args:
        asked: What was typed.
        ahead: Has forked a worker already, or None.

    Raises:
        EmulatorError: If what was typed cannot be done.
    """
    data, at = read_data(asked.data), read_instant(asked.at)
    folder = os.path.realpath(asked.folder)
    log = CallLog(project_root(working_directory(), folder)) if asked.is_recorded else None
    around = _surroundings(asked, ahead)

    def opened(is_wanted: Callable[[], bool] | None = None) -> LoadedFunction:
        where = around._replace(is_wanted=is_wanted)
        return open_loaded(asked.folder, flags=asked.flags, around=where, toolkit_env=asked.toolkit_env, log=log)

    def begun(loaded: LoadedFunction) -> None:
        check_save_seed(loaded, asked.save_seed)
        if around.debug_port is not None:
            from fn_emulator.cli.debug import announce_debugger

            announce_debugger(loaded, around, around.debug_port)
        elif around.profiles_memory and "timeout" in asked.flags and asked.flags["timeout"] is not None:
            tell("note: while memory is profiled there is no time limit, so --timeout does not hold.")

    if asked.is_watched:
        from fn_emulator.cli.watching import watch_function

        return watch_function(opened, asked, data, at, begun, log)
    with opened() as loaded, live_output() as show:
        begun(loaded)
        result = loaded.call(data, at=at, schedule=asked.schedule, show=show)
        if asked.save_seed is not None:
            tell(write_seed(loaded, asked.save_seed))
        elif loaded.invented:
            tell("Keep what was invented as a seed with --save-seed FILE.")
        from fn_emulator.cli.finish import finish

        return finish(loaded, result, asked.format_, asked.output)


def _surroundings(asked: Asked, ahead: ForkHere | None) -> Surroundings:
    return Surroundings(
        "worker",
        asked.environ,
        has_only_declared_env=True,
        calls_once=not asked.is_watched,
        starts_again=asked.is_watched,
        debug_port=_debug_port() if asked.has_debugger else None,
        profiles_memory=asked.profile == "memory",
        ahead=ahead,
        has_terminal=_has_terminal(),
        tell=tell,
        meanwhile=_import_report,
    )


def _import_report() -> None:
    importlib.import_module("fn_emulator.cli.finish")


def _debug_port() -> int:
    from fn_emulator.runners.debugging import choose_port

    return choose_port()


def _has_terminal() -> bool:
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # closed
        return False
