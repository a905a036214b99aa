"""``fn-emulate check``: will it deploy, and can it be called? Nothing of a function is called for it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Literal

import click

from fn_emulator.cli.options import finding_options, function_options, output_options
from fn_emulator.cli.output import tell, write_output

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
SEVERITY = re.compile(r"(?<= )(error|warning|note)(?=: )")


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option("--no-import", is_flag=True, help="Read the code only; run none of it.")
@function_options
@finding_options
@output_options
def check(
    folders: tuple[str, ...],
    no_import: bool,  # noqa: FBT001 - click passes it by name
    toolkit_env: str | None,
    format_: Literal["text", "json"],
    output: str | None,
    **flags: Any,
) -> int:
    """Say what the platform would say only after a deployment: will it deploy, and can it be called?

    FOLDER is a function's folder, zip or notebook, or a tree of folders with functions. The handler is imported in a
    process of its own. Exits 1 when a finding is at or above --fail-on.
    """
    from fn_emulator.checks.selection import fails
    from fn_emulator.emulator import check_functions
    from fn_emulator.report.check import render_json, render_text

    paths = _functions(folders, flags)
    inspections = list(
        check_functions(
            paths, flags=flags, environ=os.environ, toolkit_env=toolkit_env, has_import=not no_import, tell=tell
        )
    )
    text = _coloured(render_text(inspections), output) if format_ == "text" else render_json(inspections)
    write_output(text, output)
    return int(any(fails(inspection.findings, inspection.fail_on) for inspection in inspections))


def _coloured(text: str, output: str | None) -> str:
    # What goes to stdout loses its colours there, unless stdout is a terminal.
    if output not in (None, "-"):
        return text
    return SEVERITY.sub(lambda match: click.style(match[0], fg=COLOURS[match[0]], bold=True), text)


def _functions(folders: tuple[str, ...], flags: Mapping[str, Any]) -> list[str]:
    if flags["function_path"] is not None:
        return list(dict.fromkeys(folders))
    from fn_emulator.checks.discovery import find_functions

    return list(dict.fromkeys(path for folder in folders for path in find_functions(folder)))
