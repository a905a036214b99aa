"""Whose a request, a connection or a thread is: the call's that runs, that of a call which has ended, or nobody's.

How it works: a context variable holds the call's ``Owner`` from its start to its end, in the thread that calls. Threads
that are started meanwhile, work for thread pools and coroutines for loops of other threads take it along, and keep it
when the call has ended. What has none in a thread of Python's is a test's own. The threads and processes that a call
starts are told to it, for what it leaves behind.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable

try:
    from _contextvars import ContextVar  # below the module's wrapper, which costs as much again to import
except ImportError:
    from contextvars import ContextVar

from .when_imported import WhenImported

_OWNER: ContextVar[Any] = ContextVar("fn_emulator_owner", default=None)


class Owner:
    """One call.

    Attributes:
        http: How its function's requests to CDF are answered (``http_watch.FunctionHttp``), or None.
        route: The way of its requests to CDF (``http_route.CallRoute``), once there was one.
        guard: Its ``NetworkGuard``, or None where it may reach everything.
        is_user_file: Whether a file name belongs to its function.
        is_running: Whether it has not ended yet.
        pid: The process that it runs in.
        thread: The thread that it runs in.
        world: The number that travels in its requests to CDF.
        begun: Told of the threads and processes that it starts (``left_behind.LeftBehind``), or None.
        death: How it would have ended its process (``endings``): ``{"exit_code": n}`` or ``{"signal": n}``, or None.
    """

    __slots__ = ("begun", "death", "guard", "http", "is_running", "is_user_file", "pid", "route", "thread", "world")

    def __init__(self, http: Any, guard: Any, is_user_file: Callable[[str], bool], world: int = 0) -> None:
        self.http = http
        self.route: Any = None
        self.world = world
        self.guard = guard
        self.is_user_file = is_user_file
        self.is_running = True
        self.begun: Any = None
        self.death: dict[str, int] | None = None
        self.pid = os.getpid()
        self.thread = threading.get_ident()


class _Calls:
    """The call that runs in this process, and what makes threads and pools take its owner along."""

    def __init__(self) -> None:
        self.active: Owner | None = None
        self._patches: list[Any] = []
        self._start: Any = None
        self._waiting = WhenImported(
            {
                "asyncio": self._found_asyncio,
                "concurrent.futures.thread": self._found_pool,
                "subprocess": self._found_subprocess,
                "multiprocessing.process": self._found_multiprocessing,
            }
        )

    def open(self) -> None:
        if self._waiting.open():
            self._start = threading.Thread.start
            threading.Thread.start = _start(self._start)  # type: ignore[method-assign]
            from .started_processes import patches_of_os

            for patch in patches_of_os():
                patch.put()
                self._patches.append(patch)

    def close(self) -> None:
        if not self._waiting.close():
            return
        if getattr(threading.Thread.start, "takes_owner_along", False):  # else it is somebody else's now
            threading.Thread.start = self._start  # type: ignore[method-assign]
        for patch in self._patches:
            patch.pull_all()
        self._patches.clear()

    def _found_asyncio(self, asyncio: Any) -> None:
        from .call_site import carried_to_loop

        self._put(asyncio, "run_coroutine_threadsafe", carried_to_loop)

    def _found_pool(self, pools: Any) -> None:
        from .call_site import carried_to_pool

        self._put(pools.ThreadPoolExecutor, "submit", carried_to_pool)

    def _found_subprocess(self, subprocess: Any) -> None:
        from .started_processes import noted_popen

        self._put(subprocess.Popen, "_execute_child", noted_popen)

    def _found_multiprocessing(self, process: Any) -> None:
        from .started_processes import noted_process

        self._put(process.BaseProcess, "start", noted_process)

    def _put(self, owner: Any, name: str, make: Any) -> None:
        from .patching import Patch

        patch = Patch(owner, name, make)
        patch.put()
        self._patches.append(patch)


_CALLS = _Calls()


def open_carrying() -> None:
    """Threads and pools take their owner along from now on; counted."""
    _CALLS.open()


def close_carrying() -> None:
    """End what ``open_carrying`` began; the last one puts everything back."""
    _CALLS.close()


def begin(owner: Owner) -> None:
    """A call begins in this thread."""
    _CALLS.active = owner
    _OWNER.set(owner)


def end(owner: Owner) -> None:
    """It has ended; what it left running keeps its owner."""
    owner.is_running = False
    _CALLS.active = None
    _OWNER.set(None)


def carried() -> Owner | None:
    """The owner that the running code has with it, also when its call has ended."""
    owner: Owner | None = _OWNER.get()
    return owner


def current() -> Owner | None:
    """The call that the running code belongs to; None for what a test does itself."""
    owner: Owner | None = _OWNER.get()
    active = _CALLS.active
    if owner is None:
        return None if active is None else _guessed()
    return active if active is not None and _is_next_of(owner, active) else owner


def _is_next_of(owner: Owner, active: Owner) -> bool:
    """Whether a warm function that began something in one call is in its next one: a queue's thread works for that."""
    return active.http is owner.http and active.is_user_file == owner.is_user_file and not owner.is_running


def _guessed() -> Owner | None:
    """Code that carries no owner is the call's in its own thread, and in threads that are none of Python's."""
    active, thread = _CALLS.active, threading.get_ident()
    if active is None or thread == active.thread:
        return active
    known = threading._active.get(thread)  # type: ignore[attr-defined]
    return active if known is None or isinstance(known, threading._DummyThread) else None


class with_owner:  # noqa: N801 - read as a function
    """Run a block for an owner, or for nobody."""

    __slots__ = ("_owner", "_token")

    def __init__(self, owner: Owner | None) -> None:
        self._owner = owner

    def __enter__(self) -> None:
        self._token = _OWNER.set(self._owner)

    def __exit__(self, *error: object) -> None:
        _OWNER.reset(self._token)


def _start(original: Any) -> Any:
    def start(thread: Any, *args: Any, **kwargs: Any) -> None:
        owner = _OWNER.get()
        if owner is not None:
            thread._bootstrap_inner = _Beginning(thread, owner)
            if owner.begun is not None:
                owner.begun.thread_begins(thread, sys._getframe(1))
        original(thread, *args, **kwargs)

    start.takes_owner_along = True  # type: ignore[attr-defined]
    return start


class _Beginning:
    """What a new thread does first. It stands before the frame where Python prints a thread's errors from."""

    __slots__ = ("_owner", "_thread")

    def __init__(self, thread: Any, owner: Owner) -> None:
        self._thread = thread
        self._owner: Owner | None = owner

    def __call__(self) -> None:
        thread = self._thread
        del thread._bootstrap_inner
        context = getattr(thread, "_context", None)  # Python 3.14 runs a thread in a context of its own
        if context is None:
            _OWNER.set(self._owner)
        else:
            context.run(_OWNER.set, self._owner)
        self._thread = self._owner = None
        thread._bootstrap_inner()
