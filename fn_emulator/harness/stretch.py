"""Calls that follow one another in one stretch: warm, and under one frozen clock that is moved from call to call.

How it works: the function's world is put in place once, and between two calls only what the one before may have left
is looked at. Nearly every call leaves nothing but an answer: it is *quiet*, and told in a few bytes. A year of calls
takes as long as a few hundred that come one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .realtime import REAL
from .running import QUIET_S, empty_reply

if TYPE_CHECKING:
    from .owner import Owner

_QUIET = struct.Struct("=ddd")


class Tell(Protocol):
    """Is told what comes of each call of a stretch, and says whether there is to be another one."""

    def quiet(self, quiet: Quiet, answer: Any, lines: list[dict[str, Any]]) -> bool:
        """A call was quiet; ``answer`` is its answer as JSON makes it, ``lines`` are those that it wrote."""
        ...

    def reply(self, reply: dict[str, Any]) -> bool:
        """Another call, with what ``Session.call`` gives."""
        ...


class Quiet(NamedTuple):
    """What is to be told of a quiet call.

    Attributes:
        started: Seconds since the epoch.
        duration_s: Seconds of the handler alone.
        moved_s: Seconds by which a frozen clock went on.
        text: Its answer as JSON.
    """

    started: float
    duration_s: float
    moved_s: float
    text: str


def pack_quiet(quiet: Quiet) -> bytes:
    """The same in bytes."""
    return _QUIET.pack(*quiet[:3]) + quiet.text.encode("ascii")


def unpack_quiet(packed: bytes) -> Quiet:
    """What ``pack_quiet`` was given."""
    started, duration_s, moved_s = _QUIET.unpack_from(packed)
    return Quiet(started, duration_s, moved_s, packed[_QUIET.size :].decode("ascii"))


class Stretch:
    """One stretch of calls, in a session that is entered.

    Attributes:
        has_died: Whether the last call would have ended its process.
    """

    def __init__(self, session: Any, tell: Tell) -> None:
        """Prepare.

        Args:
            session: The session (``session.Session``); a stretch is a part of it.
            tell: Is told what comes of each call.
        """
        from datetime import datetime

        self._session = session
        self._tell = tell
        self._epoch = 0.0
        # The real class's: as it is before the freeze, but for one that lies around it.
        self._read = datetime.fromisoformat
        self._is_enforced = False
        self._is_untouched = True
        self.has_died = False

    def run(self, owner: Owner, request: Mapping[str, Any]) -> int:
        """Make the calls, and give how many were made.

        Args:
            owner: The owner of the first.
            request: As ``Session.call_each`` takes it.
        """
        session = self._session
        # When each starts is told by the clock of durations: a look at the other one takes ten times as long.
        self._epoch = REAL.time() - REAL.perf_counter()
        until = REAL.perf_counter() + request["until_s"]
        is_in_step, info = request["in_step"], request["call_info"]
        own_request = dict(request)
        made = 0
        for instant, world, own_info, *data in request["calls"]:
            if made:
                owner = self._next(owner, world)
                session.limits.start_next()
            if instant is not None:
                session.frozen.move_to(self._read(instant))
            made += 1
            own_request["call_info"] = {**info, **own_info}
            own_request["is_next"] = made > 1
            own_request["data"] = data[0] if data else request["data"]
            goes_on = self._one(owner, own_request, is_first=made == 1)
            if not goes_on or session.limits.interrupted or self.has_died:
                break
            if (is_in_step and owner.route is not None) or REAL.perf_counter() > until:
                break
        return made

    def _one(self, owner: Owner, request: Mapping[str, Any], *, is_first: bool) -> bool:
        session = self._session
        reply = empty_reply(self._epoch + REAL.perf_counter())
        session.running.run(session.handler, owner, request, reply)
        if session.limits.interrupted:
            return False
        answer = reply["answer"]
        is_short = reply["duration_s"] < QUIET_S
        # What C code starts in less than that is seen with a later call.
        is_nothing_left = session.left.is_silent(session.frozen) if is_short else session.left.is_nothing
        self._is_untouched = owner.route is None and is_nothing_left
        is_quiet = (
            not is_first
            and reply["stage"] == "done"
            and is_short
            and answer.get("changed") == []
            and self._is_untouched
            and session.capture.input_read_at is None
            and not session.network.refused
            and not session.environment.reads
            and session.limits.enforced == self._is_enforced
            and not reply["timed_out"]
            and owner.death is None
        )
        if not is_quiet:
            reply["left"] = session.left.found()  # first of all: it lets what is nearly over end, and write
            session.tell_surroundings(reply)
        if session.frozen is not None:
            reply["moved_s"], reply["clock"] = session.frozen.moved_s, session.frozen.covers
        lines = session.capture.next_call()
        if is_quiet:
            quiet = Quiet(reply["started"], reply["duration_s"], reply["moved_s"], answer["text"])
            goes_on = self._tell.quiet(quiet, answer["value"], lines)
        else:
            reply["logs"] = lines
            self._is_enforced = reply["timeout_enforced"]
            self.has_died = reply["death"] is not None
            goes_on = self._tell.reply(reply)
        return goes_on

    def _next(self, owner: Owner, world: int) -> Owner:
        return next_owner(self._session, owner, world, is_untouched=self._is_untouched)


def next_owner(session: Any, owner: Owner, world: int, *, is_untouched: bool) -> Owner:
    """The owner of the next call, and a process that is as the first call found it.

    Args:
        session: The session, which is entered.
        owner: The owner of the call before.
        world: The next call's.
        is_untouched: Whether nothing has taken that owner along.
    """
    session.environment.start_next()
    session.leftovers.start_next()
    if session.network.refused:
        session.network.start()
    if is_untouched:
        owner.world = world
        return owner
    session.end_call()
    return session.begin_call(world)  # type: ignore[no-any-return]
