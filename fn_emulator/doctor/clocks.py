"""Which clocks a frozen instant holds, and which go on."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.doctor.fact import Fact
from fn_emulator.doctor.packages import installed

HELD = ("datetime", "time.time", "time.monotonic", "time.perf_counter", "time.localtime", "time.sleep", "asyncio.sleep")
REAL = ("pandas.Timestamp.now", "numpy.datetime64('now')", "time.clock_gettime", "SQLite's 'now'", "times of files")
"""What reads the system's clock in C; freezegun replaces names of Python."""


def clock_facts() -> Iterator[Fact]:
    """freezegun, what it does not reach, and the extra for some of that."""
    found = installed("freezegun")
    held = {"version": found, "held": list(HELD), "real": list(REAL)}
    if found is None:
        yield Fact("freezegun", "absent", "not here; --at needs it: pip install freezegun", held)
    else:
        yield Fact("freezegun", "ok", f"{found}; under --at it holds {', '.join(HELD)}", held)
    yield Fact("other clocks", "falls-back", f"real also under --at: {', '.join(REAL)}", {"real": list(REAL)})
    beneath = installed("time-machine")
    text = 'not here; it is the extra "fn-emulator[clock]"' if beneath is None else beneath
    yield Fact("time-machine", "absent" if beneath is None else "ok", text, {"version": beneath})
