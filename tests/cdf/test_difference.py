"""What is different between two worlds."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.difference import diff
from fn_emulator.cdf.world import World


@pytest.fixture
def changes(fake, client):
    """``changes(act)``: what is different after ``act(client)``."""

    def after(act):
        before = fake.world.fork()
        act(client)
        return diff(before, fake.world)

    return after


def test_nothing_is_different_where_nothing_was_done(changes):
    assert changes(lambda client: client.assets.list()) == {}


def test_a_created_item_is_shown_without_what_the_platform_adds(fake, changes):
    fake.seed({"datasets": [{"externalId": "plant"}]})
    found = changes(
        lambda client: client.post(url(client, "events"), {"items": [{"type": "x", "dataSetId": plant(client)}]})
    )
    assert found == {"events": {"created": [{"type": "x", "dataSetExternalId": "plant"}], "updated": [], "deleted": []}}


def test_an_updated_item_shows_its_changes(fake, changes):
    fake.seed({"assets": [{"externalId": "a", "name": "A", "description": "old"}]})
    body = {"items": [{"externalId": "a", "update": {"description": {"set": "new"}, "source": {"set": "s"}}}]}
    found = changes(lambda client: client.post(url(client, "assets/update"), body))
    changed = {"description": ["old", "new"], "source": [None, "s"]}
    assert found["assets"]["updated"] == [{"externalId": "a", "changes": changed}]


def test_a_deleted_item_is_shown_by_its_name(fake, changes):
    fake.seed({"assets": [{"externalId": "a", "name": "A"}, {"id": 5, "name": "B"}]})
    found = changes(lambda client: client.assets.delete(external_id="a", id=5))
    assert found == {"assets": {"created": [], "updated": [], "deleted": [{"externalId": "a"}, {"name": "B"}]}}


def test_writing_the_same_again_is_no_difference(fake, changes):
    fake.seed({"raw": {"d": {"t": {"k": {"n": 1}}}}, "assets": [{"externalId": "a", "name": "A"}]})
    body = {"items": [{"externalId": "a", "update": {"name": {"set": "A"}}}]}

    def act(client):
        client.raw.rows.insert("d", "t", {"k": {"n": 1}})
        client.post(url(client, "assets/update"), body)

    assert changes(act) == {}


def test_raw_rows_are_shown_with_their_table(fake, changes):
    fake.seed({"raw": {"d/x": {"t": {"k": {"n": 1}, "l": {"n": 2}}}}})

    def act(client):
        client.raw.rows.insert("d/x", "t", {"k": {"n": 3}, "m": {"n": 4}})
        client.raw.rows.delete("d/x", "t", ["l"])

    row = {"database": "d/x", "table": "t"}
    assert changes(act)["raw/rows"] == {
        "created": [{**row, "key": "m", "columns": {"n": 4}}],
        "updated": [{**row, "key": "k", "changes": {"columns": [{"n": 1}, {"n": 3}]}}],
        "deleted": [{**row, "key": "l"}],
    }


def test_what_is_in_a_file_is_shown_by_its_size(fake, changes):
    fake.seed({"files": [{"externalId": "f", "name": "f.txt", "content": "a"}]})
    found = changes(lambda client: client.files.upload_bytes(b"abc", name="f.txt", external_id="f", overwrite=True))
    assert found["files/contents"]["updated"] == [{"externalId": "f", "bytes": 3}]


def test_a_run_is_shown_with_its_pipeline(fake, changes):
    fake.seed({"datasets": [{"id": 5}], "extpipes": [{"externalId": "p", "name": "P", "dataSetId": 5}]})
    body = {"items": [{"externalId": "p", "status": "success"}]}
    found = changes(lambda client: client.post(url(client, "extpipes/runs"), body))
    assert found["extpipes/runs"]["created"] == [{"extpipeExternalId": "p", "status": "success"}]


def test_a_revision_that_is_deleted_is_shown_with_its_pipeline(fake, changes):
    pipe = {"externalId": "p", "name": "P", "dataSetId": 5, "config": "a: 1"}
    fake.seed({"datasets": [{"id": 5}], "extpipes": [pipe]})
    found = changes(lambda client: client.extraction_pipelines.delete(external_id="p"))
    assert found["extpipes/config"]["deleted"] == [{"extpipeExternalId": "p", "revision": 1}]


def test_rows_of_a_sequence_are_shown_with_it(fake, changes):
    rows = [{"rowNumber": number, "values": [number]} for number in (1, 2, 3)]
    fake.seed(
        {
            "sequences": [{"externalId": "s", "columns": [{"externalId": "c", "valueType": "LONG"}]}],
            "sequenceRows": [{"externalId": "s", "columns": ["c"], "rows": rows}],
        }
    )

    def act(client):
        client.sequences.data.insert([(2, [2]), (3, [7]), (4, [4])], columns=["c"], external_id="s")
        client.sequences.data.delete(rows=[1], external_id="s")

    assert changes(act)["sequences/data"] == {
        "created": [{"externalId": "s", "rowNumber": 4, "values": {"c": 4}}],
        "updated": [{"externalId": "s", "rowNumber": 3, "changes": {"c": [3, 7]}}],
        "deleted": [{"externalId": "s", "rowNumber": 1}],
    }


def test_a_series_that_is_deleted_takes_its_points_along(fake, changes):
    points = [{"id": 5, "datapoints": [[1, 1], [2, 2]]}]
    fake.seed({"timeseries": [{"id": 5, "name": "T"}], "datapoints": points})
    found = changes(lambda client: client.time_series.delete(id=5))
    assert found["timeseries/data"]["deleted"] == [{"name": "T", "datapoints": 2, "first": 1, "last": 2}]


def test_a_file_that_is_deleted_takes_its_content_along(fake, changes):
    fake.seed({"files": [{"externalId": "f", "name": "f.txt", "content": "a"}]})
    found = changes(lambda client: client.files.delete(external_id="f"))
    assert found["files/contents"]["deleted"] == [{"externalId": "f"}]


def test_datapoints_are_counted_by_series(fake, changes):
    points = [{"externalId": "t", "datapoints": [[1, 1], [2, 2], [3, 3]]}]
    fake.seed({"timeseries": [{"externalId": "t"}], "datapoints": points})

    def act(client):
        client.time_series.data.insert([(2, 5), (3, 3), (7, 7), (9, 9)], external_id="t")
        client.time_series.data.delete_range(start=0, end=2, external_id="t")

    assert changes(act) == {
        "timeseries/data": {
            "created": [{"externalId": "t", "datapoints": 2, "first": 7, "last": 9}],
            "updated": [{"externalId": "t", "datapoints": 1, "first": 2, "last": 2}],
            "deleted": [{"externalId": "t", "datapoints": 1, "first": 1, "last": 1}],
        }
    }


def test_instances_are_shown_without_their_counters(fake, changes):
    fake.seed({"spaces": [{"space": "s"}], "instances": [{"instanceType": "node", "space": "s", "externalId": "a"}]})

    def act(client):
        node = {"instanceType": "node", "space": "s", "externalId": "b"}
        client.post(url(client, "models/instances"), {"items": [node]})
        client.post(url(client, "models/instances/delete"), {"items": [{**node, "externalId": "a"}]})

    assert changes(act) == {
        "models/instances": {
            "created": [{"instanceType": "node", "space": "s", "externalId": "b", "properties": {}}],
            "updated": [],
            "deleted": [{"instanceType": "node", "space": "s", "externalId": "a"}],
        }
    }


def test_lists_are_sorted_whatever_the_order_of_writing():
    before, one, other = World(), World(), World()
    for world, names in ((one, "ab"), (other, "ba")):
        for name in names:
            world.put("assets", name, {"externalId": name, "name": name})
    assert diff(before, one) == diff(before, other)


def url(client, path):
    return f"/api/v1/projects/{client.config.project}/{path}"


def plant(client):
    return client.data_sets.retrieve(external_id="plant").id
