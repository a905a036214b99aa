"""The requests of calls and of a test to one world: answered, kept in order, told apart by the number of the call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.cdf.dispatch import UNAUTHORIZED, Wire, handle, is_unauthorized
from fn_emulator.cdf.traffic.classify import AUTH, READ, classify
from fn_emulator.cdf.traffic.journal import Entry, Journal
from fn_emulator.cdf.world import Tally, World
from fn_emulator.harness.realtime import REAL

if TYPE_CHECKING:
    from fn_emulator.cdf.access import Caller


class Rules(NamedTuple):
    """What holds for one function's requests.

    Attributes:
        caller: Who it is, and what it may do (``fn_emulator.cdf.access.Caller``); None may do everything.
        invent: Called for what is looked up and not there; None leaves it missing.
    """

    caller: Caller | None = None
    invent: Callable[[World, str, Mapping[str, Any]], bool] | None = None


class CallTraffic(NamedTuple):
    """What one call sent, and the state before its first request."""

    before: World
    entries: list[Entry]


class Exchanges:
    """A world, and who asks it.

    Attributes:
        world: Its state.
        journal: Every request that it answered.
    """

    def __init__(self, project: str, *, keeps_journal: bool) -> None:
        """An empty world.

        Args:
            project: Name of its project.
            keeps_journal: Whether it remembers the requests that it answered, with their bodies.
        """
        self.world = World(project)
        self.journal = Journal(is_kept=keeps_journal)
        self._lock = threading.RLock()
        self._faults: Any = None
        self._calls: dict[int, CallTraffic] = {}
        self._sent_in_calls: list[Entry] = []
        self._branches: dict[int, World] = {}
        self._rejoining: set[int] = set()  # calls that leave their branch with their first write
        self._trials: set[int] = set()
        self._before: World | None = None
        self._before_last: World | None = None
        self._untouched: tuple[World, list[Any]] | None = None  # before the seeds, as long as nothing else happened

    def branch(
        self, number: int, world: World | None = None, *, is_rejoining: bool = False, is_trial: bool = False
    ) -> None:
        """Let the requests of a call work on a snapshot; nobody else sees what it writes.

        Args:
            number: The ``world`` that its requests carry; ``end_call`` forgets it.
            world: What it is a snapshot of; what is there now when None.
            is_rejoining: Whether this ends with the first request that writes: that one and all later ones work on
                what is there then, as those of a call that has read before others wrote. To make what is there already,
                or to write what it already holds, is no write.
            is_trial: Whether what it writes is not among ``writes`` either.
        """
        with self._lock:
            self._branches[number] = (world or self.world).fork()
            if is_rejoining:
                self._rejoining.add(number)
            if is_trial:
                self._trials.add(number)

    def restart_from(self, world: World) -> None:
        """Hold this state, from which what calls change is counted anew."""
        with self._lock:
            self.world = world
            self._before = self._before_last = self._untouched = None

    def put_apart(self, number: int, now_ms: int, put: Callable[[World], None]) -> None:
        """Put in what is nobody's write: into the world of a call, and into those that differences start from.

        Args:
            number: The call.
            now_ms: The clock, in epoch milliseconds.
            put: Puts it into a world; must put the same into each.
        """
        with self._lock:
            world = self._branches.get(number, self.world)
            call = self._call(world, number)
            worlds = {id(one): one for one in (world, call.before, self._before, self._before_last) if one is not None}
            for one in worlds.values():
                one.now_ms = now_ms
                put(one)

    def end_call(self, number: int) -> CallTraffic | None:
        """What a call sent, and the state before its first request; None when it sent nothing."""
        with self._lock:
            self._branches.pop(number, None)
            self._rejoining.discard(number)
            self._trials.discard(number)
            return self._calls.pop(number, None)

    def handle(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, *, now_ms: int, site: Any = None
    ) -> Wire:
        """Answer one HTTP request.

        Args:
            method: ``GET``, ``POST`` ...
            url: The whole URL.
            headers: The request's headers, names in lower case.
            body: The body as it was sent.
            now_ms: The clock of the request, in epoch milliseconds.
            site: File and line of the user's that sent it, or None.

        Returns:
            Status, headers and body of the answer.
        """
        sent = {"method": method, "url": url, "headers": headers, "body": body, "now_ms": now_ms, "site": site}
        with self._lock:
            self._untouched = None
            return self._answer(self.world, sent)

    def exchange(self, sent: Mapping[str, Any], rules: Rules = Rules()) -> dict[str, Any]:  # noqa: B008 - it is frozen
        """Answer a request of the hook: ``{"method", "url", "headers", "body", "now_ms", "site", "world"}``.

        ``world`` is the number of a call; 0 is a test's own client.

        Args:
            sent: The request.
            rules: What holds for who sent it.

        Returns:
            ``{"status", "headers", "body"}``, or ``{"raise": "timeout" | "reset"}``.
        """
        with self._lock:
            self._untouched = None
            world = self._branches.get(sent["world"], self.world)
            _apply(rules, world)
            if sent["world"] in self._rejoining and _writes(world, sent):
                self._rejoining.discard(sent["world"])
                del self._branches[sent["world"]]
                world = self.world
                _apply(rules, world)
            if not sent["world"]:
                return _in_wire_form(self._answer(world, sent))
            call = self._call(world, sent["world"])
            mark = self.journal.mark()
            try:
                return self._exchange_in_call(world, sent)
            finally:
                entries = self.journal.since(mark)
                call.entries.extend(entries)
                if sent["world"] not in self._trials:
                    self._sent_in_calls.extend(entries)

    def _exchange_in_call(self, world: World, sent: Mapping[str, Any]) -> dict[str, Any]:
        if is_unauthorized(sent["url"], sent["headers"]):
            body = UNAUTHORIZED.encode()
            self.journal.record(sent, 401, body, 0.0, Tally())
            return {"status": 401, "headers": {"content-type": "application/json"}, "body": body}
        fault = None if self._faults is None else self._faults.next(sent["method"], sent["url"])
        if fault is None:
            return _in_wire_form(self._answer(world, sent))
        from fn_emulator.cdf.faults import exchange

        mark = self.journal.mark()
        reply = exchange(fault, sent, lambda sent: self._answer(world, sent))
        if self.journal.mark() == mark:  # it struck before the store was asked
            self.journal.record(sent, reply.get("status", 0), reply.get("body", b""), 0.0, Tally())
        return reply

    def _answer(self, world: World, sent: Mapping[str, Any]) -> Wire:
        started = REAL.perf_counter()
        world.now_ms = sent["now_ms"]
        wire = handle(world, sent["method"], sent["url"], sent["headers"], sent["body"])
        ms = (REAL.perf_counter() - started) * 1000
        self.journal.record(sent, wire[0], wire[2], ms, world.tally)
        return wire

    def _call(self, world: World, number: int) -> CallTraffic:
        call = self._calls.get(number)
        if call is None:
            call = self._calls[number] = CallTraffic(world.fork(), [])
            if world is self.world:
                self._before = self._before or call.before
                self._before_last = call.before
        return call


def _apply(rules: Rules, world: World) -> None:
    world.caller, world.may, world.covers = rules.caller or (None, None, None)
    world.invent = rules.invent


def _writes(world: World, sent: Mapping[str, Any]) -> bool:
    """Whether a request is one that needs what it finds to be so; tried on a world, which stays as it is."""
    if classify(sent["method"], sent["url"]).kind in (READ, AUTH):
        return False
    tried = world.fork()
    tried.now_ms = sent["now_ms"]
    status, _, _ = handle(tried, sent["method"], sent["url"], sent["headers"], sent["body"])
    tally = tried.tally
    return status != 409 and not (tally.unchanged and not (tally.created or tally.updated or tally.deleted))


def _in_wire_form(wire: Wire) -> dict[str, Any]:
    status, headers, body = wire
    return {"status": status, "headers": headers, "body": body}
