"""``fn-emulate config``: each setting of a function with its origin."""

from __future__ import annotations

import os
from typing import Any

import click

from fn_emulator.cli.options import finding_options, output_options, settings_options
from fn_emulator.cli.output import write_output
from fn_emulator.function import open_function
from fn_emulator.report.config import to_json, to_text
from fn_emulator.settings import resolve_settings


@click.command()
@click.argument("folder", metavar="FOLDER")
@settings_options
@finding_options
@output_options
def config(folder: str, format_: str, output: str | None, **flags: Any) -> None:
    """Show each setting of the function in FOLDER, and where it comes from. Secrets are masked."""
    function = open_function(folder)
    function.close()
    settings = resolve_settings(folder, function.name, flags=flags, environ=os.environ)
    write_output(to_json(settings) if format_ == "json" else to_text(settings), output)
