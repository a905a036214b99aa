"""A function and its settings -> everything that the static rules say, in the order in which a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fn_emulator.checks.catalogue import STATIC_FAMILIES, rules_of
from fn_emulator.checks.load import RULES as LOAD_RULES
from fn_emulator.checks.load import syntax_error
from fn_emulator.checks.newer_syntax import guess
from fn_emulator.checks.registry import run_checks
from fn_emulator.checks.selection import apply_selection, check_comments, lines_of
from fn_emulator.checks.subject import Installed, Subject
from fn_emulator.function.files import iter_files
from fn_emulator.function.imports import reachable_modules
from fn_emulator.function.model import Function, Kind, Module, SyntaxProblem
from fn_emulator.function.requirements import read_requirements
from fn_emulator.masking import Masker
from fn_emulator.model import SEVERITIES, Failure, Finding, LogLine
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from fn_emulator.runners.importing import ImportReport


@dataclass(frozen=True, slots=True)
class Inspection:
    """What ``check`` says about one function.

    Attributes:
        path: The function as the user knows it.
        name: Its name.
        kind: What it was taken for.
        service: What made it a remote service, or None.
        findings: What the rules saw, less what was accepted; by file and line.
        ignored: How many findings were accepted.
        imported: What happened when the handler was imported, or None when that was not tried.
        fail_on: From which severity on its findings fail the command.
    """

    path: str
    name: str
    kind: Kind
    service: str | None
    findings: tuple[Finding, ...]
    ignored: int = 0
    imported: ImportReport | None = None
    fail_on: str = "error"


def inspect_function(
    function: Function, settings: Settings, *, imported: ImportReport | None, installed: Installed
) -> tuple[Finding, ...]:
    """Everything that can be said of a function without calling it.

    Args:
        function: The opened function.
        settings: Its settings.
        imported: What happened when the handler was imported; None when that was not tried.
        installed: The distributions beside us.
    """
    subject = make_subject(function, settings, imported=imported, installed=installed)
    return in_order([*_load_findings(subject), *run_checks(rules_of(STATIC_FAMILIES), subject)])


def make_subject(
    function: Function, settings: Settings, *, imported: ImportReport | None, installed: Installed
) -> Subject:
    """Read what the rules read: the modules, the requirements and the files of a function."""
    return Subject(
        function=function,
        settings=settings,
        modules=tuple(_compiled(module) for module in reachable_modules(function)),
        requirements=read_requirements(function),
        files=tuple(iter_files(function.root)),
        imported=imported,
        installed=installed,
    )


def select_findings(
    function: Function, settings: Settings, findings: Iterable[Finding]
) -> tuple[tuple[Finding, ...], int]:
    """What is left of findings after the settings and the comments in the sources, and how many were accepted.

    Raises:
        SettingsError: If an option or a comment names a finding that does not exist.
    """
    modules = reachable_modules(function)
    check_comments(function, modules)
    line_at = lines_of(function, modules)
    return apply_selection(findings, ignore=settings.ignore, select=settings.select, line_at=line_at)


def masked(report: ImportReport, settings: Settings) -> ImportReport:
    """An import report as it may be shown: without the values of secrets."""
    mask = Masker({name: secret.value for name, secret in settings.secrets.items()}).mask
    failure = report.failure
    return report._replace(
        failure=failure and Failure(*map(mask, failure)),
        logs=tuple(LogLine(log.time, log.stream, mask(log.message)) for log in report.logs),
        left_running=tuple(map(mask, report.left_running)),
    )


def findings_at_import(
    function: Function, settings: Settings, imported: ImportReport, installed: Installed
) -> tuple[Finding, ...]:
    """Why an import failed, for a call that ended there: ``import-error``, or the rule that names its cause."""
    from fn_emulator.checks.deployability.imports import AT_IMPORT, import_error

    subject = make_subject(function, settings, imported=imported, installed=installed)
    place = imported.failure_file, imported.failure_line
    causes = [finding for finding in run_checks(AT_IMPORT, subject) if (finding.file, finding.line) == place]
    return in_order([*causes, *import_error(subject)])


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings by file and line, the worst first where several are at one place; those without a file last."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[bool, str, int, int, str, str]:
    severity = SEVERITIES.index(finding.severity)
    return finding.file is None, finding.file or "", finding.line or 0, severity, finding.id, finding.message


def _compiled(module: Module) -> Module:
    """A module, with the problems that only the compiler finds: ``return`` outside a function, a name given twice."""
    import warnings

    if module.tree is None:
        return module
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(module.tree, module.path.name, "exec", dont_inherit=True)
    except SyntaxError as exc:
        return module._replace(tree=None, problem=SyntaxProblem(exc.msg, exc.lineno, exc.offset))
    except (ValueError, RecursionError, MemoryError) as exc:
        return module._replace(tree=None, problem=SyntaxProblem(str(exc) or type(exc).__name__))
    return module


def _load_findings(subject: Subject) -> Iterator[Finding]:
    """What the rules about loading say; that a file must compile is asked of each file, not of the handler alone."""
    yield from run_checks([rule for rule in LOAD_RULES if rule is not syntax_error], subject.function)
    for module in subject.modules:
        if module.problem is not None:
            yield from _syntax_findings(subject, module)


def _syntax_findings(subject: Subject, module: Module) -> Iterator[Finding]:
    from fn_emulator.checks.deployability.syntax import runtime_minor

    needed, minor = guess(module), runtime_minor(subject.settings.runtime)
    if needed is not None and minor is not None and needed.minor > minor:
        return  # syntax-too-new says it
    for finding in syntax_error(subject.function._replace(handler=module)):
        is_newer = needed is not None and minor is not None
        yield finding._replace(severity="warning") if is_newer else finding
