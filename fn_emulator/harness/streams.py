"""Python's own text streams, as they may be found in any process."""

from __future__ import annotations

from typing import Any


def flush(*streams: Any) -> None:
    """Write what waits in them; one that is None, closed, or whose reader went away is passed over."""
    for stream in streams:
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue
