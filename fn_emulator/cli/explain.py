"""``fn-emulate explain``: what a finding means, and how well its rule is known."""

from __future__ import annotations

from typing import Literal

import click

from fn_emulator.cli.options import output_options
from fn_emulator.cli.output import write_output
from fn_emulator.errors import SettingsError


@click.command()
@click.argument("id_", metavar="[ID]", required=False)
@output_options
def explain(id_: str | None, format_: Literal["text", "json"], output: str | None) -> None:
    """Explain a finding: its rule, its source, a function that it flags and the closest one that it leaves alone.

    Without ID, list all of them.
    """
    from fn_emulator.checks.catalogue import all_rules
    from fn_emulator.report import explain as report

    rules = all_rules()
    if id_ is None:
        render_list = report.render_list_text if format_ == "text" else report.render_list_json
        write_output(render_list(rules), output)
        return
    if id_ not in rules:
        from fn_emulator.checks.selection import near_id

        raise SettingsError(f"There is no finding {id_!r}.", hint=near_id(id_))
    render = report.render_text if format_ == "text" else report.render_json
    write_output(render(rules[id_]), output)
