"""A process that workers come from, in the form of ``fn_emulator.harness.zygote``: started, asked, and ended."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.errors import RunnerError
from fn_emulator.harness.frame import ChannelError
from fn_emulator.harness.streams import flush
from fn_emulator.harness.zygote import be_zygote, receive, send
from fn_emulator.runners.ends import Ends, close_all, open_ends
from fn_emulator.runners.launch import leave_out_start

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


@contextmanager
def sent() -> Iterator[Ends]:
    """Channels of a new worker; their ends are sent away in the block."""
    ends = open_ends()
    try:
        yield ends
    except BaseException:
        close_all(ends.ours)
        raise
    finally:
        ends.close_theirs()


def ask(process: Process, message: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> dict[str, Any]:
    """What a process answers to a message, with which descriptors may go.

    Raises:
        RunnerError: If it has ended, or gives no answer in time.
    """
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


def end(process: Process) -> None:
    """End a process: it gets a moment to do so by itself."""
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
