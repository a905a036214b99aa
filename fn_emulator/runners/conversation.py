"""Calls go to a worker, replies come back, and what it asks CDF meanwhile is answered: all of it in one thread.

Nothing here waits for the worker alone, which may do anything. It ends its own calls when their time is up; one that
does not (a loop in C, a handler that catches everything) is ended a moment later. A call in which the worker ended gets
a reply like any other, made of what the worker wrote down before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fn_emulator.harness.frame import ChannelError
from fn_emulator.harness.realtime import REAL
from fn_emulator.runners import CallAbandoned
from fn_emulator.runners.child import GRACE_S, Child

if TYPE_CHECKING:
    from fn_emulator.harness.frame import Frame
    from fn_emulator.runners import Exchange, Show

LOOK_EVERY_S = 0.05
"""How often output is shown, memory is measured and the caller is asked while a call runs."""

PREPARATION_S = 300.0
"""How long other people's modules may take to be imported before a call at a frozen instant; our choice."""

JOURNAL_BYTES = 8 * 1024 * 1024
"""A journal that is larger begins anew with the next request."""

_FOR_EVER_S = 3600.0
_SPOILT = "fn-emulator ended the process: the function wrote to a descriptor that it has not opened."


class NoSdk(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """The worker's interpreter, its only argument, has no cognite-sdk."""


class Conversation:
    """A list of calls and what comes of them; iterate over it once."""

    def __init__(
        self,
        child: Child,
        requests: Sequence[Mapping[str, Any]],
        *,
        exchange: Exchange | None,
        show: Show | None,
        is_last: bool = False,
        is_wanted: Callable[[], bool] | None = None,
    ) -> None:
        """Send the calls.

        Args:
            child: The worker.
            requests: As ``Session.call`` takes them.
            exchange: Answers its requests to CDF.
            show: Told each line that it writes, soon after it is written.
            is_last: Whether the worker ends after them.
            is_wanted: Asked over and over while a call runs; None to ask nobody.
        """
        self._child = child
        self._requests = requests
        self._exchange = exchange
        self._show = show
        self._is_wanted = is_wanted
        self._error: Exception | None = None
        self._stack: str | None = None
        self._is_over_limit = False
        self._replies: list[dict[str, Any]] = []
        is_long = child.journal.held > JOURNAL_BYTES
        if is_long:
            child.journal.start_anew()
        child.journal.begin(show)
        self._asked_at = REAL.perf_counter()
        header = {"op": "call", "new_journal": is_long, "is_last": is_last}
        child.calls.send(header, json.dumps(requests).encode("ascii"))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield a reply for each call; after one in which the worker ended there are no more.

        Raises:
            NoSdk: If a client cannot be made there.
            CallAbandoned: If its answer is not wanted any more; the worker still runs.
            Exception: What ``exchange`` raised.
        """
        for request in self._requests:
            reply = self._next(request["timeout_s"])
            if self._error is not None:
                raise self._error
            if reply is None:
                from fn_emulator.runners.dead import reply_of_the_dead

                reply = reply_of_the_dead(self._child, self._stack, is_over_limit=self._is_over_limit)
                if self._child.journal.mistake is not None:
                    raise RuntimeError(f"a worker ended by a mistake of fn-emulator's\n{self._child.journal.mistake}")
                yield reply
                return
            yield reply
            self._child.journal.begin(self._show)
            self._asked_at = REAL.perf_counter()

    def _next(self, limit_s: float | None) -> dict[str, Any] | None:
        child = self._child
        while not self._replies:
            if self._is_wanted is not None and not self._is_wanted():
                child.journal.look()  # what it has said is shown
                raise CallAbandoned
            child.wait(self._pause(limit_s))
            has_ended = child.has_ended()  # asked before reading: what it said until then is there
            try:
                self._answer()
                self._replies.extend(map(self._read, child.calls.receive()))
            except ChannelError:
                self._give_up()
            if not self._replies:
                if has_ended:
                    return None
                self._look_after(limit_s)
        return self._with_output(self._replies.pop(0))

    def _give_up(self) -> None:
        self._child.kill()
        self._child.calls.close()
        self._child.journal.look()
        self._child.journal.log("stderr", _SPOILT)

    def _look_after(self, limit_s: float | None) -> None:
        """What is to be done now and then while a call runs."""
        child = self._child
        if self._show is not None:
            child.journal.look()
        if child.limit.is_exceeded(child.pid, child.journal.kept_mb()):
            self._is_over_limit = True
            child.kill()
        elif self._time_left(limit_s) <= 0:
            self._stack = child.stop()
            child.calls.close()  # a reply that comes now comes too late

    def _pause(self, limit_s: float | None) -> float:
        left_s = self._time_left(limit_s)
        is_followed = self._show is not None or self._is_wanted is not None
        is_watched = is_followed or self._child.limit.way == "resource limits"
        # When its time began nobody tells us: that stands in the journal.
        has_to_look = is_watched or (limit_s is not None and self._child.journal.stage is None)
        return min(LOOK_EVERY_S if has_to_look else _FOR_EVER_S, left_s)

    def _time_left(self, limit_s: float | None) -> float:
        """Seconds until the worker must have ended the call itself."""
        if limit_s is None:
            return _FOR_EVER_S
        journal = self._child.journal
        if journal.stage is None:
            journal.read()
        # Its clock is ours; before the user's code begins, it imports other people's.
        begun = self._asked_at + PREPARATION_S if journal.stage is None else journal.began
        return float(begun + limit_s + GRACE_S - REAL.perf_counter())

    def _answer(self) -> None:
        for header, body in self._child.asks.receive():
            from fn_emulator.harness.exclusive import exclusively

            number = header.pop("number", None)
            try:
                assert self._exchange is not None
                reply = {**exclusively(self._exchange, {**header, "body": body}), "number": number}
            except Exception as exc:  # a fault of the store's: the worker must not wait for ever
                self._error = exc
                reply = {"number": number, "error": f"{type(exc).__name__}: {exc}"}
            self._child.asks.send(reply, reply.pop("body", b""))

    def _read(self, frame: Frame) -> dict[str, Any]:
        header, body = frame
        if header["op"] == "no-sdk":
            raise NoSdk(header["python"])
        size = header["size"]
        reply: dict[str, Any] = json.loads(body[:size])
        if reply["answer"] is not None and "changed" in reply["answer"]:
            text = body[size:].decode("ascii")
            reply["answer"].update(text=text, value=json.loads(text))
        return reply

    def _with_output(self, reply: dict[str, Any]) -> dict[str, Any]:
        journal = self._child.journal
        journal.read(reply["journal_size"])
        reply["logs"] = journal.end()
        return reply


def converse(
    child: Child,
    requests: Sequence[Mapping[str, Any]],
    *,
    exchange: Exchange | None,
    show: Show | None,
    is_last: bool = False,
    meanwhile: Callable[[], None] | None = None,
    is_wanted: Callable[[], bool] | None = None,
) -> Iterator[dict[str, Any]]:
    """Let a worker make calls, and yield a reply for each; see ``Conversation``.

    Args:
        child: The worker.
        requests: As ``Session.call`` takes them.
        exchange: Answers its requests to CDF.
        show: Told each line that it writes.
        is_last: Whether the worker ends after them.
        meanwhile: Something useful to do while it begins.
        is_wanted: Asked over and over while a call runs: False raises ``CallAbandoned``. None to ask nobody.
    """
    conversation = Conversation(child, requests, exchange=exchange, show=show, is_last=is_last, is_wanted=is_wanted)
    if meanwhile is not None:
        meanwhile()
    yield from conversation
