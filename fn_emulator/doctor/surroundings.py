"""What stands around a command: the files that it watches, and who reads and types."""

from __future__ import annotations

from collections.abc import Mapping

from fn_emulator.doctor.fact import Fact
from fn_emulator.doctor.packages import installed

KINDS = {"InotifyObserver": "inotify", "FSEventsObserver": "FSEvents", "WindowsApiObserver": "Windows"}
"""Watchdog's observers that are told of changes by the system; the others look again and again."""


def watch_fact() -> Fact:
    """How changed files are noticed."""
    try:
        from watchdog.observers import Observer
    except ImportError:
        return Fact("watchdog", "absent", "not here; --watch needs it: pip install watchdog", {"version": None})
    name = str(getattr(Observer, "__name__", ""))
    version, kind = installed("watchdog"), KINDS.get(name)
    details = {"version": version, "way": kind or name}
    if kind is None:
        return Fact("watchdog", "falls-back", f"{version}; files are looked at again and again", details)
    return Fact("watchdog", "ok", f"{version}; changes are told by {kind}", details)


def terminal_fact(terminal: Mapping[str, bool]) -> Fact:
    """Whether a person reads and types."""
    streams = [name for name, is_terminal in terminal.items() if is_terminal]
    if not streams:
        return Fact("terminal", "absent", "none: answers are for programs", dict(terminal))
    return Fact("terminal", "ok", ", ".join(streams), dict(terminal))
