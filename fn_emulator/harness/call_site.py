"""Which line of the user's made a request, also where another thread sends it.

How it works: a stack that holds a frame of the user's answers by itself. cognite-sdk 8 sends from a thread with an
event loop, cognite-sdk 7 sends large requests from a thread pool; so the line travels in a context variable from where
work is handed over (``asyncio.run_coroutine_threadsafe``, ``ThreadPoolExecutor.submit``) to where it is done. Tasks
that are made there copy the context. For what was handed over in another way, the line that waits is the nearest.
"""

from __future__ import annotations

import sys
import threading
from contextvars import ContextVar
from typing import Any, Callable

from . import traces
from .patching import Make

Place = tuple[str, int]
IsUserFile = Callable[[str], bool]

_HANDED_OVER: ContextVar[Any] = ContextVar("fn_emulator_call_site", default=None)


def find(is_user_file: IsUserFile) -> Place | None:
    """File and line of the user's that the running code works for, or None; at worst the line that waits."""
    return known(is_user_file) or _waiting(is_user_file)


def known(is_user_file: IsUserFile) -> Place | None:
    """The same, but None for what a library does in a thread of its own."""
    return traces.caller(is_user_file) or _HANDED_OVER.get()


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


def carried_to_loop(get_is_user_file: Callable[[], IsUserFile | None]) -> Make:
    """Wraps ``asyncio.run_coroutine_threadsafe``: the coroutine's context knows the line that it works for."""

    def make(original: Any) -> Any:
        def run_coroutine_threadsafe(coro: Any, loop: Any) -> Any:
            place = _here(get_is_user_file)
            if place is None:
                return original(coro, loop)
            token = _HANDED_OVER.set(place)
            try:
                return original(coro, loop)
            finally:
                _HANDED_OVER.reset(token)

        return run_coroutine_threadsafe

    return make


def carried_to_pool(get_is_user_file: Callable[[], IsUserFile | None]) -> Make:
    """Wraps ``ThreadPoolExecutor.submit``: while the work is done, its thread's context knows the line."""

    def make(original: Any) -> Any:
        def submit(pool: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
            place = _here(get_is_user_file)
            work = fn if place is None else _Work(fn, place)
            return original(pool, work, *args, **kwargs)

        return submit

    return make


def _here(get_is_user_file: Callable[[], IsUserFile | None]) -> Place | None:
    is_user_file = get_is_user_file()
    return None if is_user_file is None else traces.caller(is_user_file) or _HANDED_OVER.get()


class _Work:
    """Work for a thread pool and the line that it is done for."""

    __slots__ = ("_fn", "_place")

    def __init__(self, fn: Any, place: Place) -> None:
        self._fn = fn
        self._place = place

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        token = _HANDED_OVER.set(self._place)
        try:
            return self._fn(*args, **kwargs)
        finally:
            _HANDED_OVER.reset(token)
