"""Long lists: their pages are cut from one pass, and none of it outlives a change."""

from __future__ import annotations

import json

import pytest

from fn_emulator.cdf.api import listing, modeling_sync
from fn_emulator.cdf.modeling.ordering import Ordering

API = "https://any.cognitedata.com/api/v1/projects/fn-emulator"
SPACE = {"space": "s", "externalId": "C"}
BY_NUMBER = [{"property": ["s", "C", "n"], "direction": "descending"}]


@pytest.fixture
def post(fake):
    """``post(path, body)``: the answer's JSON."""

    def post(path, body):
        headers = {"content-type": "application/json"}
        status, _, answer = fake.handle("POST", API + path, headers, json.dumps(body).encode(), now_ms=1000)
        assert status in (200, 201), answer
        return json.loads(answer)

    return post


@pytest.fixture
def sorts(monkeypatch):
    """How often a list was sorted."""
    made = []
    real = listing.sort_items
    monkeypatch.setattr(listing, "sort_items", lambda *given: made.append(1) or real(*given))
    return made


def events(post, *starts):
    post("/events", {"items": [{"externalId": f"e{start}", "startTime": start, "type": "t"} for start in starts]})


def pages(post, path, body, between=lambda: None):
    """All items of a list, page by page."""
    answer = post(path, body)
    items = answer["items"]
    while "nextCursor" in answer:
        between()
        answer = post(path, {**body, "cursor": answer["nextCursor"]})
        items += answer["items"]
    return items


def test_a_list_is_sorted_once_for_its_pages(post, sorts):
    events(post, 3, 1, 2, 5, 4)
    found = pages(post, "/events/list", {"limit": 2, "sort": ["startTime:desc"]})
    assert ([event["startTime"] for event in found], len(sorts)) == ([5, 4, 3, 2, 1], 1)


def test_a_write_elsewhere_does_not_sort_it_again(post, sorts):
    events(post, 3, 1, 2)
    write = lambda: post("/labels", {"items": [{"externalId": f"l{len(sorts)}-{post}"[:20], "name": "x"}]})  # noqa: E731
    pages(post, "/events/list", {"limit": 2, "sort": ["startTime"]}, write)
    assert len(sorts) == 1


def test_a_change_is_in_the_sorted_list(post, sorts):
    events(post, 1, 2)
    body = {"limit": 10, "sort": ["startTime"]}
    assert [event["startTime"] for event in post("/events/list", body)["items"]] == [1, 2]
    post("/events/update", {"items": [{"externalId": "e1", "update": {"startTime": {"set": 9}}}]})
    assert [event["startTime"] for event in post("/events/list", body)["items"]] == [2, 9]
    assert len(sorts) == 2


def test_a_change_of_what_the_filter_asks_is_in_the_sorted_list(post):
    post("/assets", {"items": [{"externalId": "root", "name": "r"}]})
    (root,) = post("/assets/byids", {"items": [{"externalId": "root"}]})["items"]
    body = {"sort": ["name"], "filter": {"assetSubtreeIds": [{"id": root["id"]}]}}
    assert [asset["name"] for asset in post("/assets/list", body)["items"]] == ["r"]
    post("/assets", {"items": [{"name": "child", "parentExternalId": "root"}]})
    assert [asset["name"] for asset in post("/assets/list", body)["items"]] == ["child", "r"]


def test_sorted_lists_with_other_filters_are_not_mixed_up(post):
    events(post, 1, 2, 3)
    for low in (1, 2, 3):
        body = {"sort": ["startTime"], "filter": {"startTime": {"min": low}}}
        assert [event["startTime"] for event in post("/events/list", body)["items"]] == [*range(low, 4)]


def test_sorted_lists_of_two_callers_are_not_mixed_up(fake, post):
    events(post, 1, 2)
    body = {"sort": ["startTime"]}
    assert len(post("/events/list", body)["items"]) == 2
    fake.world.covers = lambda acl, action, item: item["startTime"] == 2
    assert [event["startTime"] for event in post("/events/list", body)["items"]] == [2]


def test_a_sorted_list_goes_on_from_its_cursor_after_a_deletion(post):
    events(post, 1, 2, 3, 4)
    body = {"limit": 2, "sort": ["startTime"]}
    delete = lambda: post("/events/delete", {"items": [{"externalId": "e4"}]})  # noqa: E731
    assert [event["startTime"] for event in pages(post, "/events/list", body, delete)] == [1, 2, 3]


