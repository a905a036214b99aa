"""Which clocks a frozen instant holds, and which go on."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.doctor.fact import Fact
from fn_emulator.doctor.packages import installed

HELD = ("datetime", "time.time", "time.monotonic", "time.perf_counter", "time.localtime", "time.sleep", "asyncio.sleep")
"""freezegun replaces names of Python."""
HELD_BENEATH = ("pandas.Timestamp.now", "time.clock_gettime")
"""What reads them in C; time-machine changes the functions themselves."""
REAL = ("numpy.datetime64('now')", "SQLite's 'now'", "times of files")
"""What asks the system."""


def clock_facts() -> Iterator[Fact]:
    """freezegun, what it does not reach, and the extra for some of that."""
    found, beneath = installed("freezegun"), installed("time-machine")
    real = REAL if beneath else (*HELD_BENEATH, *REAL)
    held = {"version": found, "held": list(HELD), "real": list(real)}
    if found is None:
        yield Fact("freezegun", "absent", "not here; --at needs it: pip install freezegun", held)
    else:
        yield Fact("freezegun", "ok", f"{found}; under --at it holds {', '.join(HELD)}", held)
    yield Fact("other clocks", "falls-back", f"real also under --at: {', '.join(real)}", {"real": list(real)})
    details = {"version": beneath, "held": list(HELD_BENEATH)}
    if beneath is None:
        text = f'not here; it would hold {" and ".join(HELD_BENEATH)} too: pip install "fn-emulator[clock]"'
        yield Fact("time-machine", "absent", text, details)
    else:
        text = f"{beneath}; under --at it holds {' and '.join(HELD_BENEATH)} too; another Python needs one of its own"
        yield Fact("time-machine", "ok", text, details)
