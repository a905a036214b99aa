"""pytest fixtures of fn-emulator.

Importing this imports nothing of ``fn_emulator``: a run that does not use it pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fn_emulator import LoadedFunction


@pytest.fixture
def load_function() -> Iterator[Callable[..., LoadedFunction]]:
    """Open functions as ``fn_emulator.load_function`` does, and close them when the test ends.

    Example:
        >>> def test_greets(load_function):
        ...     assert load_function("functions/hello").call({"name": "Ada"}).response == {"greeting": "Hello Ada"}
    """
    from fn_emulator import load_function as load

    opened: list[LoadedFunction] = []

    def load_and_remember(source: Any, **options: Any) -> LoadedFunction:
        __tracebackhide__ = True
        function = load(source, **options)
        opened.append(function)
        return function

    yield load_and_remember
    for function in reversed(opened):
        function.close()
