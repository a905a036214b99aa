"""``--client fake``: the in-memory CDF answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any

from fn_emulator.answering import NO_TRAFFIC, Traffic
from fn_emulator.cdf.address import PROJECT, new_address

if TYPE_CHECKING:
    from datetime import datetime

    from fn_emulator.cdf.exchanges import CallTraffic, Rules
    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.cdf.lenient import Invention, Inventor
    from fn_emulator.cdf.traffic.journal import Entry
    from fn_emulator.cdf.world import World
    from fn_emulator.function import Function
    from fn_emulator.model import JSON, Call, Evidence, Failure
    from fn_emulator.settings import Settings

    Witness = Callable[[Mapping[str, Any], int], None]

_calls = count(1)  # functions may share a CDF, so that a call's number is its own among all of them

MOST_TOLD = 5
"""How many inventions are named."""


class InMemory:
    """The in-memory CDF of a function: one that is given, or one of its own that is made when it is first needed."""

    clock = None

    def __init__(self, function: Function, settings: Settings, cdf: FakeCdf | None) -> None:
        """Prepare; nothing is read yet."""
        self._function = function
        self._settings = settings
        self._given = cdf
        self._own: FakeCdf | None = None
        self._address = new_address() if cdf is None else cdf.base_url
        self._project = PROJECT if cdf is None else cdf.project
        self._rules: Rules | None = None
        self._inventor: Inventor | None = None
        self._seed_note: str | None = None
        self._has_begun = False
        self._witness: Witness | None = None
        self._past: World | None = None
        self._see: Callable[[Iterable[Entry]], None] | None = None
        self._running: dict[int, Call] = {}
        self._introduced: set[int] = set()  # calls that stand among those of the function
        self._lock = Lock()  # a handler's threads may be the first to need it

    @property
    def spec(self) -> Mapping[str, JSON]:
        """Project and address."""
        return {"project": self._project, "base_url": self._address}

    @property
    def cdf(self) -> FakeCdf:
        """The in-memory CDF."""
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                from fn_emulator.cdf.fake import FakeCdf

                self._own = FakeCdf(project=self._project, base_url=self._address)
            return self._own

    @property
    def invented(self) -> dict[str, Any]:
        """What was invented, as a seed."""
        return {} if self._inventor is None else self._inventor.seed()

    def prepare(self) -> None:
        """Make the CDF, while a worker imports its SDK."""
        _ = self.cdf

    def begin(self, call: Call | None) -> int:
        """A call begins: before the first one seeds are read.

        Raises:
            EmulatorError: If one cannot be read, or the identity is not known.
        """
        frozen_at = None if call is None else call.frozen_at
        self.get_ready(frozen_at)
        if frozen_at is not None and self._given is None and self._own is None:
            _ = self.cdf  # imported before the freeze: what is imported under one may keep the frozen clock
        number = next(_calls)
        if call is not None:
            self._running[number] = call
        if self._witness is not None:
            self.cdf.branch(number)
        elif self._past is not None:
            self.cdf.branch(number, self._past, is_rejoining=True)
        return number

    def begin_apart(self, call: Call) -> int:
        """Requests with this number work on a copy of what CDF holds, which nobody sees and ``end_apart`` forgets.

        Raises:
            EmulatorError: As ``begin`` does.
        """
        self.get_ready(call.frozen_at)
        number = next(_calls)
        self._running[number] = call
        self.cdf.branch(number, is_trial=True)
        return number

    def end_apart(self, number: int) -> None:
        """They have ended."""
        self.forget(number)
        self._introduced.discard(number)
        self.cdf.end_call(number)

    def get_ready(self, frozen_at: datetime | None) -> None:
        """Let CDF hold what the first call finds, whose clock stands there; nothing happens later.

        Raises:
            EmulatorError: If a seed cannot be read, or the identity is not known.
        """
        if not self._has_begun:
            self._put_seeds(frozen_at)
            if self._settings.identity is not None:  # a name may be that of a seeded group
                self._rules = self._make_rules()
            self._has_begun = True

    @contextmanager
    def apart(self, witness: Witness) -> Iterator[None]:
        """Let calls that begin meanwhile work on a copy of what CDF holds.

        Args:
            witness: Told of each of their requests, and of the status of its answer.
        """
        self._witness = witness
        try:
            yield
        finally:
            self._witness = None

    @contextmanager
    def seen(self, see: Callable[[Iterable[Entry]], None]) -> Iterator[None]:
        """Let ``see`` be told of what each call has sent, in the order in which they are over."""
        self._see = see
        try:
            yield
        finally:
            self._see = None

    @contextmanager
    def overtaken(self, past: World) -> Iterator[None]:
        """Let calls that begin meanwhile find what CDF held in the past, up to the first change that they make."""
        self._past = past
        try:
            yield
        finally:
            self._past = None

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook."""
        cdf = self.cdf
        if self._rules is None:
            self._rules = self._make_rules()
        call = self._running.get(sent["world"])
        if call is not None and "/functions" in sent["url"] and sent["world"] not in self._introduced:
            from fn_emulator.answering.itself import introduce

            self._introduced.add(sent["world"])
            cdf.put_apart(
                sent["world"], sent["now_ms"], lambda world: introduce(world, self._function, self._settings, call)
            )
        reply = cdf.exchange(sent, self._rules)
        if self._witness is not None:
            self._witness(sent, reply.get("status", 0))
        return reply

    def end(self, number: int, evidence: Evidence | None) -> Traffic:
        """What the call read and wrote, and what it could not."""
        call = self._running.pop(number, None)
        cdf = self._given or self._own
        if cdf is not None and call is not None and number in self._introduced:
            from fn_emulator.answering.itself import close_call

            self._introduced.discard(number)
            has_failed = evidence is None or evidence.stage != "done"
            cdf.put_apart(number, cdf.world.now_ms, lambda world: close_call(world, call, has_failed=has_failed))
        sent = None if cdf is None else cdf.end_call(number)
        if self._see is not None:
            self._see(() if sent is None else sent.entries)
        if sent is None and (evidence is None or not evidence.foreign) and self._seed_note is None:
            return NO_TRAFFIC
        return self._told(sent, evidence)

    def forget(self, number: int) -> None:
        """The call has ended, or never began, and has asked nothing."""
        self._running.pop(number, None)
        if self._witness is not None or self._past is not None:
            self.cdf.end_call(number)
        if self._see is not None:
            self._see(())

    def start_over(self) -> None:
        """Let the next call read the seeds again; a CDF that it shares with others keeps what it holds."""
        if self._given is None:
            self.close()
            self._own = self._rules = self._inventor = self._seed_note = None
            self._has_begun = False

    def close(self) -> None:
        """Let go of a CDF that is ours."""
        if self._own is not None:
            self._own.close()

    def _put_seeds(self, frozen_at: datetime | None) -> None:
        paths = self._settings.seed
        if not paths and (self._given is None or self._given.is_empty):
            paths = self._found_seed()
        if paths:
            self.cdf.seed(*paths)
        if frozen_at is not None:
            from fn_emulator.clock import milliseconds

            self.cdf.start_at(milliseconds(frozen_at))

    def _found_seed(self) -> tuple[str, ...]:
        from fn_emulator.cdf.seed_place import find_seed
        from fn_emulator.settings.places import shown_path

        given = self._function.given
        found = find_seed(given)
        if found is None:
            return ()
        shown = shown_path(given, found)
        self._seed_note = f"CDF starts with {shown}."
        return (shown,)

    def _make_rules(self) -> Rules:
        from fn_emulator.cdf.exchanges import Rules

        settings, caller = self._settings, None
        if settings.identity is not None:
            from fn_emulator.cdf.access import caller_of, identity_of

            caller = caller_of(identity_of(settings.identity, self.cdf.world))
        if settings.is_lenient:
            from fn_emulator.cdf.lenient import make_inventor

            self._inventor = make_inventor()
        return Rules(caller=caller, invent=self._inventor)

    def _told(self, sent: CallTraffic | None, evidence: Evidence | None) -> Traffic:
        from fn_emulator.cdf.traffic.effects import effects_of
        from fn_emulator.runners.observed import known_path

        entries: list[Entry] = [] if sent is None else sent.entries
        foreign = () if evidence is None else evidence.foreign
        effects = effects_of(entries, foreign, lambda file: known_path(self._function, file))
        notes = [] if self._seed_note is None else [self._seed_note]
        notes.extend(_invented(() if self._inventor is None else self._inventor.inventions))
        notes.extend(_not_there(entries))
        failure = None if evidence is None or self._settings.is_lenient else evidence.failure
        return Traffic(effects, tuple(notes), () if failure is None else tuple(_hints(entries, failure)))


def _hints(entries: list[Entry], failure: Failure) -> Iterator[str]:
    """What to do about something that is not there, where the failure comes from that."""
    from fn_emulator.cdf.lenient import empty_store_hint

    refused = [entry for entry in entries if not entry.is_fine]
    if failure.type.startswith("Cognite"):
        refused = refused[-1:]  # what was looked up and missed before it was coped with
    elif "NoneType" not in failure.message:
        refused = []
    hint = next(filter(None, (empty_store_hint([entry]) for entry in reversed(refused))), None)
    if hint is not None:
        yield f"{hint[0].upper()}{hint[1:]}."


def _invented(inventions: Iterable[Invention]) -> Iterator[str]:
    named = [f"{one.resource} {'/'.join(map(str, one.identifier.values()))}" for one in inventions]
    if named:
        more = f" and {len(named) - MOST_TOLD} more" if len(named) > MOST_TOLD else ""
        told = ", ".join(named[:MOST_TOLD])
        yield f"Invented, because it was not there: {told}{more}."


def _not_there(entries: Iterable[Entry]) -> Iterator[str]:
    """What an endpoint that is not there said, each once."""
    yield from dict.fromkeys(entry.error for entry in entries if entry.status == 501 and entry.error)
