"""Trials: the same deliveries again and again, each time from the same beginning, and what came of each of them.

How it works: the function's world is put in place once, under a frozen clock. A *fresh* trial executes the function's
modules again (``fresh``) in a process whose state that is not theirs was put back (``beside``); a warm one goes on with
the state of the trial before. Clock and random sources begin anew with each trial. A delivery of which there is nothing
to say but its answer is *quiet*, and told in a few bytes (``stretch``).
"""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps  # not by the module's name: a handler may put another encoder in its place
from types import ModuleType
from typing import TYPE_CHECKING, Any, Callable

from .answer import decode
from .beside import Beside
from .collecting import Collecting
from .culprit import Culprits
from .fresh import FreshStarts
from .handler import Handler
from .left_open import hold_open
from .limits import TimeIsUp
from .randomness import Randomness
from .running import QUIET_S, empty_reply
from .state import Snapshot
from .stretch import Quiet, next_owner

if TYPE_CHECKING:
    from .load import FunctionModules
    from .owner import Owner
    from .stretch import Tell


class TrialHandler(Handler):
    """A handler that is loaded freshly over and over.

    Attributes:
        given: What it was last given as ``data``.
    """

    def __init__(
        self,
        spec: Mapping[str, Any],
        modules: FreshStarts,
        get_client: Callable[[], Any],
        on_loaded: Callable[[], None],
    ) -> None:
        super().__init__(spec, modules, get_client)
        self._on_loaded = on_loaded
        self.given: Any = None

    def load(self) -> None:
        """Import it freshly."""
        super().load()
        self._on_loaded()

    def arguments(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What it is called with."""
        taken = super().arguments(request)
        self.given = taken.get("data")
        return taken


class Trials:
    """A list of trials, in a session that is entered.

    Attributes:
        has_left_open: Whether the last start has left open what warns if it is freed; to be freed after this one is.
    """

    def __init__(
        self,
        session: Any,
        spec: Mapping[str, Any],
        modules: FunctionModules,
        get_client: Callable[[], Any],
        tell: Tell,
    ) -> None:
        """Prepare.

        Args:
            session: The session (``session.Session``), cold; trials are a part of it.
            spec: Its specification.
            modules: Its modules.
            get_client: Gives its client.
            tell: Is told what comes of each delivery.
        """
        from datetime import datetime

        self.has_left_open = False
        self._session = session
        self._tell = tell
        self._read = datetime.fromisoformat  # of the real class, as in ``stretch``
        self._fresh = FreshStarts(modules)
        self._beside = Beside(session.leftovers)
        self._randomness = Randomness()
        self._collecting = Collecting()
        self._name: str = spec["module"]
        self._is_user_file = modules.is_user_file
        self._handler = TrialHandler(spec, self._fresh, get_client, self._loaded)
        self._is_untouched = True
        self._looks_at_state = False
        self._snapshot: Snapshot | None = None
        self._culprits: Culprits | None = None
        self._has_moved = False
        self._stands_at: str | None = None
        self._known = -1
        self._is_import_random = False

    def run(self, owner: Owner, request: Mapping[str, Any]) -> int:
        """Make the trials, and give how many were made.

        Args:
            owner: The owner of the first delivery.
            request: As ``Session.run_trials`` takes it.
        """
        self._fresh.start()
        self._beside.start()
        last: list[ModuleType] = []
        try:
            self._randomness.start()
            try:
                return self._run(owner, request)
            finally:
                last = [module for _, module in self._fresh.loaded()]
                self._beside.put_back()
                self._randomness.stop()
        finally:
            self._fresh.stop()
            self.has_left_open = hold_open(last)

    def _run(self, owner: Owner, request: Mapping[str, Any]) -> int:
        session, bodies = self._session, request["bodies"]
        self._stands_at = request["frozen_at"]
        own = dict(request, is_next=False)
        goes_on, made = True, 0
        for is_fresh, world, looks_at_state, locates, deliveries, seed, instant in request["trials"]:
            if is_fresh and not goes_on:
                break
            self._move_to(instant or request["frozen_at"])
            is_fresh = self._begin(request["random_seed"] if seed is None else seed, is_fresh=is_fresh)
            self._looks_at_state = bool(looks_at_state or locates)
            self._culprits = Culprits(locates, self._is_user_file) if locates else None
            if not is_fresh:
                self._take_snapshot()
            for number, body in enumerate(deliveries, start=1):
                if own["is_next"]:
                    owner = next_owner(session, owner, world, is_untouched=self._is_untouched)
                    session.limits.start_next()
                else:
                    owner.world = world
                own["data"] = bodies[body]
                if number > 1 and self._culprits is not None:
                    self._culprits.go_on()
                is_last = number == len(deliveries)
                goes_on, has_ended = self._deliver(owner, own, is_last=is_last)
                own["is_next"] = True
                if session.limits.interrupted:
                    return made
                if has_ended:
                    break
            made += 1
        return made

    def _move_to(self, instant: str | None) -> None:
        frozen = self._session.frozen
        if frozen is not None and instant is not None and (self._has_moved or instant != self._stands_at):
            frozen.move_to(self._read(instant))
            self._has_moved, self._stands_at = False, instant

    def _begin(self, random_seed: int, *, is_fresh: bool) -> bool:
        """A trial begins; whether it is a fresh one, as it is after the end of its process in any case."""
        if self._handler.handle is None:
            is_fresh = True
        if is_fresh:
            self._handler.handle = None
            self._fresh.forget()
            self._beside.put_back()
            self._collecting.collect()
            if self._known < 0:
                self._watch()
        self._randomness.begin(random_seed)
        return is_fresh

    def _loaded(self) -> None:
        """The handler was imported, and is not yet called."""
        # An import that took no random value once takes none the next time either: it is the same.
        if self._fresh.count != self._known:
            self._watch()
            self._is_import_random = self._randomness.is_used()
        elif self._is_import_random or self._randomness.is_stream_used:
            self._randomness.seed()
        self._take_snapshot()

    def _watch(self) -> None:
        self._known = self._fresh.count
        self._beside.watch(self._fresh.codes(self._name))

    def _take_snapshot(self) -> None:
        if self._looks_at_state:
            self._snapshot = Snapshot(self._fresh.loaded(), self._beside)
            if self._culprits is not None:
                self._culprits.start(self._snapshot)

    def _deliver(self, owner: Owner, request: Mapping[str, Any], *, is_last: bool) -> tuple[bool, bool]:
        """Make a delivery; whether other trials may follow, and whether it ended the process that it stands for."""
        session, handler = self._session, self._handler
        reply = empty_reply()
        try:
            session.running.run(handler, owner, request, reply)
        finally:
            if self._culprits is not None:
                self._culprits.pause()
        if session.limits.interrupted:
            return False, True
        if session.frozen is not None:
            reply["moved_s"] = session.frozen.moved_s
            self._has_moved = self._has_moved or reply["moved_s"] != 0
        answer, has_ended = reply["answer"], reply["timed_out"] or reply["death"] is not None
        is_short = reply["duration_s"] < QUIET_S
        is_nothing_left = session.left.is_silent(session.frozen) if is_short else session.left.is_nothing
        self._is_untouched = owner.route is None and is_nothing_left and not has_ended
        seen: dict[str, Any] = {}
        if self._looks_at_state:
            self._look_at_state(seen, request["data"], is_last=is_last or has_ended)
        is_quiet = (
            reply["stage"] == "done"
            and answer is not None
            and "text" in answer
            and is_nothing_left
            and not seen
            and not session.network.refused
            and not session.environment.reads
            and not has_ended
        )
        if not is_quiet:
            reply.update(seen)
            reply["left"] = session.left.found()
            session.tell_surroundings(reply)
        lines = session.capture.next_call()
        if has_ended:
            handler.handle = None
        if is_quiet:
            quiet = Quiet(reply["started"], reply["duration_s"], reply["moved_s"], answer["text"])
            return self._tell.quiet(quiet, answer["value"], lines), False
        reply["logs"] = lines
        return self._tell.reply(reply), has_ended

    def _look_at_state(self, seen: dict[str, Any], text: str, *, is_last: bool) -> None:
        if _is_changed(self._handler.given, text):
            seen["is_input_changed"] = True
        self._handler.given = None
        snapshot = self._snapshot
        if is_last and snapshot is not None and (changes := snapshot.changes()):
            seen["state"] = changes if self._culprits is None else self._culprits.placed(changes)


def _is_changed(given: Any, text: str) -> bool:
    """Whether what a handler was given is something else now."""
    if given is None:
        return False
    before = decode(text)
    try:
        # What is not equal to itself (NaN) is the same as text.
        return bool(given != before) and dumps(given) != dumps(before)
    except BaseException as exc:  # it put an object of its own in
        if isinstance(exc, TimeIsUp):
            raise
        return True
