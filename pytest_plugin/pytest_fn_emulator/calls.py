"""The calls of the functions of one test: what a failure's report and explanation are made from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from fn_emulator import LoadedFunction, Result

MOST_CALLS = 5
"""Calls that are kept: a test may make a hundred thousand, with large answers."""


class CallOfTest(NamedTuple):
    """A call that has ended.

    Attributes:
        number: Which one of the test it was, from 1.
        function: The function that was called.
        result: What came of it.
        answer_text: Its answer as JSON text, as it was before the test could change it.
    """

    number: int
    function: LoadedFunction
    result: Result
    answer_text: str | None


class CallsOfTest:
    """The last calls of one test.

    Attributes:
        count: How many calls there were.
    """

    def __init__(self) -> None:
        self.count = 0
        self._kept: deque[CallOfTest] = deque(maxlen=MOST_CALLS)
        self._told = 0

    def __iter__(self) -> Iterator[CallOfTest]:
        return iter(self._kept)

    def listen_to(self, function: LoadedFunction) -> None:
        """Keep the calls of a function from now on."""

        def keep(result: Result, answer_text: str | None) -> None:
            self.count += 1
            self._kept.append(CallOfTest(self.count, function, result, answer_text))

        function.on_result = keep

    def not_told(self) -> list[CallOfTest]:
        """Those that were not asked for yet: a test may fail in its call, and again when it is torn down."""
        found = [call for call in self._kept if call.number > self._told]
        self._told = self.count
        return found
