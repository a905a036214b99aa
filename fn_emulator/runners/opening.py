"""Settings -> the runner that a function's calls go to, not yet started."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fn_emulator.errors import RunnerError
from fn_emulator.model import JSON, NOTHING
from fn_emulator.runners.frames import specification

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.runners import Exchange, Runner
    from fn_emulator.runners.interpreter import Interpreter, Tell
    from fn_emulator.runners.launch import ForkHere, Launcher
    from fn_emulator.settings import Settings

RunnerName = Literal["inprocess", "worker"]


class Surroundings(NamedTuple):
    """Who opens a function, and how.

    Attributes:
        default_runner: The runner where the settings name none.
        environ: The caller's environment variables.
        has_only_declared_env: Whether the handler sees the function's own variables alone: a command, whose process
            nobody else needs, opens it.
        calls_once: Whether one call is all.
        starts_again: Whether it will be started freshly again and again, as when files are watched.
        debug_port: Where an editor is waited for before each start of the handler, without a time limit; or None.
        profiles_memory: Whether it is to be said which lines hold memory.
        ahead: A worker that was forked before it was known whether it is needed; or None.
        has_terminal: Whether a person can type to the handler's debugger where the handler runs in this process.
        tell: Told what takes long, before it begins.
        meanwhile: Something useful to do while a worker begins its first call.
        is_wanted: Asked at least every 0.05 s while a worker's call runs: False ends the call and its process, and
            raises ``CallAbandoned``. None to ask nobody.
        call_info: What its calls have in ``function_call_info``, over what they would have there.
    """

    default_runner: RunnerName
    environ: Mapping[str, str]
    has_only_declared_env: bool = False
    calls_once: bool = False
    starts_again: bool = False
    debug_port: int | None = None
    profiles_memory: bool = False
    ahead: ForkHere | None = None
    has_terminal: bool = False
    tell: Tell = lambda text: None
    meanwhile: Callable[[], None] = lambda: None
    is_wanted: Callable[[], bool] | None = None
    call_info: Mapping[str, JSON] = NOTHING

    @property
    def lifts_time_limit(self) -> bool:
        """Whether a call takes as long as it takes: a person looks at it, or a profile slows it down."""
        return self.debug_port is not None or self.profiles_memory


def choose_runner(function: Function, settings: Settings, around: Surroundings, client: Any) -> RunnerName:
    """The runner that the settings name, or that of the surroundings.

    Raises:
        RunnerError: If ``client`` is an object that is to be handed to another process.
    """
    name = settings.runner or around.default_runner
    if name != "inprocess" and client is not None:
        raise RunnerError(
            f"{function.given} is to run in a process of its own, where no object of this process can be its client.",
            hint='give client="fake" and prepare its CDF, or use runner="inprocess"',
        )
    return name


def open_runner(
    function: Function,
    settings: Settings,
    around: Surroundings,
    *,
    client: Any,
    cdf: Mapping[str, Any] | None,
    exchange: Exchange | None,
    modules: Callable[[], Sequence[str]],
    meanwhile: Callable[[], None],
) -> Runner:
    """Open the runner that the settings name.

    Args:
        function: The function.
        settings: Its settings.
        around: Who opens it.
        client: An object to hand to the handler as ``client``; None for the one that the settings name.
        cdf: What the harness makes the client from.
        exchange: What answers the requests to CDF.
        modules: Gives the names of other people's modules that the function imports.
        meanwhile: Something useful to do while a worker begins.

    Raises:
        RunnerError: If the interpreter cannot be used, or an object is to be handed to another process.
    """
    from fn_emulator.runners.interpreter import choose_interpreter

    name = choose_runner(function, settings, around, client)
    interpreter = choose_interpreter(
        settings, environ=around.environ, function=function, tell=around.tell, default_runner=name
    )
    spec = specification(function, settings, around, cdf=cdf, has_exchange=exchange is not None)
    if name == "inprocess":
        from fn_emulator.runners.inprocess import InProcess

        return InProcess(function, settings, spec, client=client, exchange=exchange, notes=interpreter.notes)
    from fn_emulator.runners.worker import Worker

    return Worker(
        function,
        settings,
        spec,
        interpreter=interpreter,
        launcher=_launcher(interpreter, settings, around, modules),
        environ=around.environ,
        exchange=exchange,
        meanwhile=meanwhile,
        is_wanted=around.is_wanted,
    )


def _launcher(
    interpreter: Interpreter, settings: Settings, around: Surroundings, modules: Callable[[], Sequence[str]]
) -> Launcher:
    from fn_emulator.runners.launch import ForkHere, can_fork_here

    may_fork = interpreter.is_ours and around.has_only_declared_env and can_fork_here()
    if may_fork and not around.starts_again:
        return around.ahead or ForkHere()
    from fn_emulator.runners.new_processes import NewProcesses
    from fn_emulator.runners.processes import fork_process, start_interpreter
    from fn_emulator.runners.zygote import Zygote

    def start() -> Any:
        return start_interpreter(interpreter.path, around.environ, is_ours=interpreter.is_ours)

    if os.uname().sysname != "Linux":  # where a fork is unsafe once system frameworks are loaded
        return NewProcesses(start)
    names = modules() if around.starts_again else ()
    return Zygote(fork_process if may_fork else start, names, settings.env)
