"""Evidence of one call -> status, failure and findings."""

from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator.checks.call.data import RULES as DATA_RULES
from fn_emulator.checks.call.left import RULES as LEFT_RULES
from fn_emulator.checks.call.response import RULES as RESPONSE_RULES
from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.call.surroundings import RULES as SURROUNDINGS_RULES
from fn_emulator.checks.endings import ending, ending_notes
from fn_emulator.checks.registry import run_checks
from fn_emulator.model import Failure, Finding, Status

CALL_RULES = (*DATA_RULES, *RESPONSE_RULES, *SURROUNDINGS_RULES, *LEFT_RULES)


class CallVerdict(NamedTuple):
    """What one call comes to."""

    status: Status
    failure: Failure | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def judge_call(subject: CallSubject) -> CallVerdict:
    """Judge one call: what the platform would show, and what the rules say."""
    findings = (*_import_findings(subject), *run_checks(CALL_RULES, subject), *_sdk_findings(subject))
    status, failure = _status(subject, findings)
    return CallVerdict(status, failure, findings, tuple(_notes(subject)))


def _import_findings(subject: CallSubject) -> tuple[Finding, ...]:
    """Why the handler could not be imported, as ``check`` would say it."""
    evidence = subject.evidence
    failure = _failure_at_import(subject)
    if failure is None:
        return ()
    from fn_emulator.checks.deployability.installed import InstalledHere
    from fn_emulator.checks.inspection import findings_at_import
    from fn_emulator.runners.importing import ImportReport

    file, line = evidence.place or (None, None)
    report = ImportReport(
        completed=False,
        failure=failure,
        failure_file=file,
        failure_line=line,
        duration_s=evidence.import_s,
        peak_memory_mb=evidence.peak_memory_mb,
        logs=evidence.logs,
        refused=evidence.refusals,
        read_input=evidence.read_input,
        missing_module=evidence.missing_module,
    )
    return findings_at_import(subject.function, subject.settings, report, InstalledHere())


def _failure_at_import(subject: CallSubject) -> Failure | None:
    evidence = subject.evidence
    if evidence.stage != "import" or evidence.is_timed_out:
        return None
    ended = ending(subject)
    return evidence.failure if ended is None else ended[1]


def _sdk_findings(subject: CallSubject) -> tuple[Finding, ...]:
    """Whether the SDK that is in use here is one that would be deployed, as ``check`` would say it."""
    sdk = subject.evidence.where.sdk
    if sdk is None or subject.function.requirements is None:
        return ()
    from fn_emulator.checks.deployability.sdk import findings_on

    return findings_on(sdk, subject.function, subject.settings)


def _status(subject: CallSubject, findings: tuple[Finding, ...]) -> tuple[Status, Failure | None]:
    evidence = subject.evidence
    if (ended := ending(subject)) is not None:
        return ended
    if evidence.failure is not None:
        return "Failed", evidence.failure
    for finding in findings:
        if finding.id == "not-json":
            return "Failed", Failure("NotJson", finding.message)
        if finding.id == "response-too-large" and finding.severity == "error":
            return "Failed", Failure("ResponseTooLarge", finding.message)
    return "Completed", None


def _notes(subject: CallSubject) -> Iterator[str]:
    evidence, settings = subject.evidence, subject.settings
    if not evidence.is_timeout_enforced:
        yield (
            f"The time limit of {settings.timeout_s:g} s was not enforced: in process only a timer on the main"
            " thread can, and it gives way to another alarm of the process."
        )
    if evidence.moved_s > settings.timeout_s:
        yield (
            f"The handler slept longer than its time limit of {settings.timeout_s:g} s, at which the platform ends it;"
            " on a clock that stands sleeps take no time."
        )
    yield from ending_notes(subject)
    if settings.runtime is not None and settings.runtime != evidence.where.runtime:
        yield f"The call ran on {evidence.where.runtime}; the function is deployed with {settings.runtime}."
    if evidence.failure is None:
        return
    yield from _failure_notes(subject, evidence.failure)
    for read in evidence.env_reads:
        if not read.is_visible and not read.is_in_shell and repr(read.name) == evidence.failure.message:
            yield (
                f"The environment variable {read.name} is not set for the function, as after deployment;"
                f" give it with --env {read.name}=VALUE."
            )


def _failure_notes(subject: CallSubject, failure: Failure) -> Iterator[str]:
    """What a failure probably means where its own text does not say it."""
    if failure.type == "KeyError" and "secrets[" in failure.trace.rpartition("\n  File ")[2]:
        yield f"The function has no secret {failure.message}; give it with --secret NAME=VALUE."
    if failure.type == "BdbQuit":
        yield "pdb.set_trace() reads the end of its input here: use breakpoint(), or --debug for an editor."
    if failure.type == "FileNotFoundError":
        path = failure.message.partition("'")[2].rpartition("'")[0]
        if path and not path.startswith("/"):
            yield (
                f"{path!r} is relative to the working directory, which after deployment is not this one; find files of"
                " the function by __file__."
            )
