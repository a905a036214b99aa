"""Where the memory of a call was -> text for people and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fn_emulator.observations import MemoryProfile

MOST_LINES = 5
LEAST_SHARE = 0.01
"""A line that holds less of the peak is not worth a word."""


def memory_lines(profile: MemoryProfile, most_lines: int = MOST_LINES) -> Iterator[str]:
    """The peak and the line that ran at it, then the lines that held the most, at most ``most_lines`` of them."""
    place = "" if profile.file is None else f", in {profile.file}:{profile.line}"
    held = [line for line in profile.held[:most_lines] if line.mb >= LEAST_SHARE * profile.peak_mb]
    yield f"memory: {megabytes_text(profile.peak_mb)} at its peak{place}{'; then held:' if held else ''}"
    sizes = [megabytes_text(line.mb) for line in held]
    width = max(map(len, sizes), default=0)
    for size, line in zip(sizes, held, strict=True):
        yield f"    {size.rjust(width)}  {line.file}:{line.line}"


def memory_json(profile: MemoryProfile) -> dict[str, Any]:
    """The same as every JSON report holds it."""
    return {**profile._asdict(), "held": [line._asdict() for line in profile.held]}


def megabytes_text(megabytes: float) -> str:
    """MB, with a decimal only where it says something."""
    return f"{megabytes:.0f} MB" if megabytes >= 9.95 else f"{megabytes:.1f} MB"
