"""A batch of rows, delivered again under small changes, and what the answers say of the handler. No answer is expected.

``relations`` says what must not change an answer, ``engine`` tries it on trials that the runner makes, and ``causes``
keeps one finding for one cause. ``shrink`` looks for the smallest batch that shows it, ``case`` shows it on both sides,
``culprits`` and ``reading`` look for the lines; ``verdict`` is what comes out.
"""

from fn_emulator.replay.engine import Asked, replay
from fn_emulator.replay.verdict import Verdict

__all__ = ["Asked", "Verdict", "replay"]
