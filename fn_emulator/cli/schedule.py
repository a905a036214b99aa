"""``fn-emulate schedule``: what a schedule does, without waiting for it."""

from __future__ import annotations

import os
from typing import Any

import click

from fn_emulator.cli.options import OneOf, finding_options, settings_options


@click.command()
@click.argument("folder")
@click.option("--cron", metavar="CRON", help="When it is due: five fields, UTC, such as '*/5 * * * *'.")
@click.option("--schedule", metavar="NAME", help="A schedule declared in Toolkit YAML, with its data.")
@click.option("--from", "start", metavar="INSTANT", help="First instant considered (ISO 8601). [default: now]")
@click.option("--to", "end", metavar="INSTANT", help="First instant not considered. [default: a day later]")
@click.option("--count", type=int, metavar="N", help="How many due times, instead of --to.")
@click.option("--now", "is_now", is_flag=True, help="Fire one call at once instead.")
@click.option("--data", metavar="JSON|@FILE|-", help="What the handler gets as data. [default: the schedule's, or {}]")
@click.option("--cold", "is_cold", is_flag=True, help="Start each call freshly; CDF keeps what was written.")
@click.option("--tick", "is_ticking", is_flag=True, help="Let the clock go on with real time during a call.")
@click.option("--stress", "is_stressed", is_flag=True, help="Then again with the trouble that real schedulers make.")
@click.option("--no-record", is_flag=True, help="Do not keep calls that fail for rerun.")
@settings_options
@finding_options
@click.option("--format", "format_", type=OneOf(("text", "json", "html")), default="text", help="[default: text]")
@click.option("--output", metavar="FILE", help="Write the report there; above 1,000 calls, with json, a line a call.")
def schedule(no_record: bool, **typed: Any) -> int:  # noqa: FBT001 - click passes it by name
    """Call the function in FOLDER at each due time of a schedule, one after the other, on a clock that stands there.

    Handler, in-memory CDF and relative times such as 2h-ago agree on that clock. State lives between the calls as in a
    warm instance. The exit code is that of the worst call, as of run; 1 where a finding is at or above --fail-on.
    """
    from fn_emulator.cli.simulating import Typed, simulate

    typed["output"] = None if typed["output"] == "-" else typed["output"]
    own = {name: typed.pop(name) for name in Typed.__annotations__ if name in typed}
    return simulate(Typed(**own, is_recorded=not no_record, flags=typed, environ=os.environ))