def test_pages_in_the_order_of_creation_skip_and_repeat_nothing_when_others_go(post):
    events(post, *range(6))
    gone = iter(["e0", "e5"])
    delete = lambda: post("/events/delete", {"items": [{"externalId": next(gone)}]})  # noqa: E731
    found = pages(post, "/events/list", {"limit": 2}, delete)
    assert [event["externalId"] for event in found] == ["e0", "e1", "e2", "e3", "e4"]


@pytest.fixture
def nodes(post):
    """``nodes(*numbers)`` puts nodes, each with the last digit of seven times its number."""
    post("/models/spaces", {"items": [{"space": "s"}]})
    post("/models/containers", {"items": [{**SPACE, "properties": {"n": {"type": {"type": "int64"}}}}]})

    def nodes(*numbers):
        source = {"type": "container", **SPACE}
        items = [
            {
                "instanceType": "node",
                "space": "s",
                "externalId": f"n{number}",
                "sources": [{"source": source, "properties": {"n": number * 7 % 10}}],
            }
            for number in numbers
        ]
        post("/models/instances", {"items": items})

    return nodes


def test_a_query_is_sorted_once_for_its_pages_until_something_changes(post, nodes, monkeypatch):
    made, real = [], Ordering.sort
    monkeypatch.setattr(Ordering, "sort", lambda *given: made.append(1) or real(*given))
    nodes(*range(5))
    body = {"with": {"a": {"nodes": {}, "sort": BY_NUMBER, "limit": 2}}, "select": {"a": {}}}
    first = post("/models/instances/query", body)
    second = post("/models/instances/query", {**body, "cursors": first["nextCursor"]})
    assert (names(first["items"]["a"]), names(second["items"]["a"]), len(made)) == (["n4", "n1"], ["n2", "n3"], 1)
    nodes(8)  # between n1 and n2 in the order
    third = post("/models/instances/query", {**body, "cursors": first["nextCursor"]})
    assert (names(third["items"]["a"]), len(made)) == (["n8", "n2"], 2)


def names(items):
    return [item["externalId"] for item in items]


def test_instances_are_sorted_once_for_their_pages(post, nodes, monkeypatch):
    made, real = [], Ordering.sort
    monkeypatch.setattr(Ordering, "sort", lambda *given: made.append(1) or real(*given))
    nodes(*range(5))
    found = pages(post, "/models/instances/list", {"limit": 2, "sort": BY_NUMBER})
    assert (names(found), len(made)) == (["n4", "n1", "n2", "n3", "n0"], 1)


def test_a_changed_instance_moves_in_the_sorted_list(post, nodes):
    nodes(0, 1)
    assert names(post("/models/instances/list", {"sort": BY_NUMBER})["items"]) == ["n1", "n0"]
    nodes(4)
    assert names(post("/models/instances/list", {"sort": BY_NUMBER})["items"]) == ["n4", "n1", "n0"]


def sync(post, cursor=None):
    body = {"with": {"a": {"nodes": {"filter": {"hasData": [{"type": "container", **SPACE}]}}, "limit": 2}}}
    answer = post("/models/instances/sync", {**body, "select": {"a": {}}, "cursors": {"a": cursor} if cursor else {}})
    return names(answer["items"]["a"]), answer["nextCursor"]["a"]


@pytest.mark.parametrize("few", [-1, 1000])
def test_a_sync_goes_on_from_its_cursor(post, nodes, monkeypatch, few):
    monkeypatch.setattr(modeling_sync, "FEW", few)
    nodes(*range(5))
    first, cursor = sync(post)
    nodes(*range(5))  # as they were: no change
    second, cursor = sync(post, cursor)
    nodes(9)
    third, cursor = sync(post, cursor)
    assert (first, second, third) == (["n0", "n1"], ["n2", "n3"], ["n4", "n9"])
    post("/models/instances/delete", {"items": [{"instanceType": "node", "space": "s", "externalId": "n1"}]})
    nodes(7)
    fourth, cursor = sync(post, cursor)
    assert (fourth, sync(post, cursor)[0]) == (["n1", "n7"], [])
