"""What the fixture ``load_function`` does: find what is meant, open it with what the test has, close it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from fn_emulator import LoadedFunction, load_function
from pytest_fn_emulator.calls import CallsOfTest
from pytest_fn_emulator.markers import marked_function
from pytest_fn_emulator.options import chosen
from pytest_fn_emulator.places import find_function


class Loading:
    """The functions that one test opens.

    Attributes:
        calls: Their calls.
    """

    def __init__(self, request: pytest.FixtureRequest, given: Mapping[str, Any]) -> None:
        """Prepare.

        Args:
            request: Of the test.
            given: Options of ``load_function`` that hold unless a call says otherwise.
        """
        self.calls = CallsOfTest()
        self._request = request
        self._given = given
        self._opened = ExitStack()

    def __repr__(self) -> str:
        return "load_function"  # as it is shown among the arguments of a failed test

    def __call__(self, source: Any = None, **options: Any) -> LoadedFunction:
        """Open a function as ``fn_emulator.load_function`` does; without a source, that of the marker.

        Raises:
            pytest.UsageError: If there is neither a source nor a marker, or the marker is wrong.
            EmulatorError: If it is not there, or what was given cannot be read.
            FunctionLoadError: If it cannot be called at all.
        """
        __tracebackhide__ = True
        if source is None:
            source, options = self._marked(options)
        if not callable(source):
            source = find_function(source, self._request.config, self._request.path)
        function = load_function(source, **{**self._given, **self._chosen(options), **options})
        self._opened.enter_context(function)
        self.calls.listen_to(function)
        return function

    def close(self) -> None:
        """Close what was opened, the last first."""
        self._opened.close()

    def _marked(self, options: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        __tracebackhide__ = True
        marked = marked_function(self._request.node)
        if marked is None:
            raise pytest.UsageError(
                "load_function() was called without a path, and the test has no marker fn_function.\n"
                'Hint: give the path, or mark the test with @pytest.mark.fn_function("functions/asset").'
            )
        return marked.source, {**marked.options, **options}

    def _chosen(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the options of the run say."""
        client = options.get("client")
        # An object cannot travel to a worker: a run with --fn-runner worker leaves such a function where it is.
        stays = client is not None and not isinstance(client, str)
        found = chosen(self._request.config)
        return {key: value for key, value in found.items() if not (stays and key == "runner")}
