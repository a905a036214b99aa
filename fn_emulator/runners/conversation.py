"""A call goes to a worker, its reply comes back, and what it asks CDF meanwhile is answered: all of it in one thread.

Nothing here waits for the worker alone, which may do anything. It ends its own calls when their time is up; one that
does not (a loop in C, a handler that catches everything) is ended a moment later. A call in which the worker ended gets
a reply like any other, made of what the worker wrote down before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from fn_emulator.harness.frame import ChannelError
from fn_emulator.harness.journal import JOURNAL_BYTES
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

_FOR_EVER_S = 3600.0
_SPOILT = "fn-emulator ended the process: the function wrote to a descriptor that it has not opened."


Seen = tuple["bytes | dict[str, Any]", "list[dict[str, Any]]"]
"""What came of a call (``harness.stretch.Tell``): of a quiet one as it was told, else its reply; and its lines."""


class NoSdk(Exception):  # noqa: N818 - never raised at a user: the runner turns it into its own error
    """The worker's interpreter, its only argument, has no cognite-sdk."""


class Conversation:
    """A request to a worker and what comes of it."""

    op = "call"

    def __init__(
        self,
        child: Child,
        request: Mapping[str, Any],
        *,
        exchange: Exchange | None,
        show: Show | None,
        is_last: bool = False,
        is_wanted: Callable[[], bool] | None = None,
    ) -> None:
        """Send the request.

        Args:
            child: The worker.
            request: As ``Session.call`` takes it.
            exchange: Answers its requests to CDF.
            show: Told each line that it writes, soon after it is written.
            is_last: Whether the worker ends after it.
            is_wanted: Asked over and over while a call runs: False raises ``CallAbandoned``. None to ask nobody.
        """
        self._child = child
        self._limit_s: float | None = request["timeout_s"]
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
        header = {"op": self.op, "new_journal": is_long, "is_last": is_last}
        child.calls.send(header, self._encoded(request).encode("ascii"))

    def _encoded(self, request: Mapping[str, Any]) -> str:
        return json.dumps(request)

    def reply(self) -> dict[str, Any]:
        """Wait for the reply; one of ours where the worker has ended.

        Raises:
            NoSdk: If a client cannot be made there.
            CallAbandoned: If its answer is not wanted any more; the worker still runs.
            Exception: What ``exchange`` raised.
        """
        while not self._replies:
            if self._has_ended():
                return self._reply_of_the_dead()
        self._raise_error()
        return self._with_output(self._replies[0])

    def seen(self) -> Iterator[Seen]:
        """Yield what came of each call of the request, as ``reply`` gives it; of this one there is one."""
        reply = self.reply()
        yield reply, reply["logs"]

    def _has_ended(self) -> bool:
        """Wait for a moment, and do what there is to do; true where nothing more will come."""
        child = self._child
        if self._is_wanted is not None and not self._is_wanted():
            child.journal.look()  # what it has said is shown
            raise CallAbandoned
        child.wait(self._pause(self._limit_s))
        has_ended = child.has_ended()  # asked before reading: what it said until then is there
        try:
            self._answer()
            self._replies.extend(map(self._read, child.calls.receive()))
        except ChannelError:
            self._give_up()
        if not self._replies:
            if has_ended:
                return True
            self._look_after(self._limit_s)
        return False

    def _reply_of_the_dead(self) -> dict[str, Any]:
        from fn_emulator.runners.dead import reply_of_the_dead

        self._raise_error()
        reply = reply_of_the_dead(self._child, self._stack, is_over_limit=self._is_over_limit)
        if self._child.journal.mistake is not None:
            raise RuntimeError(f"a worker ended by a mistake of fn-emulator's\n{self._child.journal.mistake}")
        return reply

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

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
        if header["op"] == "over":
            return header
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
