"""What is configured for a function, and where each value comes from.

Start reading in ``resolve``. ``keys`` lists the settings, ``places`` finds the files, ``project`` and ``toolkit`` read
them, ``schema`` judges them, ``pairs`` reads secrets and environment variables.
"""

from __future__ import annotations

from fn_emulator.settings.model import Found, ScheduleSettings, Secret, Settings
from fn_emulator.settings.resolve import resolve_settings

__all__ = ["Found", "ScheduleSettings", "Secret", "Settings", "resolve_settings"]
