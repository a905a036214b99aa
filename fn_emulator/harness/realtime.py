"""The real clocks, also while freezegun or time-machine holds those in ``time``.

freezegun replaces every module attribute that holds a clock; it does not look into objects. So the clocks live in one,
and nothing of ours reads the time in another way. time-machine changes the functions themselves, whoever holds them,
and has a way round that for those who ask.
"""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace


def _unfrozen() -> SimpleNamespace:
    # Imported while somebody's freeze is on, `time` holds fakes; freezegun keeps the originals.
    frozen = sys.modules.get("freezegun.api")
    clocks = (time.time, time.perf_counter) if frozen is None else (frozen.real_time, frozen.real_perf_counter)
    plain_time, modules = clocks[0], sys.modules

    def real_time() -> float:
        hatch = getattr(modules.get("time_machine"), "escape_hatch", None)
        if hatch is not None and hatch.is_travelling():
            try:
                return float(hatch.time.time())
            except ValueError:  # another thread has just ended the journey
                pass
        return plain_time()

    return SimpleNamespace(
        time=real_time,
        plain_time=plain_time,
        perf_counter=clocks[1],
        process_time=time.process_time,
        sleep=time.sleep,
    )


REAL = _unfrozen()
"""``REAL.time()``: seconds since the epoch; ``REAL.perf_counter()``: seconds for durations, the same in all processes;
``REAL.process_time()``: seconds of processor time of this process; ``REAL.sleep(seconds)``. ``REAL.plain_time`` is what
``time.time`` stands for where nobody has frozen anything; time-machine holds that too."""
