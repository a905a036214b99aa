"""What is on this machine, what of it falls back and why: facts for ``fn-emulate doctor``, in the order of a reader.

Each fact is found in a fraction of a second, or by a process with a time limit; nothing is installed or changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fn_emulator.doctor.fact import Fact

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings

__all__ = ["Fact", "examine_function", "examine_machine"]


def examine_machine(environ: Mapping[str, str], *, own_version: str, terminal: Mapping[str, bool]) -> Iterator[Fact]:
    """Say what there is, whatever the function.

    Args:
        environ: The caller's environment variables.
        own_version: The version of this package.
        terminal: Which of ``stdin``, ``stdout`` and ``stderr`` are a terminal.
    """
    from fn_emulator.doctor.clocks import clock_facts
    from fn_emulator.doctor.engine import engine_fact
    from fn_emulator.doctor.packages import debugpy_fact, sdk_fact
    from fn_emulator.doctor.processes import process_facts
    from fn_emulator.doctor.pythons import python_facts
    from fn_emulator.doctor.surroundings import terminal_fact, watch_fact

    yield from python_facts(environ, own_version)
    yield sdk_fact()
    yield from clock_facts()
    yield from process_facts()
    yield engine_fact(environ)
    yield watch_fact()
    yield debugpy_fact()
    yield terminal_fact(terminal)


def examine_function(function: Function, settings: Settings, environ: Mapping[str, str]) -> Iterator[Fact]:
    """Say what a call of one function would find here."""
    from fn_emulator.doctor.of_function import function_facts

    yield from function_facts(function, settings, environ)
