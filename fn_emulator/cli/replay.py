"""``fn-emulate replay``: be Snowflake on a bad day, and say whether the handler survives it."""

from __future__ import annotations

import os
from typing import Any

import click

from fn_emulator.cli.options import finding_options, output_options, settings_options, typed_options


@click.command()
@click.argument("folder")
@click.option("--rows", metavar="FILE|JSON|-", required=True, help="Rows of arguments: .json, .jsonl or .csv.")
@click.option("--signature", metavar="SQL", help="Types of the arguments: 'geo(number, varchar) returns variant'.")
@click.option("--random-seed", type=int, default=0, metavar="N", help="Repeats a run exactly. [default: 0]")
@settings_options
@finding_options
@output_options
def replay(**typed: Any) -> int:
    """Deliver a batch of rows to the function in FOLDER again and again, as Snowflake may, and compare the answers.

    The handler is called as handle({"data": [[0, argument, ...], ...]}). Exits 1 when a finding is at or above
    --fail-on, or the handler fails on the batch as it is; 3 when that times out, 4 when its process dies.
    """
    from fn_emulator.cli.replaying import replay_function

    own = {name: typed.pop(name) for name in ("folder", "rows", "signature", "random_seed", "format_", "output")}
    again = typed_options(click.get_current_context(), besides=("rows", "random_seed", "format_", "output"))
    return replay_function(**own, again=again, toolkit_env=typed.pop("toolkit_env"), flags=typed, environ=os.environ)
