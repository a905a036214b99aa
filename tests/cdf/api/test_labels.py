from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def hot(client):
    return client.labels.create(data.LabelDefinitionWrite(external_id="hot", name="Hot", description="burns"))


def test_label_is_retrieved_by_its_external_id(client, hot):
    assert client.labels.retrieve("hot").description == "burns"


def test_label_shows_no_internal_id(post, client, hot):
    _, answer = post("/labels/list", {})
    assert {*answer["items"][0]} == {"externalId", "name", "description", "createdTime"}


def test_labels_are_listed_by_name_and_prefix(client, hot):
    client.labels.create(data.LabelDefinitionWrite(external_id="cold", name="Cold"))
    assert [label.external_id for label in client.labels.list(name="Hot")] == ["hot"]
    assert [label.external_id for label in client.labels.list(external_id_prefix="co")] == ["cold"]


def test_taken_external_id_is_a_duplicate(post, hot):  # SDK 8 fails on the answer with an error of its own
    status, answer = post("/labels", {"items": [{"externalId": "hot", "name": "again"}]})
    assert (status, answer["error"]["duplicated"]) == (409, [{"externalId": "hot"}])


def test_asset_keeps_a_label_that_is_deleted(client, hot):
    client.assets.create(data.AssetWrite(name="a", external_id="a", labels=["hot"]))
    client.labels.delete("hot")
    assert len(client.labels.list()) == 0
    assert [label.external_id for label in client.assets.retrieve(external_id="a").labels] == ["hot"]


def test_unknown_label_cannot_be_deleted(client):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.labels.delete("nobody")
