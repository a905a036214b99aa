"""The runner of the commands: the handler runs in a process of its own, and whatever it does to that, we live."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from fn_emulator.errors import SdkMissingError
from fn_emulator.harness.answer import decode
from fn_emulator.harness.leftovers import directory
from fn_emulator.harness.stretch import unpack_quiet
from fn_emulator.model import Call, Evidence, QuietCall, Where
from fn_emulator.runners import AT_ONCE
from fn_emulator.runners.conversation import Conversation, NoSdk
from fn_emulator.runners.frames import evidence_of, log_lines, quiet_call, read_reply, request, stretch_request
from fn_emulator.runners.pool import Pool
from fn_emulator.runners.stretch import StretchConversation
from fn_emulator.runners.waiting import Waiting

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.harness.stretch import Quiet
    from fn_emulator.runners import Exchange, Pace, Show
    from fn_emulator.runners.child import Child
    from fn_emulator.runners.interpreter import Interpreter
    from fn_emulator.runners.launch import Launcher
    from fn_emulator.runners.trials import Conditions
    from fn_emulator.settings import Settings
    from fn_emulator.trials import Trial, TrialEvidence

_FOR_EVER_S = 1e9


class Worker:
    """Runs one function in worker processes: one at a time, and as many as calls are made at once."""

    name = "worker"

    def __init__(
        self,
        function: Function,
        settings: Settings,
        spec: Mapping[str, Any],
        *,
        interpreter: Interpreter,
        launcher: Launcher,
        environ: Mapping[str, str],
        exchange: Exchange | None = None,
        meanwhile: Callable[[], None] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> None:
        """Open the function; no process is started yet.

        Args:
            function: The function.
            settings: Its settings.
            spec: What its sessions are opened with.
            interpreter: What its processes run on.
            launcher: Starts them.
            environ: The caller's variables, as they are at each call, where the handler sees them.
            exchange: What answers the requests to CDF; None when they go where they always went.
            meanwhile: Something useful to do while the first process begins.
            is_wanted: As ``Surroundings`` has it.
        """
        self._function = function
        self._settings = settings
        self._spec = spec
        self._interpreter = interpreter
        self._launcher = launcher
        self._pool = Pool(launcher, spec, spec["memory_mb"])
        self._exchange = exchange
        self._callers = environ
        self._environ = None if spec["env_only"] else environ
        self._meanwhile = meanwhile
        self._is_wanted = is_wanted
        self._where = Where(
            runner=self.name, runtime=_runtime(interpreter.version), cloud=settings.cloud, client=settings.client
        )

    def invoke(
        self,
        call: Call,
        *,
        timeout_s: float | None,
        is_cold: bool = False,
        preload: Iterable[str] = (),
        show: Show | None = None,
        world: int = 0,
    ) -> Evidence:
        """Call the handler once; see ``Runner``.

        Raises:
            SdkMissingError: If the client needs cognite-sdk and the interpreter has none.
            EnvironmentBuildError: If another interpreter needs our freezegun, and there is no room for it.
            RunnerError: If no process can be started.
            CallAbandoned: If its answer is not wanted any more.
        """
        if is_cold:
            self.reload()
        # Never cold: a cold call gets a new process.
        frame = request(call, self._settings, timeout_s=timeout_s, is_cold=False, preload=preload, world=world)
        (evidence,) = self._by_one_worker(Conversation, frame, ((call, world),), show)
        assert isinstance(evidence, Evidence)
        return evidence

    def invoke_each(
        self,
        calls: Iterable[tuple[Call, int]],
        *,
        timeout_s: float | None,
        is_cold: bool = False,
        preload: Iterable[str] = (),
        show: Show | None = None,
        pace: Pace = AT_ONCE,
    ) -> Iterator[Evidence | QuietCall]:
        """Call the handler for each, warm; see ``Runner``. After a worker has died the next gets a new one."""
        if is_cold:
            self.reload()
        preload, waiting = tuple(preload), Waiting(calls)
        if not pace.is_in_step:
            pace = pace._replace(until_s=_FOR_EVER_S)  # what has ended is seen at once

        def make_frame(some: Sequence[tuple[Call, int]]) -> dict[str, Any]:
            frame = stretch_request(
                some, self._settings, timeout_s=timeout_s, is_cold=False, preload=preload, pace=pace
            )
            return {**frame, "calls": json.dumps(list(frame["calls"]))}

        ready: tuple[list[tuple[Call, int]], dict[str, Any]] = ([], {})

        def prepare() -> None:
            """Get the next request ready while this one is done."""
            nonlocal ready
            some = [] if pace.is_in_step else waiting.prepare()
            ready = (some, make_frame(some) if some else {})

        while some := waiting.next():
            frame = ready[1] if ready[0] == some else make_frame(some)
            made, number = self._by_one_worker(StretchConversation, frame, some, show, prepare), 0
            for seen in list(made) if pace.is_in_step else made:
                number += 1
                yield seen
            waiting.take(number)

    def run_trials(
        self,
        trials: Iterable[tuple[Trial, int]],
        conditions: Conditions,
        *,
        is_cold: bool = False,
        show: Show | None = None,
    ) -> Iterator[TrialEvidence]:
        """Run trials; see ``Runner``. After a worker has died in one the next gets a new one."""
        from fn_emulator.runners.trials import Collected, TrialsConversation, portions, trials_request

        for pairs in portions(trials, is_cold=is_cold):
            made = 0
            while made < len(pairs):
                if is_cold:
                    self.reload()
                collected = Collected(pairs[made:], self._function)
                frame = trials_request(pairs[made:], conditions, self._settings)
                with closing(self._told_by_one_worker(TrialsConversation, frame, show)) as told:
                    for each, lines, _ in told:
                        if evidence := collected.add(*_unpacked(each), lines):
                            yield evidence
                made += collected.number

    def reload(self) -> None:
        """Let the next call start freshly, with the files as they are then."""
        self._pool.clear()

    def close(self) -> None:
        """End every process."""
        self._pool.close()

    def _by_one_worker(
        self,
        conversation: type[Conversation],
        frame: dict[str, Any],
        calls: Sequence[tuple[Call, int]],
        show: Show | None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Iterator[Evidence | QuietCall]:
        """What was seen of the calls that one worker makes of these: until it has done its request, or is dead."""
        like: Evidence | None = None
        with closing(self._told_by_one_worker(conversation, frame, show, meanwhile)) as told:
            # What is told first: its end is the end of the conversation.
            for (each, lines, limited_by), (call, _) in zip(told, calls, strict=False):
                if isinstance(each, bytes):
                    assert like is not None  # the first of a stretch is never quiet
                    yield _quiet(each, lines, call, like)
                    continue
                like = self._evidence(each, call, limited_by)
                yield like

    def _told_by_one_worker(
        self,
        conversation: type[Conversation],
        frame: dict[str, Any],
        show: Show | None,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Generator[tuple[bytes | dict[str, Any], list[dict[str, Any]], str | None], None, None]:
        """What a worker tells of each call of a request, its lines, and what limits its memory."""
        child = self._pool.take()
        try:
            talk = conversation(
                child,
                self._completed(frame, child),
                exchange=self._exchange,
                show=show,
                is_last=self._spec["calls_once"],
                is_wanted=self._is_wanted,
            )
            self._do_meanwhile()
            meanwhile()
            for told, lines in talk.seen():
                if isinstance(told, bytes):
                    yield told, lines, child.limit.way
                    continue
                reply, is_over = self._looked_after(told, child)
                yield reply, lines, child.limit.way
                if is_over:
                    self._pool.end(child)
                    return
        except NoSdk as exc:
            child.close()
            raise self._no_sdk(str(exc)) from None
        except BaseException:  # interrupted, or what answers for CDF is broken: nothing of this call goes on
            self._pool.end(child)
            raise
        self._pool.give_back(child)

    def _completed(self, frame: dict[str, Any], child: Child) -> dict[str, Any]:
        """A request with what the process has to know beside the session."""
        frame["directory"] = directory()
        frame["environ"] = self._variables_for(child)
        if frame["frozen_at"] is not None and not self._interpreter.is_ours:
            frame["clock_folder"] = _clock_folder(self._callers)
        return frame

    def _looked_after(self, reply: dict[str, Any], child: Child) -> tuple[dict[str, Any], bool]:
        """A reply, and whether the worker is good for no other: what it has left is ended with it."""
        for left in reply["left"]:
            if left["kind"] == "process":
                child.takes_along(left["pid"])
        self._launcher.remember(reply.get("modules", ()))
        if not child.limit.has_killed(reply["peak_memory_mb"] or 0.0):
            return reply, False
        from fn_emulator.runners.dead import reply_without_memory

        return reply_without_memory(reply, child), True

    def _variables_for(self, child: Child) -> dict[str, str] | None:
        """The caller's variables; None where the worker has them from the call before, as nearly always."""
        if self._environ is None:
            return None
        raw = getattr(self._environ, "_data", self._environ)  # what os.environ decodes at each look
        if raw == child.variables:
            return None
        child.variables = dict(raw)
        return dict(self._environ)

    def _do_meanwhile(self) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()

    def _no_sdk(self, python: str) -> SdkMissingError:
        own = 'install it beside fn-emulator: pip install "fn-emulator[cdf]"'
        other = "add cognite-sdk to requirements.txt"
        if not self._settings.is_venv:
            other += " and run with --venv, or install it there"
        return SdkMissingError(
            f"--client {self._settings.client} needs cognite-sdk, which {python} does not have.",
            hint=own if self._interpreter.is_ours else other,
        )

    def _evidence(self, reply: dict[str, Any], call: Call, limited_by: str | None) -> Evidence:
        if reply["sdk"] is not None and reply["sdk"] != self._where.sdk:
            self._where = self._where._replace(sdk=reply["sdk"])
        reply["timeout_enforced"] = True  # from here, whatever the handler has done to the timer of its process
        reply["memory_limited_by"] = limited_by
        reply["profiled_mb"] = self._spec["memory_mb"] if self._spec["profiles_memory"] else None
        reply["notes"] = self._notes()
        return read_reply(reply, call, self._where, self._function)

    def _notes(self) -> tuple[str, ...]:
        return (*self._interpreter.notes, *filter(None, (getattr(self._launcher, "note", None),)))


def _quiet(told: bytes, lines: list[dict[str, Any]], call: Call, like: Evidence) -> Evidence | QuietCall:
    unpacked = unpack_quiet(told)
    quiet = quiet_call(unpacked, decode(unpacked.text), call, like)
    return evidence_of(quiet)._replace(logs=log_lines(lines)) if lines else quiet


def _unpacked(told: bytes | dict[str, Any]) -> tuple[Quiet | dict[str, Any], Any]:
    if isinstance(told, dict):
        return told, None
    quiet = unpack_quiet(told)
    return quiet, decode(quiet.text)


def _clock_folder(environ: Mapping[str, str]) -> str:
    from fn_emulator.runners.cache import cache_folder
    from fn_emulator.runners.clock_folder import clock_folder

    return clock_folder(cache_folder(environ, "clocks"))


def _runtime(version: tuple[int, ...]) -> str:
    return f"py{version[0]}{version[1]}"
