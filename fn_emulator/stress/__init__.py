"""A schedule run again and again from the same beginning, each time with one trouble that real schedulers make.

``stage`` makes the runs: the in-memory CDF starts each time as it was, the function cold. ``troubles`` says what is
done to the ticks, ``calendar`` which days are tried. ``verdict`` hands what came out otherwise to the rules of
``checks.schedule``.
"""

from fn_emulator.stress.sweep import in_memory_of, sweep
from fn_emulator.stress.verdict import judge

__all__ = ["in_memory_of", "judge", "sweep"]
