"""Which line of the user's made a request, also where another thread sends it.

How it works: a stack that holds a frame of the user's answers by itself. cognite-sdk 8 sends from a thread with an
event loop, cognite-sdk 7 sends large requests from a thread pool; so the line travels in a context variable from where
work is handed over (``asyncio.run_coroutine_threadsafe``, ``ThreadPoolExecutor.submit``) to where it is done. Tasks
that are made there copy the context. For what was handed over in another way, the line that waits is the nearest.
"""

from __future__ import annotations

import os
import sys
import threading
from contextvars import ContextVar
from typing import Any, Callable

from . import traces
from .backoff import is_of_sdk
from .exclusive import AnsweringError, is_answering
from .owner import Owner, carried, current, with_owner

Place = tuple[str, int]
IsUserFile = Callable[[str], bool]


class ForkedError(RuntimeError):
    """CDF was asked in a child process; not an error of CDF, so no SDK retries it."""


_HANDED_OVER: ContextVar[Any] = ContextVar("fn_emulator_call_site", default=None)


def find(is_user_file: IsUserFile) -> Place | None:
    """File and line of the user's that the running code works for, or None; at worst the line that waits."""
    return known(is_user_file) or _waiting(is_user_file)


def known(is_user_file: IsUserFile) -> Place | None:
    """The same, but None for what a library does in a thread of its own."""
    return traces.caller(is_user_file) or _HANDED_OVER.get()


def forked(pid: int) -> ForkedError | None:
    """The error of a request in another process than ``pid``: what it writes there, nobody would ever see."""
    if os.getpid() == pid:
        return None
    return ForkedError(
        f"Process {os.getpid()} was forked from the handler's and cannot share its in-memory CDF. "
        "Use threads, or make the requests in the process that runs the handler."
    )


def _waiting(is_user_file: IsUserFile) -> Place | None:
    # The main thread first: that is where a handler usually runs.
    frames = sys._current_frames()
    main = threading.main_thread().ident
    for ident in sorted(frames, key=lambda ident: ident != main):
        frame: Any = frames[ident]
        while frame is not None:
            if is_user_file(frame.f_code.co_filename):
                return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
    return None


def carried_to_loop(original: Any) -> Any:
    """Wraps ``asyncio.run_coroutine_threadsafe``: the coroutine's context knows the line that it works for.

    The owner is in the context already. What could never be answered is refused: the loop's thread does not live on in
    a forked child, and has to wait while this thread works out an answer of CDF's.
    """

    def run_coroutine_threadsafe(coro: Any, loop: Any) -> Any:
        owner = current()
        refusal = _refusal(owner, sys._getframe(1))
        if refusal is not None:
            coro.close()
            raise refusal
        place = _here(owner)
        if place is None:
            return original(coro, loop)
        token = _HANDED_OVER.set(place)
        try:
            return original(coro, loop)
        finally:
            _HANDED_OVER.reset(token)

    return run_coroutine_threadsafe


def _refusal(owner: Owner | None, caller: Any) -> Exception | None:
    if is_answering():
        return AnsweringError()
    return _refusal_of_fork(owner, caller)


def _refusal_of_fork(owner: Owner | None, caller: Any) -> Exception | None:
    if owner is not None and owner.http is not None and is_of_sdk(caller):
        return forked(owner.pid)
    return None


def carried_to_pool(original: Any) -> Any:
    """Wraps ``ThreadPoolExecutor.submit``: while the work is done, its thread's context knows owner and line."""

    def submit(pool: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        owner = carried()
        refusal = _refusal_of_fork(owner, sys._getframe(1))
        if refusal is not None:  # the pool's threads are not in the child, and the SDK would wait for ever
            raise refusal
        if owner is not None:
            pool._fn_emulator_had_owner = True  # so has its thread, which may be somebody else's next
        elif not hasattr(pool, "_fn_emulator_had_owner"):
            return original(pool, fn, *args, **kwargs)
        return original(pool, _Work(fn, owner, _here(owner)), *args, **kwargs)

    return submit


def _here(owner: Owner | None) -> Place | None:
    if owner is None or not owner.is_running:
        return None
    return traces.caller(owner.is_user_file) or _HANDED_OVER.get()


class _Work:
    """Work for a thread pool, whose it is, and the line that it is done for."""

    __slots__ = ("_fn", "_owner", "_place")

    def __init__(self, fn: Any, owner: Owner | None, place: Place | None) -> None:
        self._fn = fn
        self._owner = owner
        self._place = place

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        token = _HANDED_OVER.set(self._place)
        try:
            with with_owner(self._owner):
                return self._fn(*args, **kwargs)
        finally:
            _HANDED_OVER.reset(token)
