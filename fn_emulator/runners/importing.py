"""Import a handler in a child process and say what happened: what ``check`` knows beyond the source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.function import Function
from fn_emulator.harness.environment import BASE_NAMES
from fn_emulator.model import Failure, LogLine, Refusal
from fn_emulator.runners.child_channel import child_channel
from fn_emulator.runners.frames import known_path, log_lines, refusals, specification
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from fn_emulator.runners import Exchange

IMPORT_LIMIT_S = 120.0
"""An import that takes longer is ended; our choice, the platform states no limit."""

_HARNESS = Path(__file__).resolve().parent.parent / "harness"

# The harness under a name of its own, from its folder alone: nothing else of ours can be imported beside the handler.
_START = """
import sys
sys.path[:] = [path for path in sys.path if path]
from importlib.util import module_from_spec, spec_from_file_location
folder = sys.argv[1]
spec = spec_from_file_location("_fn_emulator_harness", folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[spec.name] = module_from_spec(spec)
spec.loader.exec_module(sys.modules[spec.name])
from _fn_emulator_harness.child import main
main()
"""


class ImportReport(NamedTuple):
    """What the import of a handler did.

    Attributes:
        completed: Whether it came to its end and ``handle`` can be called.
        failure: What it raised; ``Died`` when the process ended, ``Timeout`` when it was ended.
        failure_file: The user's file that raised it, or None.
        failure_line: 1-based line in it.
        duration_s: Seconds of the import alone.
        peak_memory_mb: Peak memory of the process in MB, the bare interpreter's included.
        logs: What it wrote.
        refused: Connections that it tried.
        read_input: File and line that read standard input, or None.
        missing_module: The module that was not found, or None.
        left_running: Threads and processes that it started and that were still there after it, in words.
    """

    completed: bool
    failure: Failure | None
    failure_file: str | None
    failure_line: int | None
    duration_s: float
    peak_memory_mb: float | None
    logs: tuple[LogLine, ...]
    refused: tuple[Refusal, ...]
    read_input: tuple[str, int] | None
    missing_module: str | None
    left_running: tuple[str, ...] = ()


def import_in_child(
    function: Function,
    settings: Settings,
    *,
    environ: Mapping[str, str],
    limit_s: float = IMPORT_LIMIT_S,
    cdf: Mapping[str, Any] | None = None,
    exchange: Exchange | None = None,
) -> ImportReport:
    """Import the handler of ``function`` in a new interpreter, with the function's environment and network policy.

    Args:
        function: The function; its handler must be there.
        settings: Its settings.
        environ: The caller's environment, of which the child gets what any process has.
        limit_s: Seconds after which the import is ended.
        cdf: ``{"project", "base_url"}`` of the CDF behind ``exchange``.
        exchange: Answers, in this process, what the import asks CDF; None when its requests go where they always went.

    Raises:
        Exception: What ``exchange`` raised.
    """
    with TemporaryDirectory(prefix="fn-emulate-") as folder, ExitStack() as channels:
        order, reply = Path(folder, "order.json"), Path(folder, "reply.json")
        # An import is given no client; one that it makes itself is answered, or refused like any other connection.
        client = {"client": "none"} if exchange is None else {"client": "fake", "cdf": cdf}
        spec = {**specification(function, settings, has_only_declared_env=True), **client}
        channel = None if exchange is None else channels.enter_context(child_channel(exchange))
        fd = None if channel is None else channel.child_fd
        order.write_text(json.dumps({"spec": spec, "reply": str(reply), "channel": fd}), encoding="utf-8")
        ended = _run_child([str(_HARNESS), str(order)], environ, limit_s, () if fd is None else (fd,))
        if channel is not None and channel.error is not None:
            raise channel.error
        if not reply.exists():
            return _without_reply(ended, limit_s)
        return _read(json.loads(reply.read_text(encoding="utf-8")), function)


def _run_child(
    arguments: list[str], environ: Mapping[str, str], limit_s: float, pass_fds: tuple[int, ...]
) -> int | None:
    """Exit code of the child, or None when it was ended."""
    with subprocess.Popen(
        [sys.executable, "-c", _START, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in environ.items() if name in BASE_NAMES},
        start_new_session=True,
        pass_fds=pass_fds,
    ) as child:
        try:
            return child.wait(limit_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            # Also after a good end: the processes that an import starts outlive it.
            _end_group(child)


def _end_group(child: subprocess.Popen[bytes]) -> None:
    import signal

    if hasattr(os, "killpg"):
        # macOS has no permission to signal a group of which only the ended child is left.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()


def _without_reply(exit_code: int | None, limit_s: float) -> ImportReport:
    if exit_code is None:
        failure = Failure("Timeout", f"the import did not end within {limit_s:g} s")
    elif exit_code < 0:
        failure = Failure("Died", f"the process was ended by signal {-exit_code} during the import")
    else:
        failure = Failure("Died", f"the process ended with exit code {exit_code} during the import")
    return ImportReport(
        completed=False,
        failure=failure,
        failure_file=None,
        failure_line=None,
        duration_s=limit_s if exit_code is None else 0.0,
        peak_memory_mb=None,
        logs=(),
        refused=(),
        read_input=None,
        missing_module=None,
    )


def _read(reply: dict[str, Any], function: Function) -> ImportReport:
    failure = reply["failure"]
    file, line = reply["place"] or (None, None)
    read_input = reply["read_input"]
    return ImportReport(
        completed=reply["stage"] == "done",
        failure=failure and Failure(failure["type"], failure["message"], failure["trace"]),
        failure_file=file and known_path(function, file),
        failure_line=line,
        duration_s=reply["import_s"],
        peak_memory_mb=reply["peak_memory_mb"],
        logs=log_lines(reply["logs"]),
        refused=refusals(reply["refused"], function),
        read_input=read_input and (known_path(function, read_input[0]), read_input[1]),
        missing_module=failure and failure["missing_module"],
        left_running=tuple(reply["left_running"]),
    )
