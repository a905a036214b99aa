"""``fn-emulate doctor``: what is here, what falls back, and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import click

from fn_emulator import __version__
from fn_emulator.cli.options import output_options
from fn_emulator.cli.output import write_output
from fn_emulator.doctor import Fact, examine_function, examine_machine
from fn_emulator.report.doctor import render_json, render_text


@click.command()
@click.argument("folder", required=False)
@output_options
def doctor(folder: str | None, format_: str, output: str | None) -> None:
    """Show what this machine has for running functions, and what falls back and why.

    With FOLDER also which Python would run that function, and whether its requirements are there. The exit code is 0
    whatever is missing.
    """
    # What was typed is looked at first: it may be wrong, and the rest takes a second.
    of_function = [] if folder is None else list(_of_function(folder))
    facts = [*examine_machine(os.environ, own_version=__version__, terminal=_terminal()), *of_function]
    write_output(render_json(facts) if format_ == "json" else render_text(facts), output)


def _of_function(folder: str) -> Iterator[Fact]:
    from fn_emulator.function import open_function
    from fn_emulator.settings import resolve_settings

    function = open_function(folder)
    try:
        settings = resolve_settings(folder, function.name, flags={}, environ=os.environ)
        yield from examine_function(function, settings, os.environ)
    finally:
        function.close()


def _terminal() -> dict[str, bool]:
    return {name: _is_terminal(getattr(sys, name)) for name in ("stdin", "stdout", "stderr")}


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):  # it is closed
        return False
