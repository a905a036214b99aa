"""Tests whose markers cannot be meant -> errors of collection in their place; the tests beside them are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

import pytest

from fn_emulator.errors import EmulatorError
from pytest_fn_emulator.markers import marked_function
from pytest_fn_emulator.scheduled import check_schedule


class Refused(pytest.Collector):
    """Stands where a test was collected, and fails when pytest asks what it holds."""

    problem = ""

    def collect(self) -> NoReturn:
        """Say what is wrong.

        Raises:
            pytest.Collector.CollectError: Always.
        """
        raise self.CollectError(f"{self.nodeid}: {self.problem}")


def with_refused(
    collector: pytest.Collector, nodes: Iterable[pytest.Item | pytest.Collector]
) -> list[pytest.Item | pytest.Collector]:
    """What ``collector`` gave, with one ``Refused`` in the place of all cases of a test that have the same problem."""
    found: list[pytest.Item | pytest.Collector] = []
    told = set()
    for node in nodes:
        problem = _problem(node) if isinstance(node, pytest.Function) else None
        if problem is None or not isinstance(node, pytest.Function):
            found.append(node)
        elif (node.originalname, problem) not in told:
            told.add((node.originalname, problem))
            refused = Refused.from_parent(collector, name=node.originalname)
            refused.problem = problem
            found.append(refused)
    return found


def _problem(test: pytest.Function) -> str | None:
    try:
        marked_function(test)
        if test.get_closest_marker("fn_scheduled") is not None:
            check_schedule(test)
    except (pytest.UsageError, EmulatorError) as exc:
        return str(exc)
    return None
