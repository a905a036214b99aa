from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")


@pytest.fixture
def assets(client):
    client.assets.create([data.AssetWrite(name=name, external_id=name) for name in ("a", "b", "c")])


def names(answer):
    return [item["name"] for item in answer["items"]]


def test_plain_get_lists(client, assets):
    answer = client.get(f"/api/v1/projects/{client.config.project}/assets", params={"limit": 2}).json()
    assert names(answer) == ["a", "b"]


def test_cursor_leads_to_the_next_page(post, assets):
    _, first = post("/assets?limit=2", method="GET")
    _, second = post(f"/assets?limit=2&cursor={first['nextCursor']}", method="GET")
    assert names(second) == ["c"]


@pytest.mark.parametrize(("query", "expected"), [("name=b", ["b"]), ("root=true", ["a", "b", "c"]), ("root=False", [])])
def test_filter_in_the_query(post, assets, query, expected):
    assert names(post(f"/assets?{query}", method="GET")[1]) == expected


def test_other_filters_are_refused(post):
    status, answer = post("/events?assetIds=1", method="GET")
    assert status == 400
    assert answer["error"]["message"] == (
        "Unexpected query parameter - assetIds; POST /events/list takes every filter."
    )


@pytest.mark.parametrize("query", ["limit=0", "limit=²", "limit=x", "partition=²/3", "root=maybe", "cursor=x"])
def test_malformed_query_is_refused(post, query):
    assert post(f"/assets?{query}", method="GET")[0] == 400


def test_one_item_by_its_id(post, client, assets):
    asset = client.assets.retrieve(external_id="b")
    assert post(f"/assets/{asset.id}", method="GET")[1]["name"] == "b"


@pytest.mark.parametrize("asked", ["7", "x", "%C2%B2", "9" * 5000])
def test_unknown_id_in_the_path_is_missing(post, asked):
    status, answer = post(f"/assets/{asked}", method="GET")
    assert (status, len(answer["error"]["missing"])) == (400, 1)


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/timeseries", {"externalId": "t", "isString": True}),
        ("/files", {"externalId": "f", "name": "f"}),
        (
            "/relationships",
            {
                **{"externalId": "r", "sourceExternalId": "a", "sourceType": "asset"},
                **{"targetExternalId": "b", "targetType": "asset"},
            },
        ),
    ],
)
def test_other_resources_are_listed_by_get(fake, post, path, item):
    fake.seed({path[1:]: [item]})
    (found,) = post(f"{path}?limit=5", method="GET")[1]["items"]
    assert found["externalId"] == item["externalId"]


def test_a_flag_in_the_query_of_time_series(fake, post):
    fake.seed({"timeseries": [{"externalId": "t", "isString": True}, {"externalId": "n"}]})
    assert [item["externalId"] for item in post("/timeseries?isString=true", method="GET")[1]["items"]] == ["t"]
