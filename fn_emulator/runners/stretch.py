"""Calls that a worker makes in one stretch: it writes down what came of each, and we read along."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from fn_emulator.runners.conversation import Conversation, Seen

LOOK_EVERY_S = 0.005
"""How often it is read what came of calls that were made meanwhile: a worker that has made all of a request waits while
it is looked at what came of the last ones."""


class StretchConversation(Conversation):
    """A request for calls in one stretch, as ``Session.call_each`` takes it; ``"calls"`` may be JSON text already."""

    op = "each"

    def _encoded(self, request: Mapping[str, Any]) -> str:
        calls = request.get("calls")
        if not isinstance(calls, str):
            return super()._encoded(request)
        rest = super()._encoded({name: value for name, value in request.items() if name != "calls"})
        return f'{rest[:-1]}, "calls": {calls}}}'

    def seen(self) -> Iterator[Seen]:
        """Yield what came of each call that was made, soon after it has ended; the last one may be a worker's death."""
        journal = self._child.journal
        while True:
            has_ended = self._has_ended()
            self._raise_error()
            journal.read(self._replies[0]["journal_size"] if self._replies else None)
            yield from self._told()
            if self._replies:
                return
            if has_ended:
                reply = self._reply_of_the_dead()
                # What it wrote after we looked: calls that ended before it did.
                yield from self._told()
                yield reply, reply["logs"]
                return

    def _told(self) -> Iterator[Seen]:
        """Yield what was read, each before a line is shown of the calls that follow it."""
        journal = self._child.journal
        ended, later = journal.ended, deque(journal.later)
        journal.ended, journal.later = [], []
        for number, seen in enumerate(ended, start=1):
            yield _with_lines(seen)
            while self._show is not None and later and later[0][0] == number:
                self._show(*later.popleft()[1:])

    def _look_after(self, limit_s: float | None) -> None:
        # Who looks at what came of the calls may take long; meanwhile others have ended and begun.
        self._child.journal.read()
        super()._look_after(limit_s)

    def _pause(self, limit_s: float | None) -> float:
        return min(LOOK_EVERY_S, super()._pause(limit_s))


def _with_lines(seen: Seen) -> Seen:
    told, lines = seen
    if isinstance(told, dict):
        told["logs"] = lines
        answer = told["answer"]
        if answer is not None and "text" in answer:
            answer["value"] = json.loads(answer["text"])
    return told, lines
