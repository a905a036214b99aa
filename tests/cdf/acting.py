"""An in-memory CDF whose own client has the rights of somebody, for tests of what a caller may."""

from __future__ import annotations

from fn_emulator.cdf.access import Caller
from fn_emulator.cdf.exchanges import Rules
from fn_emulator.cdf.fake import FakeCdf


class ActingCdf(FakeCdf):
    """Its client acts as ``acting``; None may do everything."""

    acting: Caller | None = None

    def exchange(self, sent, rules=None):
        return super().exchange(sent, Rules(caller=self.acting))
