"""pytest fixtures of fn-emulator.

Importing this imports nothing of ``fn_emulator``: a run that does not use it pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fn_emulator import FakeCdf, LoadedFunction


@pytest.fixture
def fake_cdf() -> Iterator[FakeCdf]:
    """An empty in-memory CDF, shared by the functions that the test opens with ``load_function``.

    Example:
        >>> def test_writes_its_result(load_function, fake_cdf):
        ...     fake_cdf.seed({"timeseries": [{"externalId": "pump"}]})
        ...     load_function("functions/kpi").call()
        ...     assert fake_cdf.writes("events")[0]["item"]["type"] == "alarm"
    """
    from fn_emulator import FakeCdf

    cdf = FakeCdf()
    yield cdf
    cdf.close()


@pytest.fixture
def load_function(fake_cdf: FakeCdf) -> Iterator[Callable[..., LoadedFunction]]:
    """Open functions as ``fn_emulator.load_function`` does, and close them when the test ends.

    They share the test's ``fake_cdf``.

    Example:
        >>> def test_greets(load_function):
        ...     assert load_function("functions/hello").call({"name": "Ada"}).response == {"greeting": "Hello Ada"}
    """
    from fn_emulator import load_function as load

    opened: list[LoadedFunction] = []

    def load_and_remember(source: Any, **options: Any) -> LoadedFunction:
        __tracebackhide__ = True
        function = load(source, **{"cdf": fake_cdf, **options})
        opened.append(function)
        return function

    yield load_and_remember
    for function in reversed(opened):
        function.close()
