"""What two runs have left in CDF, compared item by item."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.holdings import UNNAMED, Departure, Holdings

SEED = {
    "raw": {"d": {"t": {"seeded": {"n": 0}}}},
    "timeseries": [{"externalId": "s"}],
    "events": [{"externalId": "seeded", "type": "old"}],
    "spaces": [{"space": "field"}],
    "datasets": [{"externalId": "set", "name": "set"}],
    "extpipes": [{"externalId": "pipe", "name": "pipe", "dataSetExternalId": "set"}],
}

NAMES = st.sampled_from("abc")
NUMBERS = st.integers(0, 3)
HOURS = st.integers(0, 5)


def row(key, number):
    return "/raw/dbs/d/tables/t/rows", {"items": [{"key": key, "columns": {"n": number, "deep": {"er": number}}}]}


def event(number):
    return "/events", {"items": [{"type": "run", "metadata": {"n": str(number)}}]}


def point(hour, number):
    points = [{"timestamp": hour * 3_600_000, "value": number}]
    return "/timeseries/data", {"items": [{"externalId": "s", "datapoints": points}]}


def node(name):
    return "/models/instances", {"items": [{"instanceType": "node", "space": "field", "externalId": name}]}


def no_point(hour):
    span = {"externalId": "s", "inclusiveBegin": hour * 3_600_000, "exclusiveEnd": hour * 3_600_000 + 1}
    return "/timeseries/data/delete", {"items": [span]}


def no_row(key):
    return "/raw/dbs/d/tables/t/rows/delete", {"items": [{"key": key}]}


WRITES = st.one_of(
    st.builds(row, NAMES, NUMBERS),
    st.builds(event, NUMBERS),
    st.builds(point, HOURS, NUMBERS),
    st.builds(node, NAMES),
    st.builds(no_point, HOURS),
    st.builds(no_row, st.sampled_from(["a", "b", "seeded"])),
)
"""Requests, each as its path and body."""

APART = st.one_of(
    st.builds(row, NAMES, st.just(1)),
    st.builds(event, NUMBERS),
    st.builds(point, HOURS, st.just(1)),
    st.builds(node, NAMES),
)
"""Requests of which it does not matter which comes first."""


@pytest.fixture(scope="module")
def start():
    cdf = FakeCdf()
    cdf.seed(SEED)
    return cdf.world.fork(), cdf


@pytest.fixture(scope="module")
def holdings(start):
    """What requests leave: ``holdings([(path, body), ...])``."""
    world, cdf = start

    def leave(requests, **given):
        cdf.restart_from(world.fork())
        for path, body in requests:
            url = f"{cdf.base_url}/api/v1/projects/{cdf.project}{path}"
            status, _, answer = cdf.handle(
                "POST", url, {"authorization": "Bearer t"}, json.dumps(body).encode(), now_ms=1_000
            )
            assert status < 400, answer
        return Holdings(world, cdf.world, **given)

    return leave


@given(st.lists(WRITES, max_size=8))
def test_a_run_does_not_depart_from_itself(holdings, requests):
    held = holdings(requests)
    assert not held.departure(held)


@given(st.lists(WRITES, max_size=8))
def test_nor_from_the_same_run_again(holdings, requests):
    assert not holdings(requests).departure(holdings(requests))


@given(st.lists(APART, max_size=8), st.randoms(use_true_random=False))
def test_ids_and_the_order_of_creation_do_not_matter(holdings, requests, order):
    shuffled = random.Random(order.random()).sample(requests, len(requests))
    assert not holdings(requests).departure(holdings(shuffled))


@given(st.lists(WRITES, max_size=6), st.lists(WRITES, max_size=6))
def test_what_one_lacks_the_other_has_besides(holdings, ours, others):
    one, other = holdings(ours), holdings(others)
    there, back = one.departure(other), other.departure(one)
    assert (there.missing, there.extra) == (back.extra, back.missing)
    assert there.fields == back.fields
    assert {key: dict(values) for key, values in back.changed.items()} == {
        key: {field: values[::-1] for field, values in changes.items()} for key, changes in there.changed.items()
    }


@given(st.lists(WRITES, max_size=6), st.lists(WRITES, max_size=6))
def test_without_what_differs_nothing_differs(holdings, ours, others):
    one, other = holdings(ours), holdings(others)
    found = one.departure(other)
    assert not found.without(found.fields).changed
    counted = one.departure(other, found.resources)
    assert {name for _, name in (*counted.missing, *counted.extra)} <= {UNNAMED}


def test_each_datapoint_counts(holdings):
    found = holdings([point(0, 1), point(1, 1)]).departure(holdings([point(1, 2), point(2, 1)]))
    assert [json.loads(name)["timestamp"] for _, name in found.missing] == ["1970-01-01T00:00:00Z"]
    assert [json.loads(name)["timestamp"] for _, name in found.extra] == ["1970-01-01T02:00:00Z"]
    assert list(found.changed.values()) == [{"value": [1, 2]}]


def test_fields_of_a_row_are_compared_by_their_paths(holdings):
    found = holdings([row("a", 1)]).departure(holdings([row("a", 2)]))
    assert found.changed == {
        ("raw/rows", '{"database": "d", "key": "a", "table": "t"}'): {
            "columns.deep.er": [1, 2],
            "columns.n": [1, 2],
        }
    }


def test_a_seeded_item_that_one_of_them_changed_is_missing(holdings):
    update = ("/events/update", {"items": [{"externalId": "seeded", "update": {"type": {"set": "new"}}}]})
    found = holdings([update]).departure(holdings([]))
    assert found == Departure({("events", '{"externalId": "seeded"}'): {"type": "new"}}, {}, {})


def test_a_deletion_is_told_from_a_change(holdings):
    found = holdings([no_row("seeded")]).departure(holdings([row("seeded", 1)]))
    (missing,), (extra,) = found.missing, found.extra
    assert '"deleted": true' in missing[1]
    assert '"deleted"' not in extra[1]


def test_items_without_names_are_as_many_as_there_are_of_their_content(holdings):
    once, twice = holdings([event(1), event(2)]), holdings([event(1), event(2), event(2)])
    found = once.departure(twice)
    assert (len(found.missing), len(found.extra)) == (0, 1)
    assert not once.departure(holdings([event(2), event(1)]))
    assert once.departure(holdings([event(1), event(3)])).resources == {"events"}


def test_of_unnamed_resources_the_number_is_compared(holdings):
    one = holdings([event(1), row("a", 1)])
    assert not one.departure(holdings([event(2), row("a", 1)]), {"events"})
    found = one.departure(holdings([event(2), event(3), row("b", 1)]), {"events"})
    assert set(found.extra) == {("raw/rows", '{"database": "d", "key": "b", "table": "t"}'), ("events", UNNAMED)}


def test_a_new_name_is_a_change_of_what_has_an_id(holdings):
    def asset(name):
        return "/assets", {"items": [{"externalId": "a", "name": name}]}

    found = holdings([asset("one")]).departure(holdings([asset("two")]))
    assert found.changed == {("assets", '{"externalId": "a"}'): {"name": ["one", "two"]}}


def test_what_cdf_keeps_of_a_pipeline_is_nobodys_write(holdings):
    run = ("/extpipes/runs", {"items": [{"externalId": "pipe", "status": "success"}]})
    assert len(holdings([run])) == 0


def test_but_what_is_written_to_it_is(holdings):
    run = ("/extpipes/runs", {"items": [{"externalId": "pipe", "status": "success"}]})
    update = ("/extpipes/update", {"items": [{"externalId": "pipe", "update": {"name": {"set": "new"}}}]})
    found = holdings([run]).departure(holdings([run, update]))
    assert list(found.extra.values()) == [{"name": "new"}]


def test_items_are_compared_as_they_are_shown(holdings):
    def hide(value):
        return json.loads(json.dumps(value).replace("secret", "***"))

    shown = holdings([row("secret", 1)], mask_json=hide)
    assert [name for _, name in holdings([]).departure(shown).extra] == [
        '{"database": "d", "key": "***", "table": "t"}'
    ]
