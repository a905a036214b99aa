"""One fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from fn_emulator.model import JSON, NOTHING

State = Literal["ok", "absent", "falls-back"]


class Fact(NamedTuple):
    """One thing that was looked for.

    Attributes:
        name: What, in words that stay the same.
        state: ``ok``; ``absent``, which is fine until somebody needs it; ``falls-back``, where something slower or
            weaker takes its place.
        text: What was found, or why not, in a line.
        details: The same for programs, plain JSON.
    """

    name: str
    state: State
    text: str
    details: Mapping[str, JSON] = NOTHING
