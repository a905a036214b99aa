"""The fixtures that say what handlers get besides data."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

OVERRIDDEN = """
import pytest
@pytest.fixture
def function_secrets():
    return {"key": "of-conftest"}
@pytest.fixture
def function_call_info(function_call_info):
    return {**function_call_info, "call_id": "7"}
"""


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function("def handle(secrets, function_call_info):\n    return [secrets, function_call_info['call_id']]\n")


def test_there_are_none_by_default(run):
    source = """
    def test_it(load_function, function_secrets, function_call_info):
        assert (function_secrets, function_call_info) == ({}, {})
        assert load_function("fn").call().response == [{}, "4454951414421058"]
    """
    run(source).assert_outcomes(passed=1)


def test_those_of_a_conftest_reach_every_handler(pytester, run):
    pytester.makeconftest(OVERRIDDEN)
    source = """
    def test_it(load_function):
        assert load_function("fn").call().response == [{"key": "of-conftest"}, "7"]
    """
    run(source).assert_outcomes(passed=1)


def test_those_of_a_call_take_their_place(pytester, run):
    pytester.makeconftest(OVERRIDDEN)
    source = """
    def test_it(load_function):
        fn = load_function("fn", secrets={"other": "of-call"}, call_info={"call_id": "8"})
        assert fn.call().response == [{"other": "of-call"}, "8"]
    """
    run(source).assert_outcomes(passed=1)
