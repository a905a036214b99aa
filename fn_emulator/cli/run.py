"""``fn-emulate run``: one call. The answer alone goes to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from fn_emulator.calls import CallLog
from fn_emulator.checks.selection import fails
from fn_emulator.cli.data import read_data, read_instant
from fn_emulator.cli.invented import check_save_seed, write_seed
from fn_emulator.cli.live import live_output
from fn_emulator.cli.options import OneOf, finding_options, output_options, settings_options
from fn_emulator.cli.output import tell, write_output
from fn_emulator.cli.place import project_root, working_directory
from fn_emulator.emulator import LoadedFunction, open_loaded
from fn_emulator.model import Result
from fn_emulator.report.result import answer_text, summary_text, to_json
from fn_emulator.runners.opening import Surroundings

EXIT_CODES = {"Completed": 0, "Failed": 1, "Timeout": 3, "OutOfMemory": 4, "Died": 4}


@click.command()
@click.argument("folder")
@click.option("--data", metavar="JSON|@FILE|-", help="What the handler gets as data. [default: {}]")
@click.option("--schedule", metavar="NAME", help="Call it as this schedule would, with the schedule's data.")
@click.option("--at", metavar="INSTANT", help="Freeze the clock at this instant (ISO 8601, UTC without a zone).")
@click.option("--save-seed", metavar="FILE", help="Keep what --lenient invented as a seed.")
@click.option("--debug", is_flag=True, help="Wait until an editor has attached, by debugpy.")
@click.option("--profile", type=OneOf(("memory",)), help="Say which lines hold the memory at its peak.")
@click.option("--watch", is_flag=True, help="Call it again whenever a file of it changes.")
@click.option("--no-record", is_flag=True, help="Do not keep this call for rerun.")
@settings_options
@finding_options
@output_options
def run(
    folder: str,
    data: str | None,
    schedule: str | None,
    at: str | None,
    save_seed: str | None,
    debug: bool,  # noqa: FBT001 - click passes it by name
    profile: str | None,
    watch: bool,  # noqa: FBT001
    no_record: bool,  # noqa: FBT001 - click passes it by name
    format_: str,
    output: str | None,
    toolkit_env: str | None,
    **flags: Any,
) -> int:
    """Call the function in FOLDER (also a .zip or .ipynb) once and judge the answer.

    The answer alone is written to stdout. The exit code is 0 when all is well, 1 when the handler failed or a finding
    is an error, 2 when what was typed is wrong, 3 when the time limit ended the call.
    """
    value, instant = read_data(data), read_instant(at)
    log = None if no_record else CallLog(project_root(working_directory(), os.path.realpath(folder)))
    debug_port = _debug_port() if debug else None
    around = Surroundings(
        "worker",
        os.environ,
        has_only_declared_env=True,
        starts_again=watch,
        debug_port=debug_port,
        profiles_memory=profile == "memory",
        has_terminal=_has_terminal(),
        tell=tell,
    )

    def opened() -> LoadedFunction:
        return open_loaded(folder, flags=flags, around=around, toolkit_env=toolkit_env, log=log)

    def begun(loaded: LoadedFunction) -> None:
        check_save_seed(loaded, save_seed)
        if debug_port is not None:
            from fn_emulator.cli.debug import announce_debugger

            announce_debugger(loaded, around, debug_port)

    if watch:
        from fn_emulator.cli.watching import Asked, watch_function

        shown = (format_, output, save_seed)
        asked = Asked(folder, data, value, instant, schedule, *shown, flags, os.environ, toolkit_env, log)
        return watch_function(opened, asked, begun)
    with opened() as loaded, live_output() as show:
        begun(loaded)
        result = loaded.call(value, at=instant, schedule=schedule, show=show)
        if save_seed is not None:
            tell(write_seed(loaded, save_seed))
        elif loaded.invented:
            tell("Keep what was invented as a seed with --save-seed FILE.")
        return finish(loaded, result, format_, output)


def _debug_port() -> int:
    from fn_emulator.runners.debugging import choose_port

    return choose_port()


def _has_terminal() -> bool:
    try:
        return sys.stdin.isatty()
    except (AttributeError, ValueError):  # closed
        return False


def finish(loaded: LoadedFunction, result: Result, format_: str, output: str | None) -> int:
    """Write the report of one call and give the exit code."""
    mask_json = loaded.masker.mask_json
    if format_ == "json":
        write_output(to_json(result, mask_json), output)
    else:
        if result.status == "Completed":
            write_output(answer_text(mask_json(result.answer)), output)
        tell(summary_text(result))
    code = EXIT_CODES[result.status]
    return code or int(fails(result.findings, loaded.settings.fail_on))
