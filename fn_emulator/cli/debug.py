"""``run --debug``: what is settled and said before the call waits for an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fn_emulator.cli.output import tell
from fn_emulator.function.in_editor import local_root
from fn_emulator.harness.debug import HOST
from fn_emulator.report.debugging import launch_configuration, waiting_text
from fn_emulator.runners.debugging import require_debugpy
from fn_emulator.runners.interpreter import choose_interpreter

if TYPE_CHECKING:
    from fn_emulator.emulator import LoadedFunction
    from fn_emulator.runners.opening import Surroundings


def announce_debugger(loaded: LoadedFunction, around: Surroundings, port: int) -> None:
    """Say how an editor reaches the call that is about to begin; nothing where the function cannot be called at all.

    Raises:
        DebuggerMissingError: If the Python that runs the function has no debugpy.
    """
    function, settings = loaded.function, loaded.settings
    if any(finding.severity == "error" for finding in loaded.load_findings):
        return
    interpreter = choose_interpreter(
        settings,
        environ=around.environ,
        function=function,
        tell=around.tell,
        default_runner=settings.runner or around.default_runner,
    )
    require_debugpy(interpreter.path)
    local = local_root(function)
    configuration = launch_configuration(
        function.name, host=HOST, port=port, local_root=local, remote_root=function.folder
    )
    is_unpacked = function.temporary is not None and local == function.folder
    tell(waiting_text(configuration, timeout_s=settings.timeout_s, is_unpacked=is_unpacked))
