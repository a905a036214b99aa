"""A function that is open: data becomes a ``Call``, a runner gives ``Evidence``, the checks make it a ``Result``."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from fn_emulator.adopted_clock import adopted_clock
from fn_emulator.answering import NO_TRAFFIC, Answering, open_answering
from fn_emulator.call_maker import CallMaker
from fn_emulator.cdf.call_input import as_instant, read_instant
from fn_emulator.checks.load import RULES as LOAD_RULES
from fn_emulator.checks.registry import run_checks
from fn_emulator.errors import RunnerError, ScheduleError
from fn_emulator.function import Function, open_function
from fn_emulator.masking import Masker
from fn_emulator.model import JSON, NOTHING, Call, Evidence, Finding, QuietCall, Result
from fn_emulator.runners import AT_ONCE, Pace
from fn_emulator.runners.of_function import Runners
from fn_emulator.runners.opening import Surroundings, open_runner
from fn_emulator.settings import ScheduleSettings, Settings
from fn_emulator.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from fn_emulator.answering.in_memory import InMemory
    from fn_emulator.calls import CallLog
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.judge import Judge
    from fn_emulator.recording import CallRecorder
    from fn_emulator.replay import Verdict
    from fn_emulator.runners import Runner, Show
    from fn_emulator.schedule import Tick
    from fn_emulator.snowflake.signature import Signature
    from fn_emulator.trials import Trial, TrialEvidence

IN_STEP = Pace(0.0, is_in_step=True)
"""What a test sees of CDF between two calls is what the first has left, and what it puts there the second one sees."""


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
        self._maker = CallMaker(function, settings, around.call_info)
        self._log = log
        self.on_result: Callable[[Result, str | None], None] | None = None
        self._flags = flags
        self._made_recorder: CallRecorder | None = None
        self._runners = Runners(settings, self._opened_runner, has_processes=client is None)
        self._trial_call: Call | None = None
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
            self._runners.close()
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
        self._runners.reload()

    def call(
        self,
        data: JSON = None,
        *,
        at: datetime | str | None = None,
        schedule: str | None = None,
        scheduled_time: datetime | str | None = None,
        is_cold: bool = False,
        show: Show | None = None,
    ) -> Result:
        """Call the handler once and judge the call.

        Args:
            data: What the handler gets as ``data``, as JSON makes it; ``{}`` when None.
            at: The instant at which the clock stands during the call: aware, or ISO 8601 (UTC without a zone); the call
                then starts cold. None leaves the clock as it is: running, or where a test has frozen it (freezegun,
                time-machine), which the handler then sees in a worker too, and moves on by what it sleeps.
            schedule: Name of a declared schedule: the call then is a scheduled one, with the schedule's data when
                ``data`` is None.
            scheduled_time: When the call is due, likewise: it is a scheduled one then, starts cold, and the clock
                stands there, or at ``at``.
            is_cold: Whether the handler is loaded freshly for this call.
            show: Called as ``show(stream, line)`` for each line that the function writes, secrets masked.

        Raises:
            EmulatorError: If the data is not JSON, ``at`` has no time zone, the schedule does not exist, or the handler
                cannot be run here.
        """
        due = None
        if scheduled_time is not None:
            due = read_instant(scheduled_time, f"scheduled_time={str(scheduled_time)!r}")
        at = at if at is not None or self._answering is None else self._answering.clock
        instant = due if at is None else read_instant(at, f"at={str(at)!r}")
        adopted = adopted_clock() if instant is None else None
        if adopted is None:
            return self.invoke(self._maker.call(data, instant, schedule, due), is_cold=is_cold, show=show)
        call = self._maker.call(data, adopted.now, schedule, due)._replace(is_warm=not is_cold)
        result = self.invoke(call, is_cold=is_cold, show=show)
        adopted.move_on(result.moved_s)
        return result

    def invoke(self, call: Call, *, is_cold: bool = False, show: Show | None = None) -> Result:
        """Run a call that was made before, as ``rerun`` does; otherwise as ``call``."""
        return self._invoke(call, is_cold=is_cold, show=show, is_recorded=True)

    def _invoke(self, call: Call, *, is_cold: bool, show: Show | None, is_recorded: bool) -> Result:
        if self._is_broken:
            return self._recorded(self._judge().unloadable(call), None, is_kept=is_recorded)
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
        result = self._judge().result(evidence, traffic)
        return self._recorded(result, evidence.answer_text, is_kept=is_recorded or result.failure is not None)

    def schedule(
        self,
        cron: str | None = None,
        *,
        name: str | None = None,
        start: datetime | str | None = None,
        end: datetime | str | None = None,
        count: int | None = None,
        data: JSON = None,
        is_cold: bool = False,
        is_ticking: bool = False,
        show: Show | None = None,
    ) -> Iterator[Result]:
        """Call the handler at each due time of a schedule, one after the other, on a clock that stands there.

        The first call starts cold, and state lives between them as in a warm instance. What a handler sleeps moves the
        clock within its call.

        Args:
            cron: Five fields, in UTC, such as ``*/5 * * * *``; that of the declared schedule when None.
            name: Name of a declared schedule, whose data the calls get when ``data`` is None.
            start: First instant considered: aware, or ISO 8601 (UTC without a zone); now when None.
            end: First instant *not* considered; a day after ``start`` when neither it nor ``count`` is given.
            count: How many due times, instead of ``end``.
            data: What the handler gets as ``data``; ``{}`` when None.
            is_cold: Whether the handler is loaded freshly for each call. What it wrote to CDF stays in any case.
            is_ticking: Whether the clock also goes on with real time during a call.
            show: Called as ``show(stream, line)`` for each line that the function writes, secrets masked.

        Returns:
            The results in order, each made when it is asked for. While one is looked at no later call has asked CDF
            anything, and nothing is frozen.

        Raises:
            ScheduleError: If the expression cannot be read, or nothing is due.
            EmulatorError: If a call could not be made by ``call``.
        """
        from fn_emulator.schedule.plan import plan_schedule

        cron = self.cron_of(cron, name)
        plan = plan_schedule(cron, start, end, count)
        calls = self.scheduled_calls(plan.ticks(), schedule=name, data=data, is_ticking=is_ticking)
        return self.invoke_each(calls, is_cold=is_cold, show=show)

    def cron_of(self, cron: str | None, name: str | None) -> str | None:
        """The expression that was given, or that of the declared schedule; None where there is neither.

        Raises:
            ScheduleError: If both are given, and say something else.
            DataError: If no schedule has that name.
        """
        if name is None:
            return cron
        declared = self.declared_schedule(name).cron
        if cron not in (None, declared):
            raise ScheduleError(
                f"The schedule {name!r} is due at {declared!r}, and {cron!r} was given too.",
                hint="leave one of them out; the data can be given apart",
            )
        return declared

    def scheduled_calls(
        self,
        ticks: Iterable[Tick],
        *,
        schedule: str | None = None,
        data: JSON = None,
        is_ticking: bool = False,
        number: int | None = None,
    ) -> Iterator[Call]:
        """A warm call for each tick, made when it is asked for.

        The arguments are those of ``schedule``; ``number`` is that of the first call, from which its id follows.

        Raises:
            EmulatorError: If the data is not JSON, or the schedule does not exist; at once.
        """
        return self._maker.scheduled(ticks, schedule=schedule, data=data, is_ticking=is_ticking, number=number)

    def invoke_each(
        self,
        calls: Iterable[Call],
        *,
        starts_cold: bool = True,
        is_cold: bool = False,
        show: Show | None = None,
        pace: Pace | None = None,
    ) -> Iterator[Result]:
        """Run calls that follow one another: they are warm, but for the first one.

        Args:
            calls: The calls, all of them with a clock that stands.
            starts_cold: Whether the first one starts cold, whatever was called before.
            is_cold: Whether each does.
            show: As ``call`` takes it.
            pace: How far they may run ahead of who looks at their results; None for no further than lets CDF be as each
                has left it, where they may ask it anything.

        Raises:
            EmulatorError: As ``call`` does.
        """
        if is_cold or self._is_broken or not (self._answering is None or self.in_memory()):
            # Also where the requests of a call are told from the next one's by their order alone.
            return (
                self._invoke(call, is_cold=is_cold or (starts_cold and not number), show=show, is_recorded=False)
                for number, call in enumerate(calls)
            )
        if pace is None:
            pace = IN_STEP if self._may_ask() else AT_ONCE
        return self._in_a_row(calls, show, pace, starts_cold=starts_cold)

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Keep no calls for ``rerun`` meanwhile: nobody wants those of an experiment back."""
        log, self._log = self._log, None
        try:
            yield
        finally:
            self._log = log

    def _in_a_row(self, calls: Iterable[Call], show: Show | None, pace: Pace, *, starts_cold: bool) -> Iterator[Result]:
        in_memory, judge, begun = self.in_memory(), self._judge(), deque[int]()

        def begin_each() -> Iterator[tuple[Call, int]]:
            for call in calls:
                number = 0 if in_memory is None else in_memory.begin(call)
                begun.append(number)
                yield call, number

        runner = self._runners.first()
        each = runner.invoke_each(
            begin_each(),
            timeout_s=self._time_limit_s,
            is_cold=starts_cold,
            preload=self._preloaded(),
            show=self._masked(show),
            pace=pace,
        )
        try:
            for seen in each:
                number = begun.popleft()
                if isinstance(seen, QuietCall):
                    result = judge.quiet(seen)
                    if in_memory is not None:
                        in_memory.forget(number)
                else:
                    traffic = NO_TRAFFIC if in_memory is None else in_memory.end(number, seen)
                    result = judge.result(self._with_limit(seen), traffic)
                yield self._recorded(result, seen.answer_text, is_kept=result.failure is not None)
                if self._runners.opened is not runner:
                    raise RunnerError(
                        f"{self.function.given} was closed before all of its calls were made.",
                        hint="look at their results before you close it",
                    )
        finally:
            each.close()  # type: ignore[attr-defined]
            for number in begun if in_memory is not None else ():
                in_memory.forget(number)  # type: ignore[union-attr]

    def replay(self, rows: Any, *, signature: str | Signature | None = None, random_seed: int = 0) -> Verdict:
        """Deliver a batch of rows again and again, as Snowflake may, and compare the answers.

        The handler is called as ``handle({"data": [[0, argument, ...], ...]})``.

        Args:
            rows: Argument lists without numbers, such as ``[[10, "Alex"]]``; objects; or a body as it is sent.
            signature: Of the SQL function, such as ``geo(number, varchar) returns variant``.
            random_seed: Repeats a run exactly.

        Returns:
            What it comes to; ``raise_for_findings()`` makes an assertion of it.

        Raises:
            EmulatorError: If the rows or the signature cannot be read, or the function cannot be run.
        """
        from fn_emulator.replaying import replayed
        from fn_emulator.snowflake.rows import rows_from
        from fn_emulator.snowflake.signature import parse_signature

        read = parse_signature(signature, "signature") if isinstance(signature, str) else signature
        return replayed(self, rows_from(rows, read), random_seed=random_seed, signature=read)

    @property
    def has_processes(self) -> bool:
        """Whether its handler can run in a process of its own."""
        return self._client is None

    def run_trials(
        self,
        trials: Iterable[Trial],
        *,
        random_seed: int,
        frozen_at: datetime,
        is_cold: bool = False,
        timeout_s: float | None = None,
        show: Show | None = None,
    ) -> Iterator[TrialEvidence]:
        """Run trials for ``replay``, each from the same beginning; nothing of what they show is judged or masked.

        Args:
            trials: The trials; the first one is fresh.
            random_seed: Of the random sources, which begin anew in each.
            frozen_at: Where the clock stands when each begins, aware.
            is_cold: Whether each fresh one, with the warm ones that follow it, gets a process of its own: the proof
                that what a fresh start in one process shows is so. Where the client is an object, there is none.
            timeout_s: Seconds until a delivery is stopped; None for the function's time limit.
            show: As ``call`` takes it.

        Raises:
            EmulatorError: As ``call`` does.
        """
        from fn_emulator.runners.trials import Conditions

        in_memory = self.in_memory() if self._makes_client() else None
        call = self._trial_call = self._trial_call or self._maker.call({}, None)
        call = call._replace(frozen_at=as_instant(frozen_at, f"frozen_at={str(frozen_at)!r}"))
        begun = deque[int]()

        def begin_each() -> Iterator[tuple[Trial, int]]:
            for trial in trials:
                if in_memory is not None and (trial.is_fresh or not begun):
                    begun.append(in_memory.begin_apart(call))
                yield trial, begun[-1] if begun else 0

        runner = self._runners.in_processes() if is_cold else self._runners.first()
        limit_s = self._time_limit_s if timeout_s is None or self._time_limit_s is None else timeout_s
        conditions = Conditions(call, limit_s, random_seed, self._preloaded())
        try:
            yield from runner.run_trials(begin_each(), conditions, is_cold=is_cold, show=self._masked(show))
        finally:
            for number in begun if in_memory is not None else ():
                in_memory.end_apart(number)  # type: ignore[union-attr]

    @property
    def cdf(self) -> FakeCdf | None:
        """The in-memory CDF behind its client; None when something else is."""
        in_memory = self.in_memory()
        return None if in_memory is None else in_memory.cdf

    @property
    def invented(self) -> Mapping[str, Any]:
        """What a lenient in-memory CDF invented so far, as a seed."""
        in_memory = self.in_memory()
        return NOTHING if in_memory is None else in_memory.invented

    def in_memory(self) -> InMemory | None:
        """Who answers for its client, if that is an in-memory CDF."""
        return cast("InMemory", self._answering) if self.settings.client == "fake" and self._answering else None

    def declared_schedule(self, name: str) -> ScheduleSettings:
        """A declared schedule of the function.

        Raises:
            DataError: If it has none of this name.
            SettingsError: If its data needs environment variables that are not set.
        """
        return self._maker.declared_schedule(name)

    def _run(self, call: Call, *, is_cold: bool, show: Show | None, world: int) -> Evidence:
        runner = self._runners.first()
        evidence = runner.invoke(
            call,
            timeout_s=self._time_limit_s,
            is_cold=is_cold,
            preload=() if call.frozen_at is None else self._preloaded(),
            show=self._masked(show),
            world=world,
        )
        return self._with_limit(evidence)

    def _masked(self, show: Show | None) -> Show | None:
        mask = self.masker.mask
        return None if show is None else lambda stream, line: show(stream, mask(line))

    def _with_limit(self, evidence: Evidence) -> Evidence:
        # Nobody failed to enforce a limit that was lifted.
        return evidence if self._time_limit_s is not None else evidence._replace(is_timeout_enforced=True)

    def _opened_runner(self, settings: Settings) -> Runner:
        answering = self._answering
        return open_runner(
            self.function,
            settings,
            self._around,
            client=self._client,
            cdf=None if answering is None else answering.spec,
            exchange=None if answering is None else answering.exchange,
            modules=self._preloaded,
            meanwhile=self._meanwhile,
        )

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
            from fn_emulator.function.reach import preloaded_modules

            self._preload = preloaded_modules(self.function, has_sdk=self._makes_client())
        return self._preload

    def _may_ask(self) -> bool:
        from fn_emulator.function.reach import may_ask

        return self._answering is not None and (self._makes_client() or may_ask(self._preloaded()))

    def _makes_client(self) -> bool:
        from fn_emulator.function.reach import takes_client

        return self._client is None and self.settings.client != "none" and takes_client(self.function)

    def _recorded(self, result: Result, answer_text: str | None, *, is_kept: bool) -> Result:
        if self.on_result is not None:
            self.on_result(result, answer_text)
        if self._log is None or not is_kept:
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
