"""Our side of a zygote: the process that workers are forked from (see ``fn_emulator.harness.zygote``)."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.errors import RunnerError
from fn_emulator.harness.frame import ChannelError
from fn_emulator.harness.peak import wait_for
from fn_emulator.harness.zygote import be_zygote, receive, send
from fn_emulator.runners.ends import Ends, close_all, open_ends
from fn_emulator.runners.launch import Ended, Started, flush, leave_out_start

if TYPE_CHECKING:
    import subprocess

HARNESS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "harness")

# The harness under a name of its own, from its folder alone: nothing else of ours can be imported beside the handler.
START = """
import sys
sys.path[:] = [path for path in sys.path if path]
from importlib.util import module_from_spec, spec_from_file_location
folder = sys.argv[1]
spec = spec_from_file_location("_fn_emulator_harness", folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[spec.name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[spec.name])
from _fn_emulator_harness.zygote import main
main()
"""

MOST_TOLD = 8
"""How many packages are named."""

ANSWER_LIMIT_S = 120.0
"""How long the import of other people's modules may take; our choice."""

GRACE_S = 0.5
"""What a process gets to end by itself, and to write down what a measurement of coverage knows, before it is ended."""

_OF_PYTHON = ("PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "PYTHONUTF8", "PYTHONIOENCODING")


class Process(NamedTuple):
    """A process that was started to be a zygote, and our end of its socket."""

    pid: int
    control: socket.socket
    child: subprocess.Popen[bytes] | None


Start = Callable[[], Process]


def fork_process() -> Process:
    """Fork this process, which has one thread and has run nobody's code."""
    ours, theirs = socket.socketpair()
    flush(sys.stdout, sys.stderr)
    pid = os.fork()
    if pid == 0:
        leave_out_start(sys.path, sys.argv)
        be_zygote(theirs.detach())
    theirs.close()
    return Process(pid, ours, None)


def start_interpreter(python: str, environ: Mapping[str, str], *, is_ours: bool) -> Process:
    """Start a new interpreter.

    Args:
        python: Its path.
        environ: The caller's variables; the worker hides from the handler what is not declared.
        is_ours: Whether it is the one that runs us: only then the caller's PYTHONPATH is for it.

    Raises:
        RunnerError: If it cannot be started.
    """
    import subprocess

    kept = (*_OF_PYTHON, "PYTHONPATH") if is_ours else _OF_PYTHON
    variables = {name: value for name, value in environ.items() if not name.startswith("PYTHON") or name in kept}
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            child = subprocess.Popen(
                [python, "-c", START, HARNESS, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=variables,
                start_new_session=True,
                pass_fds=(theirs.fileno(),),
            )
        except OSError as exc:
            ours.close()
            raise RunnerError(
                f"{python} cannot be started: {exc.strerror}.", hint="name a Python with --python PATH"
            ) from exc
    return Process(child.pid, ours, child)


class Zygote:
    """Forks workers from a process that has imported other people's modules; a ``Launcher``."""

    def __init__(self, start: Start, names: Sequence[str] = (), env: Mapping[str, str] | None = None) -> None:
        """Prepare; nothing is started yet.

        Args:
            start: How its process comes to be.
            names: Modules to import before the first fork.
            env: The function's environment variables, for that import.
        """
        self._start = start
        self._names = tuple(names)
        self._imported: frozenset[str] = frozenset()
        self._env = env or {}
        self._process: Process | None = None
        self._parents: dict[int, Process] = {}
        self._lock = threading.Lock()
        self.note: str | None = None

    def start(self) -> Started:
        """Fork a worker; see ``Launcher``."""
        with self._lock, _sent() as ends:
            is_new = self._process is None
            try:
                pid = self._forked(ends)
            except RunnerError:
                if is_new:
                    raise
                pid = self._forked(ends)  # somebody has ended the one that we had
        return Started(pid, ends.ours)

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        with self._lock:
            parent = self._parents.pop(pid)
            if parent is self._process:
                with suppress(RunnerError):
                    return Ended(**_ask(parent, {"op": "wait", "pid": pid}))
        # With its parent went who could say how it has ended; we end it before we ask.
        return Ended(-signal.SIGKILL, 0.0)

    def remember(self, names: Sequence[str]) -> None:
        """See ``Launcher``."""
        if self.note is None:
            self._names = tuple(dict.fromkeys((*self._names, *names)))

    def close(self) -> None:
        """End its process."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _forked(self, ends: Ends) -> int:
        process, self._process = self._process, None
        if process is None:
            process, self._imported = self._start(), frozenset()
        process = self._prepared(process)
        try:
            pid = int(_ask(process, {"op": "fork"}, tuple(ends.theirs.values()))["pid"])
        except BaseException:
            _end(process)
            raise
        self._process = self._parents[pid] = process
        return pid

    def _prepared(self, process: Process) -> Process:
        """The process with all modules imported that are known of; or a new one with none."""
        names = [name for name in self._names if name not in self._imported]
        if not names or self.note is not None:
            return process
        try:
            seen = _ask(process, {"op": "import", "names": names, "env": dict(self._env)})
            problem = _problem(seen)
        except RunnerError:
            problem = "their import did not end well"
        except BaseException:
            _end(process)
            raise
        if problem is None:
            self._imported = self._imported.union(names)
            return process
        _end(process)
        packages = sorted({name.partition(".")[0] for name in names})
        shown = ", ".join(packages[:MOST_TOLD]) + (" ..." if len(packages) > MOST_TOLD else "")
        self.note = (
            f"Each fresh start imports other people's modules again ({shown}): {problem}, so nothing may be forked from"
            " a process that has imported them."
        )
        return self._start()


class NewProcesses:
    """Starts a new interpreter for each worker, where nothing can be forked; a ``Launcher``."""

    def __init__(self, start: Start) -> None:
        """Prepare; ``start`` gives a new interpreter."""
        self._start = start
        self._running: dict[int, Process] = {}

    def start(self) -> Started:
        """See ``Launcher``."""
        process = self._start()
        self._running[process.pid] = process
        # One that has ended already says so like one that ends later.
        with _sent() as ends, suppress(ConnectionError):
            send(process.control, {"op": "become"}, tuple(ends.theirs.values()))
        return Started(process.pid, ends.ours)

    def wait(self, pid: int) -> Ended:
        """See ``Launcher``."""
        process = self._running.pop(pid)
        process.control.close()
        ended = Ended(*wait_for(pid))
        if process.child is not None:
            process.child.returncode = ended.code  # it is not there any more to be waited for
        return ended

    def remember(self, names: Sequence[str]) -> None:
        """Each begins without any."""

    def close(self) -> None:
        """End what still runs."""
        while self._running:
            _end(self._running.popitem()[1])


@contextmanager
def _sent() -> Iterator[Ends]:
    """Channels of a new worker; their ends are sent away in the block."""
    ends = open_ends()
    try:
        yield ends
    except BaseException:
        close_all(ends.ours)
        raise
    finally:
        ends.close_theirs()


def _ask(process: Process, message: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> dict[str, Any]:
    process.control.settimeout(ANSWER_LIMIT_S)
    try:
        send(process.control, message, descriptors)
        answer = receive(process.control)
    except (ConnectionError, ChannelError, TimeoutError):
        answer = None
    if answer is None:
        raise RunnerError(
            "The process that starts the workers has ended.", hint="run with --runner inprocess to see why"
        )
    return answer[0]


def _problem(seen: Mapping[str, Any]) -> str | None:
    """Why nothing may be forked from a process, by what it says of itself."""
    if seen["threads"] > 1:
        return "that starts threads"
    return "that opens sockets" if seen["sockets"] > 0 else None


def _end(process: Process) -> None:
    process.control.close()
    # It waits for us alone and ends by itself; not if a module that it imports hangs.
    _wait_a_moment(process.pid)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process.pid, signal.SIGKILL)
    if process.child is not None:
        process.child.wait()
    else:
        with suppress(ChildProcessError):
            os.waitpid(process.pid, 0)


def _wait_a_moment(pid: int) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):  # not on macOS
        return
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    waiting.poll(GRACE_S * 1000)
    os.close(descriptor)
