"""One request to CDF at a time, and what a signal wants to raise meanwhile is raised when it is answered.

A store is not thread-safe, and several fakes may stand on the same one: so there is one lock for the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import Any, Callable

from .realtime import REAL

Answer = Callable[[dict[str, Any]], Mapping[str, Any]]

_WAIT_S = 0.001
_MOST_WAITS = 1000


class AnsweringError(RuntimeError):
    """CDF was asked by the code that works out its answer; not an error of CDF, so no SDK retries it."""

    def __init__(self) -> None:
        super().__init__(
            "CDF cannot be asked while it answers: a script gets the request's JSON, and may use fake_cdf.dump()."
        )


class _State:
    """Who asks at the moment.

    Attributes:
        lock: Held while CDF answers.
        holder: The thread that holds it.
        is_main_in: The main thread holds it or waits for it; said before, because a signal may come between.
        postponed: What a signal wants to raise once the main thread is out.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        self.lock = threading.Lock()
        self.holder: int | None = None
        self.is_main_in = False
        self.postponed: BaseException | None = None


_STATE = _State()

if hasattr(os, "register_at_fork"):
    # A forked child finds the lock open, whoever had it at the fork.
    os.register_at_fork(after_in_child=_STATE.renew)


def exclusively(answer: Answer, request: dict[str, Any]) -> Mapping[str, Any]:
    """``answer(request)``, while nobody else asks.

    Raises:
        AnsweringError: If this thread works out an answer already.
    """
    thread = threading.get_ident()
    if _STATE.holder == thread:
        raise AnsweringError
    if thread != threading.main_thread().ident:
        return _locked(answer, request, thread)
    _STATE.postponed = None
    _STATE.is_main_in = True
    try:
        return _locked(answer, request, thread)
    finally:
        _STATE.is_main_in = False
        postponed, _STATE.postponed = _STATE.postponed, None
        if postponed is not None:
            raise postponed


def _locked(answer: Answer, request: dict[str, Any], thread: int) -> Mapping[str, Any]:
    # Somebody else's signal handler may raise anywhere; the lock's own ``with`` leaves no place where it stays locked.
    with _STATE.lock:
        try:
            _STATE.holder = thread
            return answer(request)
        finally:
            _STATE.holder = None


def postpone(interruption: BaseException) -> bool:
    """Keep what a signal wants to raise until CDF has answered, so that no request is carried out by half.

    Args:
        interruption: The exception.

    Returns:
        Whether it is kept: the main thread, which signals reach, asks CDF at the moment.
    """
    if not _STATE.is_main_in:
        return False
    _STATE.postponed = interruption
    return True


def wait_for_others() -> None:
    """Wait until CDF has answered what others asked, if it answers soon."""
    tries = 0
    # The lock is only looked at: what is acquired but in its own ``with`` could stay so.
    while _STATE.lock.locked() and not is_answering() and tries < _MOST_WAITS:
        tries += 1
        REAL.sleep(_WAIT_S)


def is_answering() -> bool:
    """Whether this thread works out an answer of CDF's: requests that it makes are not the handler's."""
    return _STATE.holder == threading.get_ident()
