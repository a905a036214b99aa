"""One call while the user's code runs: how far it came, how long it took, and what it raised, as a reply."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from signal import SIGABRT
from types import CoroutineType
from typing import Any

from . import traces
from .answer import encode_answer
from .capture import Capture
from .client import SdkMissing
from .handler import Handler
from .journal import Journal
from .limits import CallLimits, TimeIsUp
from .owner import Owner
from .realtime import REAL

QUIET_S = 0.001
"""Of a call in a row that takes less only what it says is looked at: no processor time is taken, no process sought."""

_KNOWN_FOR_S = 0.01
"""For so long calls in a row go by one look at the processor time, which takes longer than a small handler: the calls
since then were at work all the time, as each was so short that it cannot have waited for long."""

TIMEOUT_EXIT_CODE = 3
"""What the command exits with after a timeout, when it has to end itself."""


class Running:
    """Runs the calls of one session, one after the other."""

    def __init__(self, spec: Mapping[str, Any], capture: Capture, limits: CallLimits, journal: Journal | None) -> None:
        """Prepare."""
        self._profiles_memory = bool(spec.get("profiles_memory"))
        self._capture = capture
        self._limits = limits
        self._journal = journal
        self._childrens_s = 0.0
        self._looked_at = self._used_s = 0.0

    def run(
        self,
        handler: Handler,
        owner: Owner,
        request: Mapping[str, Any],
        reply: dict[str, Any],
    ) -> None:
        """Import the handler if it is not warm, and call it; ``reply`` is filled in.

        Args:
            handler: The handler.
            owner: Who owns the call.
            request: As ``Session.call`` takes it; ``"is_next": bool`` says whether it follows a call of the same
                stretch, whose end in the journal is its beginning.
            reply: As ``empty_reply`` made it.

        Raises:
            SdkMissing: If the client needs an SDK and this interpreter has none.
        """
        begun = REAL.perf_counter()
        try:
            if not request.get("is_next"):
                self._note_stage("call" if handler.handle is not None else "import")
            self._limits.arm(request["timeout_s"])
            self._run_user_code(handler, owner, request, reply)
            self._limits.disarm()
        except SdkMissing:
            raise
        except BaseException as exc:  # whatever the user's code raises is data, SystemExit and KeyboardInterrupt too
            self._limits.disarm()
            _leave_if_forked(owner, 1)
            if _is_of_the_test(exc):
                raise
            if not self._limits.interrupted:
                self._record(exc, owner, reply)
        finally:
            _leave_if_forked(owner, 0)
            self._limits.disarm()
            reply["timed_out"] = self._limits.expired
            reply["elapsed_s"] = REAL.perf_counter() - begun
            if owner.death is not None:
                reply.update(death=owner.death, failure=None, timed_out=False)

    def _run_user_code(self, handler: Handler, owner: Owner, request: Mapping[str, Any], reply: dict[str, Any]) -> None:
        profile = self._start_profile(owner) if self._profiles_memory else None
        try:
            if handler.handle is None:
                self._import(handler, owner, reply)
            if request.get("only_import"):
                reply["stage"] = "done"
                return
            reply["stage"] = "call"
            answer = self._called(handler, request, reply)
        finally:
            if profile is not None:
                profile.stop()
                reply["memory_profile"] = profile.result()
        _stop_if_dead(owner)
        reply["answer"] = encode_answer(_settled(answer))
        reply["stage"] = "done"

    def _start_profile(self, owner: Owner) -> Any:
        from .memory_profile import MemoryProfile

        tell = (lambda summary: None) if self._journal is None else self._journal.profile
        profile = MemoryProfile(owner.is_user_file, tell)
        profile.start()
        return profile

    def _import(self, handler: Handler, owner: Owner, reply: dict[str, Any]) -> None:
        begun = REAL.perf_counter()
        try:
            handler.load()
        finally:
            reply["import_s"] = REAL.perf_counter() - begun
        _stop_if_dead(owner)
        self._note_stage("call")

    def _called(self, handler: Handler, request: Mapping[str, Any], reply: dict[str, Any]) -> Any:
        arguments = handler.arguments(request)
        begun = REAL.perf_counter()
        if not request.get("is_next") or begun - self._looked_at > _KNOWN_FOR_S:
            self._used_s, self._looked_at = REAL.process_time(), begun
            begun = REAL.perf_counter()
        try:
            return handler.handle(**arguments)
        finally:
            reply["duration_s"] = REAL.perf_counter() - begun
            is_short = request.get("is_next") and reply["duration_s"] < QUIET_S
            reply["cpu_s"] = None if is_short else self._used_since(begun)

    def _used_since(self, begun: float) -> float:
        used_before = self._used_s + begun - self._looked_at
        self._used_s, self._looked_at = REAL.process_time(), REAL.perf_counter()
        used: float = max(0.0, self._used_s - used_before)
        return used if self._journal is None else used + self._more_of_children()

    def _more_of_children(self) -> float:
        """Seconds of processor time of the child processes that have ended since this was asked last."""
        times = os.times()  # of the system itself: no clock that anybody freezes
        before, self._childrens_s = self._childrens_s, times.children_user + times.children_system
        return self._childrens_s - before

    def _note_stage(self, stage: str) -> None:
        if self._journal is not None:
            self._journal.stage(stage)

    def _record(self, exc: BaseException, owner: Owner, reply: dict[str, Any]) -> None:
        reply["place"] = traces.innermost(exc.__traceback__, owner.is_user_file)
        if isinstance(exc, TimeIsUp):
            self._capture.log("stderr", traces.trace_of(exc, heading=traces.TIME_IS_UP))
            return
        if owner.death is not None:
            if owner.death.get("signal") == SIGABRT and reply["place"] is not None:
                self._capture.log("stderr", traces.trace_of(exc, heading=traces.CRASHED_HERE))
            return
        missing = exc.name if isinstance(exc, ImportError) else None
        reply["failure"] = {**traces.describe(exc), "missing_module": missing}
        self._capture.log("stderr", reply["failure"]["trace"])


def empty_reply(started: float | None = None) -> dict[str, Any]:
    """The reply of a call of which nothing is known yet; it starts now, or at seconds since the epoch."""
    return {
        "stage": "import",
        "started": REAL.time() if started is None else started,
        "import_s": 0.0,
        "duration_s": 0.0,
        "cpu_s": 0.0,
        "answer": None,
        "failure": None,
        "place": None,
        "death": None,
        "moved_s": 0.0,
        "clock": None,
    }


def end_process(capture: Capture) -> None:
    """The last resort against a handler that catches its own time limit and goes on for ever."""
    capture.suspend()
    sys.stderr.write(
        "Timeout: the handler catches everything, the end of its time too, and goes on; this process ends here.\n"
    )
    sys.stderr.flush()
    os._exit(TIMEOUT_EXIT_CODE)


def _leave_if_forked(owner: Owner, code: int) -> None:
    """A child process that the handler forked, and that comes back from it, has nobody to come back to."""
    if owner.pid != os.getpid():
        os._exit(code)


def _stop_if_dead(owner: Owner) -> None:
    """A handler that caught what stands for the end of its process goes no further than here."""
    if owner.death is not None:
        raise SystemExit


def _is_of_the_test(exc: BaseException) -> bool:
    """Whether an exception is pytest's own word (its time limit, ``pytest.fail`` in a fake), not the handler's."""
    return any(kind.__module__ == "_pytest.outcomes" for kind in type(exc).__mro__)


def _settled(answer: Any) -> Any:
    if isinstance(answer, CoroutineType):
        answer.close()  # one that nobody awaits would warn later, somewhere else
    return answer
