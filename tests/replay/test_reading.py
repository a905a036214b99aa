"""Which line is told where a value depends on other rows: read from the code."""

from __future__ import annotations

import pytest

from fn_emulator.function import open_function
from fn_emulator.replay.reading import likely_culprits

FOR = "    for number, value in data['data']:\n"


def lines(folder, cause, body):
    (folder / "handler.py").write_text(f"def handle(data):\n{body}")
    found = likely_culprits(open_function(str(folder)), cause)
    assert all(culprit.is_likely for culprit in found)
    return [(culprit.name, culprit.line) for culprit in found]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"{FOR}        total += value\n", [("total", 3)]),
        (f"{FOR}        change = value - last\n        last = value\n", [("last", 4)]),
        (f"{FOR}        seen.add(value)\n", [("seen", 3)]),
        ("    frame['o'] = frame['v'].cumsum()\n", [("cumsum", 2)]),
        ("    return [[n, total := total + v] for n, v in data['data']]\n", [("total", 2)]),
        ("    self.level = self.level * 0.5 + data\n", [("self.level", 2)]),
        ("    self.total += data\n", [("self.total", 2)]),
        ("    self.level = data\n", []),
        ("    return [[n, n == (rest := 4)] for n in data]\n", []),
        ("    values = sorted(data['data'])\n", [("sorted", 2)]),
    ],
)
def test_what_goes_along_the_rows_is_told_of_an_order(tmp_path, body, found):
    assert lines(tmp_path, "depends-on-row-order", body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    mean = sum(data) / len(data)\n", [("sum", 2)]),
        ("    z = (v - v.mean()) / v.std()\n", [("std", 2)]),
        ("    top = heapq.nlargest(2, data)\n", [("nlargest", 2)]),
        ("    m = frame.groupby('k')['v'].transform('mean')\n", [("transform", 2)]),
    ],
)
def test_what_looks_at_all_rows_is_told_of_a_batch(tmp_path, body, found):
    assert lines(tmp_path, "depends-on-batch", body) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("    return [[n, n % 2] for n, v in data['data']]\n", [("n", 2)]),
        ("    return [[row[0], f'{row[0]}-{row[1]}'] for row in data['data']]\n", [("row[0]", 2)]),
        ("    number = row[0]\n    print(number)\n", [("number", 3)]),
        ("    number, value = row\n    print(number)\n", [("number", 3)]),
        ("    return [[n, v] for n, v in data['data']]\n", []),
        ("    return [[n, k] for k, n in enumerate(data['data'])]\n", []),
    ],
)
def test_where_a_row_number_is_used_is_told(tmp_path, body, found):
    assert lines(tmp_path, "depends-on-row-number", body) == found


def test_nothing_is_read_of_state(tmp_path):
    assert lines(tmp_path, "stateful", "    return len(data)\n") == []


def test_nothing_is_read_of_what_cannot_be_parsed(tmp_path):
    assert lines(tmp_path, "depends-on-batch", "    return (\n") == []
