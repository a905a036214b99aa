"""A local emulator and testing harness for Cognite Functions and Snowflake external functions.

Start reading in ``emulator`` (the spine: open a function, run calls, judge them). Below it: ``function`` (what was
given), ``settings`` (what was configured), ``runners`` and ``harness`` (where a handler runs, and what runs beside it),
``checks`` (what is wrong), ``report`` (how it is told), ``cli`` (the commands).

Public names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # what type checkers take for true; not imported, because a command is not ready for Ctrl-C yet
if TYPE_CHECKING:
    from typing import Any

    from fn_emulator.cdf.fake import FakeCdf
    from fn_emulator.emulator import LoadedFunction, load_function
    from fn_emulator.errors import CallFailedError, EmulatorError, FunctionLoadError
    from fn_emulator.model import Failure, Finding, LogLine, Result
    from fn_emulator.observations import Effect
    from fn_emulator.replay.verdict import Verdict

__version__ = "0.1.0"

_HOMES = {
    "CallFailedError": "errors",
    "Effect": "observations",
    "EmulatorError": "errors",
    "Failure": "model",
    "FakeCdf": "cdf.fake",
    "Finding": "model",
    "FunctionLoadError": "errors",
    "LoadedFunction": "emulator",
    "LogLine": "model",
    "Result": "model",
    "Verdict": "replay.verdict",
    "load_function": "emulator",
}

__all__ = [
    "CallFailedError",
    "Effect",
    "EmulatorError",
    "Failure",
    "FakeCdf",
    "Finding",
    "FunctionLoadError",
    "LoadedFunction",
    "LogLine",
    "Result",
    "Verdict",
    "__version__",
    "load_function",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'fn_emulator' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"fn_emulator.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
