"""``fn-emulate check``: will it deploy, and can it be called? Nothing of a function is called for it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from fn_emulator.cli.options import OneOf, finding_options, output_options, write_output
from fn_emulator.settings.keys import CHOICES

if TYPE_CHECKING:
    from fn_emulator.checks.inspection import Inspection
    from fn_emulator.checks.subject import Installed
    from fn_emulator.function import Function
    from fn_emulator.model import Failure
    from fn_emulator.runners.importing import ImportReport
    from fn_emulator.settings import Settings

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
SEVERITY = re.compile(r"(?<= )(error|warning|note)(?=: )")


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option("--no-import", is_flag=True, help="Read the code only; run none of it.")
@click.option("--function-path", metavar="PATH", help="The handler's file, from the folder. [default: handler.py]")
@click.option("--kind", type=OneOf(CHOICES["kind"]), help="What it is. [default: found from the code]")
@click.option("--cloud", type=OneOf(CHOICES["cloud"]), help="Whose limits apply. [default: gcp]")
@click.option("--runtime", metavar="py3xx", help="The Python that it is deployed with, such as py311.")
@click.option("--network", type=OneOf(CHOICES["network"]), help="Which hosts its import may reach. [default: local]")
@click.option("--toolkit-env", metavar="ENV", help="Fill {{ name }} in Toolkit YAML from config.ENV.yaml.")
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
    from fn_emulator.checks.deployability.installed import InstalledHere
    from fn_emulator.checks.selection import fails
    from fn_emulator.report.check import render_json, render_text

    look = partial(_check, flags, os.environ, toolkit_env, InstalledHere(), imports=not no_import)
    checked = [look(path) for path in _functions(folders, flags)]
    inspections = [inspection for inspection, _ in checked]
    text = _coloured(render_text(inspections), output) if format_ == "text" else render_json(inspections)
    write_output(text, output)
    return int(any(fails(inspection.findings, fail_on) for inspection, fail_on in checked))


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


def _check(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    toolkit_env: str | None,
    installed: Installed,
    path: str,
    *,
    imports: bool,
) -> tuple[Inspection, str]:
    """Inspect one function; also from which severity on its findings fail the command."""
    from fn_emulator.checks.inspection import Inspection, inspect_function, select_findings
    from fn_emulator.function import open_function
    from fn_emulator.runners.importing import import_in_child
    from fn_emulator.settings import resolve_settings

    source = Path(path).with_suffix("") if Path(path).suffix in (".zip", ".ipynb") else Path(path)
    name = Path(os.path.abspath(source)).name
    settings = resolve_settings(source, name, flags=flags, environ=environ, toolkit_env=toolkit_env)
    function = open_function(path, function_path=settings.function_path, kind=settings.kind)
    try:
        can_import = imports and function.handler is not None and function.handler.problem is None
        imported = (
            _shown(import_in_child(function, settings, environ=dict(environ)), function, settings)
            if can_import
            else None
        )
        findings = inspect_function(function, settings, imported=imported, installed=installed)
        kept, ignored = select_findings(function, settings, findings)
    finally:
        function.close()
    return Inspection(path, name, function.kind, function.service, kept, ignored, imported), settings.fail_on


def _shown(report: ImportReport, function: Function, settings: Settings) -> ImportReport:
    """An import report as it may be shown: secrets masked; and a remote service need not have a handle."""
    from fn_emulator.masking import Masker
    from fn_emulator.model import Failure, LogLine

    mask = Masker({name: secret.value for name, secret in settings.secrets.items()}).mask
    logs = tuple(LogLine(log.time, log.stream, mask(log.message)) for log in report.logs)
    failure = report.failure and Failure(report.failure.type, mask(report.failure.message), mask(report.failure.trace))
    if function.kind == "remote-service" and failure is not None and _is_about_handle(failure, function):
        kept = tuple(log for log in logs if log.message not in failure.trace.splitlines())
        return report._replace(completed=True, failure=None, logs=kept)
    return report._replace(failure=failure, logs=logs)


def _is_about_handle(failure: Failure, function: Function) -> bool:
    return failure.message == f"handle is missing in {function.module_name}"
