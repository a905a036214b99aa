"""What changed in an answer, in lines."""

from __future__ import annotations

import pytest

from fn_emulator.report.difference import difference_lines


def nested(value, depth):
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ({"total": 3}, {"total": 4}, ["~ $.total: 3 -> 4"]),
        ({"x": None}, {"rows": []}, ["- $.x: null", "+ $.rows: []"]),
        ({"a b": 1, "ok_2": 1}, {}, ['- $["a b"]: 1', "- $.ok_2: 1"]),
        ([{"a": {"b": 1}}], [{"a": {"b": "1"}}], ['~ $[0].a.b: 1 -> "1"']),
        ([1, 2], [0, 1, 2], ["+ $[0]: 0"]),
        ([1, 2, 3], [1, 3], ["- $[1]: 2"]),
        ([1, 2, 3], [1, 5, 3], ["~ $[1]: 2 -> 5"]),
        ([1, 2], [7, 8, 9], ["~ $[0]: 1 -> 7", "~ $[1]: 2 -> 8", "+ $[2]: 9"]),
        (1, 1.0, ["~ $: 1 -> 1.0"]),
        (1, True, ["~ $: 1 -> true"]),
        ([1], [True], ["~ $[0]: 1 -> true"]),
        ({"a": 1}, [1], ['~ $: {"a": 1} -> [1]']),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}, []),
        (None, None, []),
    ],
)
def test_a_line_for_each_difference(before, after, lines):
    assert difference_lines(before, after) == lines


def test_no_more_lines_than_can_be_read():
    lines = difference_lines(list(range(50)), [])
    assert (len(lines), lines[-2:]) == (20, ["- $[18]: 18", "... and 31 more differences"])


def test_exactly_as_many_as_there_is_room_for():
    assert difference_lines([1, 2], [], most=2) == ["- $[0]: 1", "- $[1]: 2"]


def test_a_long_value_is_cut():
    (line,) = difference_lines("a", "b" * 200)
    assert line == f'~ $: "a" -> "{"b" * 76}...'


def test_an_answer_that_is_nested_deeply():
    assert difference_lines(nested(1, 5000), nested(1, 5000)) == []
    (line,) = difference_lines(nested(1, 5000), nested(2, 5000))
    assert line.endswith("[0]: 1 -> 2")
