"""``fn-emulate config``: each setting of a function with its origin."""

from __future__ import annotations

import os
from typing import Any

import click

from fn_emulator.cli.options import finding_options, output_options, settings_options
from fn_emulator.cli.output import write_output
from fn_emulator.function import open_function
from fn_emulator.report.config import to_json, to_text
from fn_emulator.settings import Settings, resolve_settings


@click.command()
@click.argument("folder", metavar="FOLDER")
@settings_options
@finding_options
@output_options
def config(folder: str, format_: str, output: str | None, **flags: Any) -> None:
    """Show each setting of the function in FOLDER, and where it comes from. Secrets are masked."""
    function = open_function(folder)
    function.close()
    settings = _with_found_seed(resolve_settings(folder, function.name, flags=flags, environ=os.environ), folder)
    write_output(to_json(settings) if format_ == "json" else to_text(settings), output)


def _with_found_seed(settings: Settings, folder: str) -> Settings:
    """A seed that nobody named but that a call would start with."""
    from fn_emulator.cdf.seed_place import find_seed
    from fn_emulator.settings.places import shown_path

    found = find_seed(folder) if not settings.seed and settings.client == "fake" else None
    if found is None:
        return settings
    origins = {**settings.origins, "seed": "beside the folder"}
    return settings.replace(seed=(shown_path(folder, found),), origins=origins)
