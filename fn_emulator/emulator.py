"""The spine: open a function, run calls, judge them. Every face drives this module.

A call goes through ``LoadedFunction.call``: data becomes a ``Call``, a runner turns it into ``Evidence``, the checks
turn that into findings, and all of it becomes a ``Result``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fn_emulator.calls import CallRecorder
from fn_emulator.cdf.call_info import make_id
from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.load import RULES as LOAD_RULES
from fn_emulator.checks.registry import run_checks
from fn_emulator.checks.selection import apply_selection, lines_of
from fn_emulator.checks.verdict import judge_call
from fn_emulator.clock import now
from fn_emulator.errors import DataError, FunctionLoadError, SourceError
from fn_emulator.function import Function, open_function
from fn_emulator.harness.answer import encode_answer
from fn_emulator.masking import Masker
from fn_emulator.model import JSON, NOTHING, Call, Evidence, Failure, Finding, LogLine, Result, Where
from fn_emulator.runners.inprocess import InProcess
from fn_emulator.settings import ScheduleSettings, Settings, resolve_settings

if TYPE_CHECKING:
    from fn_emulator.calls import CallLog
    from fn_emulator.runners import Runner, Show


def load_function(
    source: str | Path | Callable[..., Any],
    *,
    secrets: Mapping[str, str] = NOTHING,
    env: Mapping[str, str] = NOTHING,
    client: Any = None,
    function_path: str | None = None,
    cloud: str | None = None,
    timeout_s: float | None = None,
    network: str | None = None,
    toolkit_env: str | None = None,
) -> LoadedFunction:
    """Open a function to call it from Python. Use it in a ``with`` block, or call ``close()``.

    The handler runs in this process and sees its environment variables; one that only the process provides gives an
    ``undeclared-env`` finding.

    Args:
        source: A function folder, ``.zip`` or ``.ipynb``, or a callable named ``handle``, whose source alone is run.
        secrets: What the handler gets as ``secrets``, over those that settings files declare.
        env: Environment variables of the function, likewise.
        client: ``"none"`` or ``"mock"``, or an object that is handed to the handler as it is.
        function_path: POSIX path of the handler file from the folder's root; ``handler.py`` when None.
        cloud: ``gcp``, ``azure`` or ``aws``: whose limits apply.
        timeout_s: Seconds until a call is ended; the cloud's limit when None.
        network: ``off``, ``local`` (this machine only) or ``on``.
        toolkit_env: Which ``config.ENV.yaml`` fills the variables of Cognite Toolkit files.

    Raises:
        FunctionLoadError: If the function cannot be called at all; it carries the findings.
        EmulatorError: If what was given cannot be read.
    """
    is_object = client is not None and not isinstance(client, str)
    flags: dict[str, Any] = {
        "secret": secrets,
        "env": env,
        "client": None if is_object else client,
        "function_path": function_path,
        "cloud": cloud,
        "timeout": None if timeout_s is None else str(timeout_s),
        "network": network,
    }
    loaded = open_loaded(
        source, flags=flags, environ=os.environ, toolkit_env=toolkit_env, client=client if is_object else None
    )
    broken = [finding for finding in loaded.load_findings if finding.severity == "error"]
    if broken:
        loaded.close()
        raise FunctionLoadError("\n".join(finding.message for finding in broken), loaded.load_findings)
    return loaded


def open_loaded(
    source: str | Path | Callable[..., Any],
    *,
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    toolkit_env: str | None = None,
    client: Any = None,
    has_only_declared_env: bool = False,
    log: CallLog | None = None,
) -> LoadedFunction:
    """Open a function with everything said: what ``load_function`` and the commands have in common.

    Args:
        source: As in ``load_function``.
        flags: Settings that were given by name, as ``resolve_settings`` takes them.
        environ: The caller's environment variables.
        toolkit_env: As in ``load_function``.
        client: An object for the handler, or None for the one that the settings name.
        has_only_declared_env: Whether the handler sees the function's own variables alone, as after deployment.
        log: Where calls are recorded, or None.

    Raises:
        EmulatorError: If what was given cannot be read.
    """
    folder, name = _settings_place(source)
    settings = resolve_settings(folder, name, flags=flags, environ=environ, toolkit_env=toolkit_env)
    settings.require_values()
    function = open_function(source, function_path=settings.function_path, kind=settings.kind)
    try:
        if function.kind == "remote-service":
            raise _not_callable_yet(function)
        return LoadedFunction(
            function,
            settings,
            flags=flags,
            client=client,
            has_only_declared_env=has_only_declared_env,
            log=log,
        )
    except BaseException:
        function.close()
        raise


class LoadedFunction:
    """A function that is open: call it, then close it. Warm between calls, as an instance of the platform is."""

    def __init__(
        self,
        function: Function,
        settings: Settings,
        *,
        flags: Mapping[str, Any] = NOTHING,
        client: Any = None,
        has_only_declared_env: bool = False,
        log: CallLog | None = None,
    ) -> None:
        """Open it; ``load_function`` and ``open_loaded`` do this."""
        self.function = function
        self.settings = settings
        self.load_findings: tuple[Finding, ...] = tuple(run_checks(LOAD_RULES, function))
        self.masker = Masker({name: secret.value for name, secret in settings.secrets.items()})
        self._has_only_declared_env = has_only_declared_env
        self._client = client
        self._function_id = make_id(function.name)
        self._recorder = None if log is None else CallRecorder(log, function, settings, flags, self.masker)
        self._runner: Runner | None = None
        self._preload: tuple[str, ...] | None = None
        self._calls = 0

    def __enter__(self) -> LoadedFunction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the process as it was found and remove what was unpacked."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None
        self.function.close()

    def call(
        self,
        data: JSON = None,
        *,
        at: datetime | None = None,
        schedule: str | None = None,
        is_cold: bool = False,
        show: Show | None = None,
    ) -> Result:
        """Call the handler once and judge the call.

        Args:
            data: What the handler gets as ``data``, as JSON makes it; ``{}`` when None.
            at: The instant at which the clock stands during the call, aware; None leaves it running. A call at a frozen
                instant always starts cold.
            schedule: Name of a declared schedule: the call then is a scheduled one, with the schedule's data when
                ``data`` is None.
            is_cold: Whether the handler is loaded freshly for this call.
            show: Called as ``show(stream, line)`` for each line that the function writes, secrets masked.

        Raises:
            EmulatorError: If the data is not JSON, the schedule does not exist, or the handler cannot be run here.
        """
        self._calls += 1
        return self.invoke(self._make_call(data, at, schedule), is_cold=is_cold, show=show)

    def invoke(self, call: Call, *, is_cold: bool = False, show: Show | None = None) -> Result:
        """Run a call that was made before, as ``rerun`` does; otherwise as ``call``."""
        if any(finding.severity == "error" for finding in self.load_findings):
            result = self._unloadable(call)
        else:
            result = self._judge(self._run(call, is_cold=is_cold, show=show))
        return self._recorded(result)

    def _make_call(self, data: JSON, at: datetime | None, schedule: str | None) -> Call:
        name = self.function.name
        schedule_id = scheduled_time = None
        has_schedules_data = schedule is not None and data is None
        if schedule is not None:
            declared = self.schedule(schedule)
            data = declared.data if data is None else data
            schedule_id = make_id(name, "schedule", schedule)
            scheduled_time = (at or now()).replace(second=0, microsecond=0)
        value, text = _as_json({} if data is None else data)
        return Call(
            id=make_id(self._function_id, self._calls),
            function=name,
            function_id=self._function_id,
            data=value,
            data_text=text,
            schedule_id=schedule_id,
            scheduled_time=scheduled_time,
            data_of_schedule=schedule if has_schedules_data else None,
            frozen_at=None if at is None else at.astimezone(timezone.utc),
        )

    def schedule(self, name: str) -> ScheduleSettings:
        """A declared schedule of the function.

        Raises:
            DataError: If it has none of this name.
            SettingsError: If its data needs environment variables that are not set.
        """
        declared = {schedule.name: schedule for schedule in self.settings.schedules}
        if name not in declared:
            known = ", ".join(map(repr, declared)) or "none"
            raise DataError(
                f"{self.function.given} has no schedule {name!r}.",
                hint=f"declared in *.Schedule.yaml beside or above the folder: {known}",
            )
        self.settings.require_values(schedule=name)
        return declared[name]

    def _run(self, call: Call, *, is_cold: bool, show: Show | None) -> Evidence:
        if self._runner is None:
            self._runner = InProcess(
                self.function, self.settings, has_only_declared_env=self._has_only_declared_env, client=self._client
            )
        mask = self.masker.mask
        return self._runner.invoke(
            call,
            timeout_s=self.settings.timeout_s,
            is_cold=is_cold,
            preload=() if call.frozen_at is None else self._preloaded(),
            show=None if show is None else lambda stream, line: show(stream, mask(line)),
        )

    def _preloaded(self) -> tuple[str, ...]:
        if self._preload is None:
            from fn_emulator.function.imports import preload_names, reachable_modules

            modules = reachable_modules(self.function)
            self._preload = preload_names(self.function, modules)
        return self._preload

    def _judge(self, evidence: Evidence) -> Result:
        subject = CallSubject(self.function, self.settings, evidence, self.masker)
        verdict = judge_call(subject)
        findings, ignored = self._selected((*self.load_findings, *verdict.findings))
        mask = self.masker.mask
        failure = verdict.failure
        return Result(
            call=evidence.call,
            where=evidence.where,
            status=verdict.status,
            answer=evidence.answer if verdict.status == "Completed" else None,
            failure=failure and Failure(failure.type, mask(failure.message), mask(failure.trace)),
            logs=tuple(LogLine(line.time, line.stream, mask(line.message)) for line in evidence.logs),
            started=evidence.started,
            duration_s=evidence.duration_s,
            peak_memory_mb=evidence.peak_memory_mb,
            findings=findings,
            ignored=ignored,
            notes=verdict.notes,
        )

    def _unloadable(self, call: Call) -> Result:
        first = next(finding for finding in self.load_findings if finding.severity == "error")
        findings, ignored = self._selected(self.load_findings)
        settings = self.settings
        return Result(
            call=call,
            where=Where("none", settings.runtime or "", settings.cloud, settings.client),
            status="Failed",
            answer=None,
            failure=Failure("FunctionLoadError", f"{_place_text(first)}{first.message}"),
            logs=(),
            started=now(),
            duration_s=0.0,
            findings=findings,
            ignored=ignored,
        )

    def _selected(self, findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], int]:
        found = tuple(findings)
        settings, handler = self.settings, self.function.handler
        if not found and not settings.ignore and not settings.select:
            return (), 0
        line_at = lines_of(self.function, () if handler is None else (handler,))
        return apply_selection(found, ignore=settings.ignore, select=settings.select, line_at=line_at)

    def _recorded(self, result: Result) -> Result:
        if self._recorder is None:
            return result
        try:
            name = self._recorder.record(result)
        except OSError as exc:
            return result._replace(
                notes=(*result.notes, f"The call was not recorded: {exc.strerror} ({exc.filename}).")
            )
        return result._replace(recording=name)


def _place_text(finding: Finding) -> str:
    if finding.file is None:
        return ""
    return f"{finding.file}: " if finding.line is None else f"{finding.file}:{finding.line}: "


def _settings_place(source: str | Path | Callable[..., Any]) -> tuple[Path, str]:
    """The folder whose surroundings hold the settings of a function, and the function's name there."""
    if callable(source):
        code = getattr(source, "__code__", None)
        file = Path(code.co_filename) if code is not None else Path("handle.py")
        return file.with_suffix(""), file.stem
    path = Path(source)
    if path.suffix in (".zip", ".ipynb") and not path.is_dir():
        path = path.with_suffix("")
    return path, os.path.basename(os.path.abspath(path))


def _as_json(data: JSON) -> tuple[JSON, str]:
    """Data as JSON makes it, and as its text.

    Raises:
        DataError: If it is not JSON, with the place.
    """
    encoded = encode_answer(data)
    if "text" in encoded:
        return encoded["value"], encoded["text"]
    first = encoded["refused"][0] if encoded["refused"] else None
    what = f"{first['path'].replace('$', 'data', 1)} is a {first['type']}" if first else encoded["reason"]
    raise DataError(f"data is not JSON: {what}.", hint="pass what json.dumps takes, as the platform's API does")


def _not_callable_yet(function: Function) -> SourceError:
    return SourceError(
        f"{function.given} is a remote service ({function.service or 'as --kind says'}), not a Cognite Function.",
        hint="run calls Cognite Functions, which define handle; use --kind cognite if it is one all the same",
    )
