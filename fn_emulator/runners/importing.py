"""Import a handler in a process of its own and say what happened: what ``check`` knows beyond the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fn_emulator.function import Function
from fn_emulator.harness.realtime import REAL
from fn_emulator.model import Failure, LogLine
from fn_emulator.observations import Refusal
from fn_emulator.runners.child import Child
from fn_emulator.runners.conversation import Conversation
from fn_emulator.runners.frames import log_lines, specification
from fn_emulator.runners.interpreter import Interpreter
from fn_emulator.runners.memory_limit import Unlimited
from fn_emulator.runners.new_processes import NewProcesses
from fn_emulator.runners.observed import known_path, refusals
from fn_emulator.runners.opening import Surroundings
from fn_emulator.runners.processes import start_interpreter
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from fn_emulator.runners import Exchange

IMPORT_LIMIT_S = 120.0
"""An import that takes longer is ended; our choice, the platform states no limit."""

TOLD_AFTER_S = 5.0


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
    interpreter: Interpreter,
    *,
    environ: Mapping[str, str],
    tell: Callable[[str], None] = lambda text: None,
    limit_s: float = IMPORT_LIMIT_S,
    cdf: Mapping[str, Any] | None = None,
    exchange: Exchange | None = None,
) -> ImportReport:
    """Import the handler of ``function`` in a new interpreter, with the function's environment and network policy.

    Args:
        function: The function; its handler must be there.
        settings: Its settings.
        interpreter: Which one.
        environ: The caller's environment, of which the handler sees what any process has.
        tell: Told, once, of an import that takes long.
        limit_s: Seconds after which the import is ended.
        cdf: ``{"project", "base_url"}`` of the CDF behind ``exchange``.
        exchange: Answers, in this process, what the import asks CDF; None when its requests go where they always went.

    Raises:
        RunnerError: If the interpreter cannot be started.
        Exception: What ``exchange`` raised.
    """
    # An import is given no client; one that it makes itself is answered, or refused like any other connection.
    settings = settings.replace(client="none" if exchange is None else "fake")
    around = Surroundings("worker", environ, has_only_declared_env=True)
    spec = specification(function, settings, around, cdf=cdf, has_exchange=exchange is not None)
    launcher = NewProcesses(lambda: start_interpreter(interpreter.path, environ, is_ours=interpreter.is_ours))
    child = Child(launcher, spec, Unlimited())
    try:
        request = {"only_import": True, "timeout_s": limit_s, "frozen_at": None, "cold": False}
        patience = _patience(function, limit_s, tell)
        reply = Conversation(child, request, exchange=exchange, show=None, is_wanted=patience).reply()
    except BaseException:
        child.kill()
        raise
    finally:
        child.close()
    return _read(reply, function, limit_s)


def _patience(function: Function, limit_s: float, tell: Callable[[str], None]) -> Callable[[], bool]:
    """What is asked while the import runs: it always goes on, and is spoken of when it takes long."""
    due = [REAL.perf_counter() + TOLD_AFTER_S]

    def is_wanted() -> bool:
        if due and REAL.perf_counter() > due[0]:
            due.clear()
            tell(f"{function.given} is still being imported; it is ended after {limit_s:g} s.")
        return True

    return is_wanted


def _read(reply: dict[str, Any], function: Function, limit_s: float) -> ImportReport:
    failure = reply["failure"]
    file, line = reply["place"] or (None, None)
    read_input = reply["read_input"]
    return ImportReport(
        completed=reply["stage"] == "done",
        failure=_ending(reply, limit_s) or (failure and Failure(failure["type"], failure["message"], failure["trace"])),
        failure_file=file and known_path(function, file),
        failure_line=line,
        duration_s=limit_s if reply["timed_out"] else reply["import_s"],
        peak_memory_mb=reply["peak_memory_mb"],
        logs=log_lines(reply["logs"]),
        refused=refusals(reply["refused"], function),
        read_input=read_input and (known_path(function, read_input[0]), read_input[1]),
        missing_module=failure and failure["missing_module"],
        left_running=tuple(f"the {each['kind']} {each['name']!r}" for each in reply["left"]),
    )


def _ending(reply: Mapping[str, Any], limit_s: float) -> Failure | None:
    """What ended the process of the import, or the import itself."""
    if reply["timed_out"]:
        return Failure("Timeout", f"the import did not end within {limit_s:g} s")
    death = reply["death"]
    if death is None:
        return None
    if "signal" in death:
        return Failure("Died", f"the process was ended by signal {death['signal']} during the import")
    return Failure("Died", f"the process ended with exit code {death['exit_code']} during the import")
