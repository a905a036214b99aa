"""A function that is open: data becomes a ``Call``, a runner gives ``Evidence``, the checks make it a ``Result``."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from fn_emulator.adopted_clock import adopted_clock
from fn_emulator.answering import NO_TRAFFIC, Answering, open_answering
from fn_emulator.cdf.call_info import make_call_id, make_id
from fn_emulator.cdf.call_input import as_instant, as_json
from fn_emulator.checks.load import RULES as LOAD_RULES
from fn_emulator.checks.registry import run_checks
from fn_emulator.clock import now
from fn_emulator.errors import DataError
from fn_emulator.function import Function, open_function
from fn_emulator.masking import Masker
from fn_emulator.model import JSON, NOTHING, Call, Evidence, Finding, Result
from fn_emulator.runners.opening import Surroundings, open_runner
from fn_emulator.runners.uninterrupted import uninterrupted
from fn_emulator.settings import ScheduleSettings, Settings

if TYPE_CHECKING:
    from fn_emulator.answering.in_memory import InMemory
    from fn_emulator.calls import CallLog
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.judge import Judge
    from fn_emulator.recording import CallRecorder
    from fn_emulator.runners import Runner, Show


class LoadedFunction:
    """A function that is open: call it, then close it. Warm between calls, as an instance of the platform is.

    Attributes:
        on_result: Told of each call that has ended, with its answer as JSON text; None tells nobody.
    """

    def __init__(
        self,
        function: Function,
        settings: Settings,
        *,
        flags: Mapping[str, Any] = NOTHING,
        client: Any = None,
        cdf: FakeCdf | None = None,
        around: Surroundings,
        log: CallLog | None = None,
    ) -> None:
        """Open it; ``load_function`` and ``open_loaded`` do this."""
        self.settings = settings
        self.masker = Masker(_secret_values(settings, around.environ))
        self._read(function)
        self._around = around
        self._time_limit_s = None if around.lifts_time_limit else settings.timeout_s
        self._client = client
        self._answering: Answering | None = None
        if client is None:
            self._answering = open_answering(function, settings, cdf, environ=around.environ, masker=self.masker)
        if cdf is not None:
            cdf.hide(self.masker.mask_json)
        self._function_id = make_id(function.name)
        self._log = log
        self.on_result: Callable[[Result, str | None], None] | None = None
        self._flags = flags
        self._made_recorder: CallRecorder | None = None
        self._runner: Runner | None = None
        self._calls = 0
        self._lock = threading.Lock()  # of what calls from several threads share

    def _read(self, function: Function) -> None:
        self.function = function
        self.load_findings: tuple[Finding, ...] = tuple(run_checks(LOAD_RULES, function))
        self._is_broken = any(finding.severity == "error" for finding in self.load_findings)
        self._made_judge: Judge | None = None
        self._preload: tuple[str, ...] | None = None

    def __enter__(self) -> LoadedFunction:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the process as it was found and remove what was unpacked."""
        with uninterrupted():
            if self._runner is not None:
                self._runner.close()
                self._runner = None
            if self._answering is not None:
                self._answering.close()
            if self._made_recorder is not None:
                self._made_recorder.flush()
            self.function.close()

    def reload(self) -> None:
        """Let the next call start as the first one did, with the function's files as they are now.

        What was unpacked from a zip or notebook stays as it is.

        Raises:
            EmulatorError: If the folder is not there any more.
        """
        if self.function.form == "folder":
            given, settings = self.function.given, self.settings
            # It was opened to be called: without handle it is a Cognite Function that lacks one.
            self._read(open_function(given, function_path=settings.function_path, kind=self.function.kind))
        if self._answering is not None:
            self._answering.start_over()
        if self._runner is not None:
            self._runner.reload()

    def call(
        self,
        data: JSON = None,
        *,
        at: datetime | None = None,
        schedule: str | None = None,
        scheduled_time: datetime | None = None,
        is_cold: bool = False,
        show: Show | None = None,
    ) -> Result:
        """Call the handler once and judge the call.

        Args:
            data: What the handler gets as ``data``, as JSON makes it; ``{}`` when None.
            at: The instant at which the clock stands during the call, aware; the call then starts cold. None leaves the
                clock as it is: running, or where a test has frozen it (freezegun, time-machine), which the handler then
                sees in a worker too, and moves on by what it sleeps.
            schedule: Name of a declared schedule: the call then is a scheduled one, with the schedule's data when
                ``data`` is None.
            scheduled_time: When the call is due, aware: it then is a scheduled one, starts cold, and the clock stands
                there, or at ``at``.
            is_cold: Whether the handler is loaded freshly for this call.
            show: Called as ``show(stream, line)`` for each line that the function writes, secrets masked.

        Raises:
            EmulatorError: If the data is not JSON, ``at`` has no time zone, the schedule does not exist, or the handler
                cannot be run here.
        """
        due = None if scheduled_time is None else as_instant(scheduled_time, f"scheduled_time={str(scheduled_time)!r}")
        at = at if at is not None or self._answering is None else self._answering.clock
        instant = due if at is None else as_instant(at, f"at={str(at)!r}")
        adopted = adopted_clock() if instant is None else None
        if adopted is None:
            return self.invoke(self._make_call(data, instant, schedule, due), is_cold=is_cold, show=show)
        call = self._make_call(data, adopted.now, schedule, due)._replace(is_warm=not is_cold)
        result = self.invoke(call, is_cold=is_cold, show=show)
        adopted.move_on(result.moved_s)
        return result

    def invoke(self, call: Call, *, is_cold: bool = False, show: Show | None = None) -> Result:
        """Run a call that was made before, as ``rerun`` does; otherwise as ``call``."""
        if self._is_broken:
            return self._recorded(self._judge().unloadable(call), None)
        answering = self._answering
        if answering is None:
            evidence, traffic = self._run(call, is_cold=is_cold, show=show, world=0), NO_TRAFFIC
        else:
            number = answering.begin(call)
            seen: Evidence | None = None
            try:
                evidence = seen = self._run(call, is_cold=is_cold, show=show, world=number)
            finally:
                traffic = answering.end(number, seen)
        return self._recorded(self._judge().result(evidence, traffic), evidence.answer_text)

    @property
    def cdf(self) -> FakeCdf | None:
        """The in-memory CDF behind its client; None when something else is."""
        in_memory = self._in_memory()
        return None if in_memory is None else in_memory.cdf

    @property
    def invented(self) -> Mapping[str, Any]:
        """What a lenient in-memory CDF invented so far, as a seed."""
        in_memory = self._in_memory()
        return NOTHING if in_memory is None else in_memory.invented

    def _in_memory(self) -> InMemory | None:
        return cast("InMemory", self._answering) if self.settings.client == "fake" and self._answering else None

    def _make_call(
        self, data: JSON, at: datetime | None, schedule: str | None, scheduled_time: datetime | None
    ) -> Call:
        name = self.function.name
        has_schedules_data = schedule is not None and data is None
        if schedule is not None:
            declared = self.schedule(schedule)
            data = declared.data if data is None else data
            scheduled_time = scheduled_time or (at or now()).replace(second=0, microsecond=0)
        schedule_id = None if scheduled_time is None else make_id(name, "schedule", schedule or "")
        value, text = as_json({} if data is None else data)
        with self._lock:
            self._calls += 1
            number = self._calls
        return Call(
            id=make_call_id(self._function_id, number),
            function=name,
            function_id=self._function_id,
            data=value,
            data_text=text,
            schedule_id=schedule_id,
            scheduled_time=scheduled_time,
            data_of_schedule=schedule if has_schedules_data else None,
            frozen_at=at,
            info=self._around.call_info,
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

    def _run(self, call: Call, *, is_cold: bool, show: Show | None, world: int) -> Evidence:
        mask = self.masker.mask
        runner = self._runner or self._open_runner()
        evidence = runner.invoke(
            call,
            timeout_s=self._time_limit_s,
            is_cold=is_cold,
            preload=() if call.frozen_at is None else self._preloaded(),
            show=None if show is None else lambda stream, line: show(stream, mask(line)),
            world=world,
        )
        # Nobody failed to enforce a limit that was lifted.
        return evidence if self._time_limit_s is not None else evidence._replace(is_timeout_enforced=True)

    def _open_runner(self) -> Runner:
        with self._lock:
            if self._runner is None:
                answering = self._answering
                self._runner = open_runner(
                    self.function,
                    self.settings,
                    self._around,
                    client=self._client,
                    cdf=None if answering is None else answering.spec,
                    exchange=None if answering is None else answering.exchange,
                    modules=self._preloaded,
                    meanwhile=self._meanwhile,
                )
            return self._runner

    def _judge(self) -> Judge:
        if self._made_judge is None:
            from fn_emulator.judge import Judge

            self._made_judge = Judge(self.function, self.settings, self.masker, self.load_findings)
        return self._made_judge

    def record(self, log: CallLog, result: Result, answer_text: str | None) -> str:
        """Keep a call that has ended for ``rerun``, and give the id under which it is found.

        Args:
            log: Where it is kept; always the same one.
            result: What ``on_result`` was told.
            answer_text: Likewise.

        Raises:
            OSError: If nothing can be written there.
        """
        return self._recorder(log).record(result, answer_text)

    def _recorder(self, log: CallLog) -> CallRecorder:
        if self._made_recorder is None:
            from fn_emulator.recording import CallRecorder

            self._made_recorder = CallRecorder(log, self.function, self.settings, self._flags, self.masker)
        return self._made_recorder

    def _meanwhile(self) -> None:
        """Get ready for the answer of a worker, while the worker gets ready to give it."""
        self._judge()
        if self._log is not None:
            self._recorder(self._log)
        if self._answering is not None and self._makes_client():
            self._answering.prepare()
        self._around.meanwhile()

    def _preloaded(self) -> tuple[str, ...]:
        if self._preload is None:
            from fn_emulator.function.imports import preload_names, reachable_modules

            modules = reachable_modules(self.function)
            # The SDK of a client that we make is named by nobody's import; its waits are to be virtual under a freeze.
            sdk = ("cognite.client",) if self._makes_client() else ()
            self._preload = (*preload_names(self.function, modules), *sdk)
        return self._preload

    def _makes_client(self) -> bool:
        handle = self.function.handle
        is_known = handle is not None and handle.form != "assignment"
        taken = () if handle is None else handle.parameters
        takes_client = not is_known or any(p.name == "client" or p.form == "double-star" for p in taken)
        return self._client is None and self.settings.client != "none" and takes_client

    def _recorded(self, result: Result, answer_text: str | None) -> Result:
        if self.on_result is not None:
            self.on_result(result, answer_text)
        if self._log is None:
            return result
        try:
            with self._lock:
                name = self._recorder(self._log).record(result, answer_text)
        except OSError as exc:
            return result._replace(
                notes=(*result.notes, f"The call was not recorded: {exc.strerror} ({exc.filename}).")
            )
        return Result(*result[:-1], name)  # recording is the last field; _replace takes four times as long


def _secret_values(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """What is never shown: the function's secrets, and the credentials of a real project where one is used."""
    values = {name: secret.value for name, secret in settings.secrets.items()}
    if settings.client in ("record", "live"):
        from fn_emulator.cdf.cassette import secrets_of

        values = {**secrets_of(environ), **values}
    return values
