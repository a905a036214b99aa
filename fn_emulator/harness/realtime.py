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
    if frozen is None:
        return SimpleNamespace(time=time.time, perf_counter=time.perf_counter, sleep=time.sleep)
    return SimpleNamespace(time=frozen.real_time, perf_counter=frozen.real_perf_counter, sleep=time.sleep)


REAL = _unfrozen()
"""``REAL.time()``: seconds since the epoch; ``REAL.perf_counter()``: seconds for durations; ``REAL.sleep(seconds)``."""
