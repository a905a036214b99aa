"""The real clocks, also while freezegun has replaced the ones in ``time``.

freezegun replaces every module attribute that holds a clock; it does not look into objects. So the clocks live in one,
and nothing of ours reads the time in another way.
"""

from __future__ import annotations

import sys
import time
from types import SimpleNamespace


def _unfrozen() -> SimpleNamespace:
    # Imported while somebody's freeze is on, `time` holds fakes; freezegun keeps the originals.
    frozen = sys.modules.get("freezegun.api")
    clocks = (time.time, time.perf_counter) if frozen is None else (frozen.real_time, frozen.real_perf_counter)
    return SimpleNamespace(time=clocks[0], perf_counter=clocks[1], process_time=time.process_time, sleep=time.sleep)


REAL = _unfrozen()
"""``REAL.time()``: seconds since the epoch; ``REAL.perf_counter()``: seconds for durations, the same in all processes;
``REAL.process_time()``: seconds of processor time of this process; ``REAL.sleep(seconds)``."""
