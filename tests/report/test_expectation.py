from __future__ import annotations

from unittest.mock import ANY

import pytest

from fn_emulator.report.expectation import expectation_lines


@pytest.mark.parametrize(
    ("expected", "got", "lines"),
    [
        ({"total": 3}, {"total": 4}, ["$.total: expected 3, got 4"]),
        ({"x": None}, {"rows": []}, ["$.x: expected null, got nothing", "$.rows: expected nothing, got []"]),
        ([1, 2], [1], ["$[1]: expected 2, got nothing"]),
        ({"a": (1, 2)}, {"a": [1, 2]}, ["$.a: expected (1, 2), got [1, 2]"]),
        ({"a": {1}}, {"a": [1]}, ["$.a: expected {1}, got [1]"]),
        ({1: "a"}, {"1": "a"}, ['$[1]: expected "a", got nothing', '$["1"]: expected nothing, got "a"']),
        ({"a": pytest.approx(2.0)}, {"a": 3}, ["$.a: expected 2.0 ± 2.0e-06, got 3"]),
        ([ANY, 1.0, pytest.approx(2.0)], ["x", 1, 2.00000001], []),
    ],
)
def test_a_line_for_each_difference(expected, got, lines):
    assert expectation_lines(expected, got) == lines


def test_secrets_are_masked():
    assert expectation_lines("a", "key", lambda line: line.replace("key", "***")) == ['$: expected "a", got "***"']


@pytest.mark.parametrize("before", range(0, 120, 10))
def test_no_part_of_a_secret_is_left_by_a_cut(before):
    secret = "S3CR3T-abcdefghijklmnop"
    (line,) = expectation_lines({"v": 1}, {"v": "x" * before + secret}, lambda text: text.replace(secret, "***"))
    assert "S3CR" not in line


def test_no_more_lines_than_can_be_read():
    assert expectation_lines(list(range(50)), [])[-1] == "... and 31 more differences"
