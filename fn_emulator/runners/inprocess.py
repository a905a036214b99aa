"""The fastest runner: the handler runs in our own process, where a debugger reaches it and nothing isolates it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.errors import RunnerError, SdkMissingError
from fn_emulator.function import Function
from fn_emulator.harness.client import SdkMissing
from fn_emulator.harness.peak import peak_memory_mb
from fn_emulator.harness.session import open_session
from fn_emulator.harness.turn import NestedCall
from fn_emulator.model import Call, Evidence, QuietCall, Where
from fn_emulator.runners import AT_ONCE, Pace, Show
from fn_emulator.runners.frames import evidence_of, log_lines, quiet_call, read_reply, request, stretch_request
from fn_emulator.runners.left_processes import LeftProcesses
from fn_emulator.runners.waiting import Waiting
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fn_emulator.harness.stretch import Quiet
    from fn_emulator.runners import Exchange
    from fn_emulator.runners.trials import Conditions
    from fn_emulator.trials import Trial, TrialEvidence


class _Kept:
    """What came of the calls of a stretch (``harness.stretch.Tell``)."""

    def __init__(self, keep_hold_of: Callable[[Any], None]) -> None:
        self.seen: list[tuple[Quiet | dict[str, Any], Any, list[dict[str, Any]]]] = []
        self._keep_hold_of = keep_hold_of

    def quiet(self, quiet: Quiet, answer: Any, lines: list[dict[str, Any]]) -> bool:
        self.seen.append((quiet, answer, lines))
        return True

    def reply(self, reply: dict[str, Any]) -> bool:
        self._keep_hold_of(reply["left"])  # now: what comes of it need not be looked at by anybody
        self.seen.append((reply, None, reply["logs"]))
        return True


class InProcess:
    """Runs one function in this process."""

    name = "inprocess"

    def __init__(
        self,
        function: Function,
        settings: Settings,
        spec: Mapping[str, Any],
        *,
        client: Any = None,
        exchange: Exchange | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Open the function; nothing of the user's is imported yet.

        Args:
            function: The function.
            settings: Its settings.
            spec: What its session is opened with.
            client: An object to hand to the handler as ``client``; None for the one that the settings name.
            exchange: What answers the requests to CDF; None when they go where they always went.
            notes: What the user is to know about where the function runs.
        """
        self._function = function
        self._notes = notes
        self._is_reloaded = False
        self._settings = settings
        self._where = Where(
            runner=self.name,
            runtime=f"py{sys.version_info.major}{sys.version_info.minor}",
            cloud=settings.cloud,
            client=settings.client if client is None else "given",
        )
        # A command has its process to itself, a test has not.
        ours = {"survives_endings": True, "has_terminal": True, "may_end_process": spec["env_only"]}
        self._session = open_session({**spec, **ours}, client, exchange)
        self._left = LeftProcesses()

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
            SdkMissingError: If the client needs cognite-sdk and this interpreter has none.
            RunnerError: If it is called from within another call of this process.
        """
        is_cold, self._is_reloaded = is_cold or self._is_reloaded, False
        frame = request(call, self._settings, timeout_s=timeout_s, is_cold=is_cold, preload=preload, world=world)
        try:
            reply = self._session.call(frame, show)
        except (SdkMissing, NestedCall) as exc:
            raise self._told(exc) from None
        self._keep_hold_of(reply["left"])
        return self._evidence(reply, call)

    def _told(self, problem: SdkMissing | NestedCall) -> RunnerError:
        if isinstance(problem, SdkMissing):
            return SdkMissingError(
                f"--client {self._settings.client} needs cognite-sdk, which {sys.executable} does not have.",
                hint='install it beside fn-emulator: pip install "fn-emulator[cdf]"',
            )
        return RunnerError(
            f"{self._function.given} was called from within a call that runs in the same process.",
            hint="call it after the other call has ended: in process one call runs at a time",
        )

    def _evidence(self, reply: dict[str, Any], call: Call) -> Evidence:
        if reply["sdk"] != self._where.sdk:
            self._where = self._where._replace(sdk=reply["sdk"])
        reply["peak_memory_mb"] = peak_memory_mb()
        reply["notes"] = self._notes
        return read_reply(reply, call, self._where, self._function)

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
        """Call the handler for each; see ``Runner``. Whenever it yields, the process is as it was found."""
        preload, waiting = tuple(preload), Waiting(calls)
        while some := waiting.next():
            is_cold, self._is_reloaded = is_cold or self._is_reloaded, False
            frame = stretch_request(
                some, self._settings, timeout_s=timeout_s, is_cold=is_cold, preload=preload, pace=pace
            )
            is_cold, kept = False, _Kept(self._keep_hold_of)
            try:
                waiting.take(self._session.call_each(frame, kept, show))
            except (SdkMissing, NestedCall) as exc:
                raise self._told(exc) from None
            like: Evidence | None = None
            for (call, _), (told, answer, lines) in zip(some, kept.seen, strict=False):
                if isinstance(told, dict):
                    like = self._evidence(told, call)
                    yield like
                    continue
                assert like is not None  # the first of a stretch is never quiet
                quiet = quiet_call(told, answer, call, like)
                yield evidence_of(quiet)._replace(logs=log_lines(lines)) if lines else quiet

    def run_trials(
        self,
        trials: Iterable[tuple[Trial, int]],
        conditions: Conditions,
        *,
        is_cold: bool = False,
        show: Show | None = None,
    ) -> Iterator[TrialEvidence]:
        """Run trials; see ``Runner``. A cold one imports the handler as the first call does."""
        from fn_emulator.runners.trials import Collected, portions, trials_request

        for pairs in portions(trials, is_cold=is_cold):
            made = 0
            while made < len(pairs):
                kept, left = _Kept(self._keep_hold_of), pairs[made:]
                try:
                    made += self._session.run_trials(trials_request(left, conditions, self._settings), kept, show)
                except (SdkMissing, NestedCall) as exc:
                    raise self._told(exc) from None
                collected = Collected(left, self._function)
                yield from filter(None, (collected.add(*seen) for seen in kept.seen))

    def reload(self) -> None:
        """Let the next call start freshly; other people's modules stay."""
        self._is_reloaded = True

    def close(self) -> None:
        """Leave the process as it was found."""
        self._left.end()
        self._session.close()

    def _keep_hold_of(self, left: Sequence[Mapping[str, Any]]) -> None:
        if not left:
            return
        # Those of multiprocessing are waited for by Python itself at the end of this process, and are told there.
        multiprocessing = sys.modules.get("multiprocessing")
        known = () if multiprocessing is None else {child.pid for child in multiprocessing.active_children()}
        for entry in left:
            if entry["kind"] == "process" and entry["pid"] not in known:
                self._left.take(entry["pid"])
