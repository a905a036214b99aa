from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.snowflake.json_text import parse_exactly
from fn_emulator.snowflake.wire import body_of, body_text, encode_row, make_batch_ids, make_query_id, split_rows

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**38), max_value=10**38, places=20),
    lambda members: st.lists(members, max_size=3) | st.dictionaries(st.text(max_size=3), members, max_size=3),
    max_leaves=6,
)


def test_a_body_has_the_form_that_was_observed():
    assert body_text([[10, "Älex"], [20, None]]) == '{\n"data":[\n[0,10,"Älex"],\n[1,20,null]\n]\n}'


def test_a_row_without_arguments_is_its_number():
    assert json.loads(body_text([[], []])) == {"data": [[0], [1]]}


def test_rows_can_have_other_numbers():
    assert json.loads(body_text([["a"], ["b"]], [7, 3])) == {"data": [[7, "a"], [3, "b"]]}


def test_rows_are_encoded_once_for_all_batches():
    texts = [encode_row(row) for row in ([10, "Alex"], [20, "Steve"])]
    assert body_of(texts) == body_text([[10, "Alex"], [20, "Steve"]])
    assert body_of(texts[1:]) == body_text([[20, "Steve"]])


@pytest.mark.parametrize("number", ["12345678901234567890123456789012345.678", "2.00", "0.0000000000", "-1E+400"])
def test_a_number_is_sent_with_all_its_digits(number):
    assert encode_row([Decimal(number), {"in": [Decimal(number)]}]) == f'{number},{{"in":[{number}]}}'


@given(st.lists(st.lists(VALUES, max_size=4), min_size=1, max_size=4))
def test_a_body_holds_what_the_rows_hold(rows):
    decoded = parse_exactly(body_text(rows), "body")["data"]
    assert [row[0] for row in decoded] == list(range(len(rows)))
    assert exact([row[1:] for row in decoded]) == exact(rows)


def exact(value):
    """A value whose floats are the numbers that JSON writes for them."""
    match value:
        case float():
            return Decimal(repr(value))
        case list():
            return [exact(member) for member in value]
        case dict():
            return {key: exact(member) for key, member in value.items()}
    return value


def test_rows_are_split_into_batches_in_order():
    assert list(split_rows(iter([[1], [2], [3]]), 2)) == [[[1], [2]], [[3]]]
    assert list(split_rows([], 2)) == []


def test_a_batch_has_a_row_at_least():
    with pytest.raises(ValueError, match="a batch has at least one row, not 0"):
        next(split_rows([[1]], 0))


def test_batch_ids_have_the_form_that_was_observed_and_repeat_with_their_seed():
    ids = list(islice(make_batch_ids(7), 3))
    assert ids == list(islice(make_batch_ids(7), 3))
    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"01[0-9a-f]{6}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:1:\d+:0:0", one) for one in ids)
    assert make_query_id(7) != make_query_id(8)
