"""``fn-emulate rerun``: one past call again, exactly."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import click

from fn_emulator.calls import CallLog, find_recording
from fn_emulator.cli.finish import finish
from fn_emulator.cli.live import live_output
from fn_emulator.cli.options import finding_options, output_options
from fn_emulator.cli.output import tell
from fn_emulator.cli.place import project_root, recorded_root, working_directory
from fn_emulator.emulator import open_loaded
from fn_emulator.errors import RecordingError
from fn_emulator.model import JSON, Result
from fn_emulator.recording import SETTINGS, check_record, recorded_call
from fn_emulator.runners.opening import Surroundings


@click.command()
@click.argument("recording", required=False)
@click.option("--secret", multiple=True, metavar="K=V|NAME", help="A secret that was typed then; values are not kept.")
@click.option("--env", multiple=True, metavar="K=V|NAME", help="A variable whose value held a secret then.")
@click.option("--network", type=click.Choice(["on"]), help="Say again that the call may reach every host.")
@click.option("--client", type=click.Choice(["live", "record"]), help="Say again that it may use a real project.")
@click.option("--allow-writes", is_flag=True, default=None, help="Let --client live and record write.")
@click.option("--python", metavar="PATH", help="Say again which Python runs it, or name another one.")
@click.option("--venv", is_flag=True, default=None, help="Say again that its requirements.txt is installed for it.")
@click.option("--no-record", is_flag=True, help="Do not keep this call for another rerun.")
@finding_options
@output_options
def rerun(
    recording: str | None,
    secret: tuple[str, ...],
    env: tuple[str, ...],
    network: str | None,
    client: str | None,
    allow_writes: bool | None,  # noqa: FBT001 - click passes it by name
    python: str | None,
    venv: bool | None,  # noqa: FBT001 - click passes it by name
    no_record: bool,  # noqa: FBT001 - click passes it by name
    format_: str,
    output: str | None,
    **flags: Any,
) -> int:
    """Run a recorded call again: same data, clock and settings, today's code. RECORDING is an id, or its end.

    Without RECORDING the last one is run.
    """
    directory = working_directory()
    record = find_recording(recorded_root(directory), recording)
    check_record(record)
    _allow_again(record, network=network, client=client)
    _choose_again(record, python=python, venv=venv)
    flags |= {name: record["settings"].get(name) for name in SETTINGS}
    flags |= {"allow_writes": allow_writes, "python": python, "venv": venv}
    flags |= {"secret": (*_secrets_again(record, _names(secret)), *secret)}
    flags |= {"env": (*_variables_again(record, _names(env)), *env)}
    log = None if no_record else CallLog(project_root(directory, os.path.realpath(record["function"])))
    opened = open_loaded(
        _shown_path(record["function"]),
        flags=flags,
        around=Surroundings("worker", os.environ, has_only_declared_env=True, calls_once=True, tell=tell),
        toolkit_env=record.get("toolkit_env"),
        log=log,
    )
    with opened as loaded, live_output() as show:
        _require_secrets(record, loaded.settings.secrets)
        schedule = record.get("data_of_schedule")
        data = loaded.declared_schedule(schedule).data if schedule is not None else None
        result = loaded.invoke(recorded_call(record, loaded.function.name, data), show=show)
        code = finish(loaded, result, format_, output)
        tell(_comparison(record, result, loaded.masker.mask_json(result.answer)))
        return code


def _shown_path(path: str) -> str:
    relative = os.path.relpath(path)
    return path if relative.startswith("..") else relative


def _allow_again(record: Mapping[str, Any], **said: str | None) -> None:
    """A recording lies in the project, and a project's file cannot widen trust."""
    for name, values in (("network", ("on",)), ("client", ("live", "record"))):
        recorded = record["settings"].get(name)
        if recorded in values and said[name] != recorded:
            raise RecordingError(
                f"{record['id']} ran with --{name} {recorded}, which a recording alone does not allow.",
                hint=f"say it again: fn-emulate rerun {record['id']} --{name} {recorded}",
            )


def _choose_again(record: Mapping[str, Any], *, python: str | None, venv: bool | None) -> None:
    """What a recording names would be executed, or installed: as above."""
    again = []
    if record["settings"].get("python") is not None and python is None:
        again.append(f"--python {record['settings']['python']}")
    if record["settings"].get("venv") is not None and not venv:
        again.append("--venv")
    if again:
        raise RecordingError(
            f"{record['id']} ran with {' '.join(again)}, which a recording alone does not allow.",
            hint=f"say it again: fn-emulate rerun {record['id']} {' '.join(again)}",
        )


def _names(entries: tuple[str, ...]) -> set[str]:
    return {entry.partition("=")[0] for entry in entries}


def _secrets_again(record: Mapping[str, Any], given: set[str]) -> list[str]:
    """Secrets that were named by ``--secret NAME`` are taken from the environment again."""
    return [name for name, template in record["secrets"].items() if template == f"${{{name}}}" and name not in given]


def _require_secrets(record: Mapping[str, Any], secrets: Mapping[str, Any]) -> None:
    missing = [name for name in record["secrets"] if name not in secrets]
    if missing:
        flags = " ".join(f"--secret {name}=VALUE" for name in missing)
        raise RecordingError(
            f"{record['id']} used secrets whose values are not kept: {', '.join(missing)}.",
            hint=f"give them again: {flags}",
        )


def _variables_again(record: Mapping[str, Any], given: set[str]) -> Iterator[str]:
    """Variables of the function as ``--env`` takes them; those that settings files filled are filled again by them."""
    missing = [name for name, kept in record["env"].items() if "masked" in kept and name not in given]
    if missing:
        flags = " ".join(f"--env {name}=VALUE" for name in missing)
        raise RecordingError(
            f"{record['id']} used variables that held a secret, which is not kept: {', '.join(missing)}.",
            hint=f"give them again: {flags}",
        )
    for name, kept in record["env"].items():
        if name in given:
            continue
        if "value" in kept:
            yield f"{name}={kept['value']}"
        elif kept.get("origin") == "--env":
            yield name


def _comparison(record: Mapping[str, Any], result: Result, answer: JSON) -> str:
    if result.status != record["status"]:
        return f"Recorded as {record['status']}, now {result.status}."
    then, now = _told(record.get("failure")), _told(result.failure and result.failure._asdict())
    if then != now:
        return f"Recorded as {then}, now {now}."
    if answer != record.get("response"):
        return "The answer differs from the recorded one."
    return "As recorded."


def _told(failure: Mapping[str, Any] | None) -> str:
    if failure is None:
        return ""
    kind, message = failure.get("type"), failure.get("message")
    # In the messages of these two stands how limit and folder were given, which is not how rerun gives them.
    return f"{kind}" if kind in ("Timeout", "FunctionLoadError") or not message else f"{kind}: {message}"
