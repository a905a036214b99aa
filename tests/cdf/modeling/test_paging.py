from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.ordering import compile_sort
from fn_emulator.cdf.modeling.paging import take_page

from .graphs import make_graph

PRESSURE = ["plant", "Equipment/v1", "pressure"]


@pytest.fixture(scope="module")
def sorting(scope, node):
    def sorting(pressures: dict[str, float | None], *sort: dict[str, Any]) -> str:
        nodes = [node(name, pressure=value) for name, value in pressures.items()]
        ordering = compile_sort(list(sort), scope, make_graph(nodes).rank)
        return "".join(one["externalId"] for one in ordering.sort(nodes))

    return sorting


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ([], "abcd"),
        ([{"property": PRESSURE}], "dacb"),
        ([{"property": PRESSURE, "nullsFirst": True}], "bdac"),
        ([{"property": PRESSURE, "direction": "descending"}], "bacd"),
        ([{"property": PRESSURE, "direction": "descending", "nullsFirst": False}], "acdb"),
        ([{"property": PRESSURE}, {"property": ["node", "externalId"], "direction": "descending"}], "dcab"),
    ],
)
def test_sort_orders_by_property_and_places_nulls(sorting, sort, expected):
    assert sorting({"a": 2, "b": None, "c": 2, "d": 1}, *sort) == expected


@pytest.mark.parametrize(
    ("sort", "message"),
    [
        (
            {"property": PRESSURE, "direction": "up"},
            "The direction of a sort must be ascending or descending. Got 'up'.",
        ),
        ({"direction": "ascending"}, "A sort must be an object with a property."),
        ({"property": ["plant", "Equipment/v1", "tags"]}, "cannot be sorted by: it is a list or JSON."),
    ],
)
def test_malformed_sort_is_refused(sorting, sort, message):
    with pytest.raises(CdfError) as caught:
        sorting({"a": 1}, sort)
    assert message in caught.value.message


@pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24=", "WzEsIDJd", 5])
def test_cursor_of_another_request_is_refused(scope, node, cursor):
    nodes = [node("a"), node("b")]
    ordering = compile_sort(None, scope, make_graph(nodes).rank)
    with pytest.raises(CdfError, match=r"The cursor .* is not one that this request was given before."):
        take_page(nodes, ordering, 1, cursor, "one")
    other = take_page(nodes, ordering, 1, None, "another").next_cursor
    with pytest.raises(CdfError, match=r"is not one that this request was given"):
        take_page(nodes, ordering, 1, other, "one")


@given(
    pressures=st.lists(st.none() | st.integers(0, 3), max_size=12),
    limit=st.integers(1, 5),
    is_descending=st.booleans(),
    nulls_first=st.none() | st.booleans(),
    gone=st.sets(st.integers(0, 11)),
)
def test_pages_hold_every_instance_once(scope, node, pressures, limit, is_descending, nulls_first, gone):
    nodes = [node(f"n{place}", pressure=pressure) for place, pressure in enumerate(pressures)]
    sort = {
        "property": PRESSURE,
        "direction": "descending" if is_descending else "ascending",
        "nullsFirst": nulls_first,
    }
    ordering = compile_sort([sort], scope, make_graph(nodes).rank)
    seen: list[Any] = []
    cursor = None
    while True:
        left = [
            one for place, one in enumerate(nodes) if place not in gone or one not in seen
        ]  # deleted after its page
        page = take_page(ordering.sort(left), ordering, limit, cursor, "q")
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
        assert len(page.items) == limit
    assert seen == ordering.sort(nodes)
