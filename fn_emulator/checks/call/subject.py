"""What the rules about a call read."""

from typing import NamedTuple

from fn_emulator.function import Function
from fn_emulator.masking import Masker
from fn_emulator.model import Evidence
from fn_emulator.settings import Settings


class CallSubject(NamedTuple):
    """One call with everything that a rule may ask about it.

    Attributes:
        function: The function that was called.
        settings: Its settings, the limits of its cloud among them.
        evidence: What the runner saw.
        masker: Knows the function's secrets.
    """

    function: Function
    settings: Settings
    evidence: Evidence
    masker: Masker

    @property
    def handler_file(self) -> str:
        """The handler file as the user knows it."""
        return str(self.function.place(self.function.handler_file)["file"])
