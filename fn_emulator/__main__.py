"""``fn-emulate``, and ``python -m fn_emulator``: the process around a command, from its first import to its exit code.

What no command can do for itself: descriptors that are missing, signals at any moment, threads that outlive the call.
"""

from __future__ import annotations

import gc
import os
import sys

# What else is needed is imported where an interrupt is caught already.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_AGAIN_AFTER_S = 0.001

GRACE_S = 0.5
"""Seconds that a thread of the handler's has to end when the command is over."""


def main() -> None:
    """Run the command.

    Start-up makes thousands of objects and no garbage; not looking for any saves a twentieth of a short call. The group
    switches the collector on again as soon as the command is loaded, before any code of the user's runs.
    """
    gc.disable()
    received: list[int] = []
    code: Any = 1  # of a mistake of ours, which shows its traceback
    is_interrupted = False
    try:
        _open_missing_descriptors()
        _interrupt_on_signals(received)
        from fn_emulator.cli.main import main as group

        group()
    except SystemExit as exc:
        code = exc.code
    except KeyboardInterrupt:
        code = _interrupted(received)
        is_interrupted = True
    finally:
        gc.freeze()  # nor at the end: the process is over, and a last search through everything would take milliseconds
        _leave_at_once_on_signals()
        _watch_threads(code)
    if is_interrupted and not _left_behind():
        # Python ends by SIGINT, whatever the code is, when the interrupt came while it ran a string (a named tuple).
        os._exit(code)
    sys.exit(code)


def _open_missing_descriptors() -> None:
    """Let a descriptor that the caller closed lead nowhere, or the next file that is opened would become stdout."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 - the only way to say it


def _interrupt_on_signals(received: list[int]) -> None:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, so that what was unpacked is removed."""
    import signal

    process = os.getpid()

    def interrupt(number: int, frame: FrameType | None) -> None:
        if os.getpid() != process:  # a child that the handler forked: it ends as it would without us
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        received.append(number)
        during_a_call = signal.getsignal(signal.SIGINT)
        if not callable(during_a_call):  # the shell ignores it for what runs in the background
            raise KeyboardInterrupt
        during_a_call(number, frame)

    def insist(lost: Any) -> None:
        # Raised where Python can only print and forget it, as in a callback of an import: again, a moment later.
        if lost.exc_type is KeyboardInterrupt and os.getpid() == process:
            signal.signal(signal.SIGALRM, signal.default_int_handler)
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_AFTER_S)
        else:
            sys.__unraisablehook__(lost)

    sys.unraisablehook = insist
    # A handler in this process that sends itself such a signal would be ended by it (harness/endings.py).
    interrupt.stands_for_default = True  # type: ignore[attr-defined]
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP
            signal.signal(number, interrupt)


def _interrupted(received: list[int]) -> int:
    import signal

    number = received[0] if received else signal.SIGINT
    _say("Interrupted." if number == signal.SIGINT else f"Ended by {signal.Signals(number).name}.")
    return 128 + number


def _leave_at_once_on_signals() -> None:
    """All is said and cleaned up: an interrupt of Python's own end would only show a traceback of its insides."""
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, frame: os._exit(128 + number))


def _watch_threads(code: Any) -> None:
    """End the process when the handler's threads do not: Python's own end would wait for them for ever."""
    if children := [thing for thing in _left_behind() if hasattr(thing, "terminate")]:
        # Ended here and not from a thread: once they are gone, Python's own end would go on beside it.
        children[0].join(GRACE_S)
        if any(child.is_alive() for child in children):
            _end(code)
    if _left_behind():
        import threading

        def leave() -> None:
            threading.Event().wait(GRACE_S)
            if _left_behind():
                _end(code)

        threading.Thread(target=leave, daemon=True).start()


def _end(code: Any) -> None:
    left = _left_behind()
    _say(f"What the handler left running was ended: {', '.join(thing.name for thing in left)}.")
    for thing in left:
        if hasattr(thing, "terminate"):
            thing.terminate()
    os._exit(code or 0)


def _left_behind() -> list[Any]:
    """Threads and processes of ``multiprocessing`` for which Python would wait."""
    found: list[Any] = []
    if threading := sys.modules.get("threading"):
        found += [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    if multiprocessing := sys.modules.get("multiprocessing"):
        found += multiprocessing.active_children()
    return [thing for thing in found if not thing.daemon]


def _say(text: str) -> None:
    try:
        os.write(2, f"{text}\n".encode())
    except OSError:  # nobody to tell
        return


if __name__ == "__main__":
    main()
