from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


def test_data_set_is_not_write_protected_unless_told(client):
    assert client.data_sets.create(data.DataSetWrite(external_id="ds")).write_protected is False


def test_protection_is_updated_and_filtered(client):
    client.data_sets.create([data.DataSetWrite(external_id="a"), data.DataSetWrite(external_id="b")])
    client.data_sets.update(data.DataSetUpdate(external_id="b").write_protected.set(True))
    assert [found.external_id for found in client.data_sets.list(write_protected=True)] == ["b"]


def test_more_than_ten_are_created_in_chunks_of_ten(client, post):
    client.data_sets.create([data.DataSetWrite(external_id=str(n)) for n in range(11)])
    assert len(client.data_sets.list(limit=None)) == 11
    assert post("/datasets", {"items": [{}] * 11})[0] == 400


def test_count(post, client):
    client.data_sets.create([data.DataSetWrite(external_id=x) for x in "ab"])
    assert post("/datasets/aggregate", {"filter": {"externalIdPrefix": "a"}}) == (200, {"items": [{"count": 1}]})


def test_data_set_cannot_be_deleted(post):
    assert post("/datasets/delete", {"items": [{"id": 1}]})[0] == 501


def test_unknown_data_set_of_an_asset_is_named(client):
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        client.assets.create(data.AssetWrite(name="a", data_set_id=7))
    assert error.value.not_found == [{"id": 7}]


def test_unknown_data_set_is_none(client):
    assert client.data_sets.retrieve(external_id="nobody") is None
