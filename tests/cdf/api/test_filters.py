from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")

MALFORMED = [
    ("/assets", [], "filter must be an object, it is an array."),
    ("/assets", {"colour": "red"}, "Unexpected field - filter.colour"),
    ("/assets", {"name": 1}, "filter.name must be a string, it is a number."),
    ("/assets", {"externalIdPrefix": []}, "filter.externalIdPrefix must be a string, it is an array."),
    ("/assets", {"root": "yes"}, "filter.root must be a boolean, it is a string."),
    ("/assets", {"parentIds": 1}, "filter.parentIds must be an array, it is a number."),
    ("/assets", {"parentIds": [None]}, "filter.parentIds[0] must be a string or an integer, it is null."),
    ("/assets", {"metadata": "x"}, "filter.metadata must be an object, it is a string."),
    ("/assets", {"labels": {}}, "filter.labels must have exactly one of containsAny and containsAll."),
    (
        "/assets",
        {"labels": {"containsAny": ["x"]}},
        "filter.labels.containsAny must be a list of objects with externalId.",
    ),
    ("/assets", {"dataSetIds": [1]}, "filter.dataSetIds[0] must be an object, it is a number."),
    ("/assets", {"dataSetIds": [{}]}, "filter.dataSetIds[0] must have exactly one of id, externalId and instanceId."),
    ("/assets", {"createdTime": 1}, "filter.createdTime must be an object, it is a number."),
    ("/assets", {"createdTime": {"from": 1}}, "Unexpected field - filter.createdTime.from"),
    ("/assets", {"createdTime": {"min": "x"}}, "filter.createdTime.min must be a number, it is a string."),
    ("/events", {"assetExternalIds": [1]}, "filter.assetExternalIds must be an array of strings, it is an array."),
    ("/events", {"assetSubtreeIds": {}}, "filter.assetSubtreeIds must be an array, it is an object."),
    ("/events", {"assetSubtreeIds": [{"externalId": "x"}]}, "Asset ids not found: externalId: x"),
]


@pytest.mark.parametrize(("path", "asked", "message"), MALFORMED)
def test_malformed_filter_is_refused(post, path, asked, message):
    status, answer = post(f"{path}/list", {"filter": asked})
    assert (status, answer["error"]["message"]) == (400, message)


def test_filter_that_is_null_is_none(post, client):
    client.events.create(data.EventWrite(type="a"))
    assert len(post("/events/list", {"filter": {"type": None}})[1]["items"]) == 1


@pytest.mark.parametrize(
    ("sort", "message"),
    [
        ("name", "sort must be an array, it is a string."),
        ([1], "sort[0] must be an object, it is a number."),
        ([{"property": []}], "sort[0].property must be a list of names."),
        (
            [{"property": ["name"], "order": "up"}],
            "sort[0] must have order asc or desc and nulls auto, first or last.",
        ),
    ],
)
def test_malformed_sort_is_refused(post, sort, message):
    status, answer = post("/assets/list", {"sort": sort})
    assert (status, answer["error"]["message"]) == (400, message)


def test_sort_by_two_properties(client):
    pairs = [("b", "1"), ("a", "2"), ("a", "1")]
    client.assets.create([data.AssetWrite(name=name, metadata={"k": value}) for name, value in pairs])
    found = client.assets.list(sort=[("name", "asc"), (["metadata", "k"], "desc")])
    assert [(asset.name, asset.metadata["k"]) for asset in found] == [("a", "2"), ("a", "1"), ("b", "1")]


@pytest.mark.parametrize(
    ("order", "nulls", "expected"),
    [("asc", "auto", ["a", "b", None]), ("desc", "auto", [None, "b", "a"]), ("asc", "first", [None, "a", "b"])],
)
def test_nulls_are_sorted_last_unless_descending_or_told(post, order, nulls, expected):
    post("/events", {"items": [{"source": "b"}, {}, {"source": "a"}]})
    _, answer = post("/events/list", {"sort": [{"property": ["source"], "order": order, "nulls": nulls}]})
    assert [item.get("source") for item in answer["items"]] == expected


def test_sorted_pages_follow_each_other(post):
    post("/events", {"items": [{"startTime": n} for n in (3, 1, 2)]})
    sort = [{"property": ["startTime"]}]
    _, first = post("/events/list", {"sort": sort, "limit": 2})
    _, second = post("/events/list", {"sort": sort, "limit": 2, "cursor": first["nextCursor"]})
    assert [item["startTime"] for item in first["items"] + second["items"]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"limit": 0}, "limit must be between 1 and 1000, it is 0."),
        ({"limit": 1001}, "limit must be between 1 and 1000, it is 1001."),
        ({"limit": "5"}, "limit must be an integer, it is a string."),
        ({"cursor": "x"}, "Invalid cursor: 'x'"),
        ({"partition": "3/2"}, "partition must be such as '1/10', it is '3/2'."),
        ({"colour": 1}, "Unexpected field - colour"),
        ([], "The body must be an object, it is an array."),
    ],
)
def test_malformed_page_is_refused(post, body, message):
    status, answer = post("/assets/list", body)
    assert (status, answer["error"]["message"]) == (400, message)


def test_cursor_of_another_list_is_refused(post):
    post("/events", {"items": [{}, {}]})
    _, first = post("/events/list", {"limit": 1})
    status, answer = post("/events/list", {"limit": 1, "filter": {"type": "x"}, "cursor": first["nextCursor"]})
    assert status == 400
    assert answer["error"]["message"] == (
        "Invalid cursor: it belongs to a list with another filter, sort or partition."
    )
