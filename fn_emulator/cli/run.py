"""``fn-emulate run``: one call. The answer alone goes to stdout, everything else to stderr."""

from __future__ import annotations

import os
from typing import Any

import click

from fn_emulator.cli.asked import Asked
from fn_emulator.cli.options import OneOf, finding_options, output_options, settings_options


@click.command()
@click.argument("folder")
@click.option("--data", metavar="JSON|@FILE|-", help="What the handler gets as data. [default: {}]")
@click.option("--schedule", metavar="NAME", help="Call it as this schedule would, with the schedule's data.")
@click.option("--at", metavar="INSTANT", help="Freeze the clock at this instant (ISO 8601, UTC without a zone).")
@click.option("--save-seed", metavar="FILE", help="Keep what --lenient invented as a seed.")
@click.option("--debug", "has_debugger", is_flag=True, help="Wait until an editor has attached, by debugpy.")
@click.option("--profile", type=OneOf(("memory",)), help="Say which lines hold the memory at its peak.")
@click.option("--watch", "is_watched", is_flag=True, help="Call it again whenever a file of it changes.")
@click.option("--cold", "is_cold", is_flag=True, help="With --watch: keep no state from one call to the next.")
@click.option("--no-record", is_flag=True, help="Do not keep this call for rerun.")
@settings_options
@finding_options
@output_options
def run(no_record: bool, **typed: Any) -> int:  # noqa: FBT001 - click passes it by name
    """Call the function in FOLDER (also a .zip or .ipynb) once and judge the answer.

    The answer alone is written to stdout. The exit code is 0 when all is well, 1 when the handler failed or a finding
    is an error, 2 when what was typed is wrong, 3 when the time limit ended the call, 4 when it ran out of memory or
    its process died.
    """
    from fn_emulator.runners.launch import forked_ahead

    own = {name: typed.pop(name) for name in Asked.__slots__ if name in typed}
    asked = Asked(**own, is_recorded=not no_record, flags=typed, environ=os.environ)
    # A worker gets ready beside us while we import the rest of the command.
    with forked_ahead(is_wanted=asked.is_for_worker) as ahead:
        from fn_emulator.cli.calling import run_function

        return run_function(asked, ahead)
