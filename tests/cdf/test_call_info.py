from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.call_info import MAX_ID, call_info, make_id
from fn_emulator.model import Call

DUE = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ("text", {"function_id": "7", "call_id": "8", "schedule_id": "9", "scheduled_time": "2026-03-29T00:30:00Z"}),
        ("int", {"function_id": 7, "call_id": 8, "schedule_id": 9, "scheduled_time": 1774744200000}),
    ],
)
def test_a_scheduled_call(types, expected):
    call = Call(id=8, function="fn", function_id=7, data={}, data_text="{}", schedule_id=9, scheduled_time=DUE)
    assert call_info(call, types) == expected


def test_a_call_without_a_schedule_has_no_keys_of_one():
    assert call_info(Call(id=8, function="fn", function_id=7, data={}, data_text="{}"), "text") == {
        "function_id": "7",
        "call_id": "8",
    }


@given(st.text(), st.integers())
def test_ids_are_those_that_the_platform_allows(name, number):
    assert 1 <= make_id(name, number) <= MAX_ID
    assert make_id(name, number) == make_id(name, number)


def test_parts_are_kept_apart():
    assert make_id("ab", "c") != make_id("a", "bc")


def test_a_name_with_bytes_that_are_no_text_has_an_id():
    assert 1 <= make_id("caf\udce9") <= MAX_ID


def test_what_a_call_says_itself_goes_over_the_rest():
    call = Call(id=8, function="fn", function_id=7, data={}, data_text="{}", info={"call_id": "1", "extra": [2]})
    assert call_info(call, "text") == {"function_id": "7", "call_id": "1", "extra": [2]}
