"""Metadata of files, through the real client."""

from __future__ import annotations

import json

import pytest

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
data_classes = pytest.importorskip("cognite.client.data_classes")

API = "https://fn-emulator.cognitedata.com/api/v1/projects/fn-emulator"


def post(fake, path, body):
    """Status and JSON of a request that the client cannot be made to send."""
    sent = json.dumps(body).encode()
    status, _, answer = fake.handle("POST", API + path, {"content-type": "application/json"}, sent, now_ms=1000)
    return status, json.loads(answer)


def create(client, name="report.txt", **fields):
    """A file without content."""
    return client.files.create(data_classes.FileMetadataWrite(name=name, **fields))[0]


def found(client, **filters):
    return sorted(item.name for item in client.files.list(**filters))


@pytest.fixture
def assets(client):
    """Ids of a root, of the pump below it, and of another root."""
    root, other = client.assets.create(
        [data_classes.AssetWrite(name="root", external_id="root"), data_classes.AssetWrite(name="b")]
    )
    pump = client.assets.create(data_classes.AssetWrite(name="pump", external_id="pump", parent_id=root.id))
    return root.id, pump.id, other.id


def test_created_file_has_no_content(client):
    assert create(client).uploaded is False


def test_created_file_shows_its_metadata(client):
    create(client, external_id="x", directory="/d", source="s", mime_type="text/plain", metadata={"a": "b"})
    item = client.files.retrieve(external_id="x")
    assert (item.directory, item.source, item.mime_type, item.metadata) == ("/d", "s", "text/plain", {"a": "b"})


def test_unknown_file_is_none(client):
    assert client.files.retrieve(external_id="x") is None


def test_external_id_that_is_taken_is_refused(client):
    create(client, external_id="x")
    with pytest.raises(exceptions.CogniteAPIError, match="File ids duplicated: externalId: x") as caught:
        create(client, external_id="x")
    assert caught.value.code == 409


def test_overwritten_file_keeps_its_id_and_what_is_not_given(client):
    first = create(client, external_id="x", source="old", directory="/d")
    second, _ = client.files.create(
        data_classes.FileMetadataWrite(name="new.txt", external_id="x", source="new"), overwrite=True
    )
    assert (second.id, second.name, second.source, second.directory) == (first.id, "new.txt", "new", "/d")


def test_overwriting_needs_nothing_to_be_there(client):
    item, _ = client.files.create(data_classes.FileMetadataWrite(name="a", external_id="x"), overwrite=True)
    assert client.files.retrieve(external_id="x").id == item.id


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "file.name is missing."),
        ({"name": ""}, "file.name must have 1 to 256 characters, it has 0."),
        ({"name": "a", "metadata": {"k": 1}}, "file.metadata.k must be a string, it is a number."),
        ({"name": "a", "uploaded": True}, "Unexpected field - file.uploaded"),
        ([], "The body must be an object, it is an array."),
    ],
)
def test_wrong_metadata_is_refused(fake, body, message):
    status, answer = post(fake, "/files", body)
    assert (status, answer["error"]["message"]) == (400, message)


def test_asset_that_is_not_there_is_refused(client):
    with pytest.raises(exceptions.CogniteAPIError, match="Asset ids not found: id: 7"):
        create(client, asset_ids=[7])


def test_files_are_updated(client):
    create(client, external_id="x", metadata={"a": "1"})
    change = data_classes.FileMetadataUpdate(external_id="x").source.set("s").metadata.add({"b": "2"})
    updated = client.files.update(change)
    assert (updated.source, updated.metadata) == ("s", {"a": "1", "b": "2"})


def test_name_cannot_be_updated(fake, client):
    create(client, external_id="x")
    change = {"items": [{"externalId": "x", "update": {"name": {"set": "b"}}}]}
    status, answer = post(fake, "/files/update", change)
    assert (status, answer["error"]["message"]) == (400, "Unexpected field - items[0].update.name")


def test_deleted_file_is_gone(client):
    create(client, external_id="x")
    client.files.delete(external_id="x")
    assert client.files.retrieve(external_id="x") is None


def test_file_that_is_not_there_cannot_be_deleted(client):
    with pytest.raises(exceptions.CogniteNotFoundError) as caught:
        client.files.delete(external_id="x")
    assert caught.value.not_found == [{"externalId": "x"}]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"name": "a.txt"}, ["a.txt"]),
        ({"mime_type": "text/csv"}, ["b.csv"]),
        ({"source": "sap"}, ["a.txt", "b.csv"]),
        ({"directory_prefix": "/plant"}, ["a.txt"]),
        ({"external_id_prefix": "xb"}, ["b.csv"]),
        ({"metadata": {"k": "v"}}, ["b.csv"]),
        ({"uploaded": True}, ["c.bin"]),
        ({"uploaded": False}, ["a.txt", "b.csv"]),
        ({"source_created_time": {"min": 5, "max": 5}}, ["a.txt"]),
        ({"source_modified_time": {"max": 6}}, ["b.csv"]),
        ({"uploaded_time": {"min": 1}}, ["c.bin"]),
        ({"created_time": {"max": 1}}, []),
    ],
)
def test_list_is_filtered(client, filters, names):
    create(client, "a.txt", external_id="xa", source="sap", directory="/plant/a", source_created_time=5)
    fields = {"mime_type": "text/csv", "metadata": {"k": "v", "l": "w"}, "source_modified_time": 6}
    create(client, "b.csv", external_id="xb", source="sap", **fields)
    client.files.upload_bytes(b"1", name="c.bin")
    assert found(client, **filters) == names


def test_list_is_filtered_by_asset(client, assets):
    _, pump, other = assets
    create(client, "pump", asset_ids=[pump])
    create(client, "other", asset_ids=[other])
    assert found(client, asset_ids=[pump]) == ["pump"]
    assert found(client, asset_external_ids=["pump"]) == ["pump"]


def test_list_is_filtered_by_subtree(client, assets):
    _, pump, other = assets
    create(client, "pump", asset_ids=[pump])
    create(client, "other", asset_ids=[other])
    assert found(client, asset_subtree_external_ids=["root"]) == ["pump"]


def test_list_is_filtered_by_data_set(client):
    data_set = client.data_sets.create(data_classes.DataSetWrite(external_id="ds", name="ds"))
    create(client, "in", data_set_id=data_set.id)
    create(client, "out")
    assert found(client, data_set_external_ids="ds") == ["in"]


def test_files_are_found_by_words_of_their_name(client):
    create(client, "pump manual.pdf")
    create(client, "fan.pdf")
    assert [item.name for item in client.files.search(name="manual")] == ["pump manual.pdf"]


def test_list_is_not_filtered_by_place(fake):
    status, answer = post(fake, "/files/list", {"filter": {"geoLocation": {"relation": "WITHIN"}}})
    assert (status, answer["error"]["message"]) == (
        400,
        "filter.geoLocation: the in-memory CDF does not filter by geoLocation.",
    )
