"""What a handler leaves running when its call is over."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.registry import Saw, check, handler

SENDS = """\
import threading


def send(stop):
    stop.wait()


def handle():
    stop = threading.Event()
    sender = threading.Thread(target=send, args=[stop], name="sender", daemon=True)
    sender.start()
"""

HINTS = {
    "thread": "wait for it: thread.join(), or 'with ThreadPoolExecutor() as pool:' around the work",
    "process": "wait for it: process.wait() or process.join(); end what would not end by itself before",
    "clock": "freeze in a 'with' block, which ends it; tests freeze by frozen_clock, or call with at=",
}


@check(
    "warning",
    source="what becomes of threads and processes after a call is documented nowhere; seen in the call itself",
    bad=handler(SENDS + "    return {}\n", command="run fn"),
    good=handler(SENDS + "    stop.set()\n    sender.join()\n    return {}\n", command="run fn"),
)
def left_behind(subject: CallSubject) -> Iterator[Saw]:
    """A handler ends what it starts: no thread, no process and no frozen clock of its own outlives the call.

    What becomes of them on the platform is documented nowhere: they may be stopped, may stand still until the next
    call, or may run into it. Here a clock that was left frozen goes on after the call. A pool's threads that wait for
    work are no matter, nor are those of libraries. A call that was ended (Timeout, Died, OutOfMemory) had no chance to
    end anything itself, and nothing is said of it.
    """
    evidence = subject.evidence
    if evidence.is_timed_out or evidence.death is not None:
        return
    for left in dict.fromkeys(evidence.left):  # ten threads of one line and one name are one thing to do
        started = ", started here" if left.line is not None else ""
        what = f"a {left.kind} running: {left.name!r}{started}" if left.kind != "clock" else f"{left.name} switched on"
        yield Saw(
            f"The handler left {what}.",
            file=left.file or subject.handler_file,
            line=left.line,
            hint=HINTS[left.kind],
            evidence={"kind": left.kind, "name": left.name},
        )


RULES = (left_behind,)
