"""Seeds, as the real client finds them afterwards."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.seeds import load_seeds, seed_from
from fn_emulator.cdf.world import World
from fn_emulator.errors import SeedError

NOW = 1_700_000_000_000


def test_items_are_found_by_the_client(fake, client):
    fake.seed({"assets": [{"externalId": "pump", "name": "Pump", "metadata": {"a": "b"}}]})
    assert client.assets.retrieve(external_id="pump").metadata == {"a": "b"}


def test_an_id_and_times_that_are_given_are_kept(fake, client):
    fake.seed({"assets": [{"id": 5, "name": "Pump", "createdTime": 7, "lastUpdatedTime": "1970-01-01T00:00:01Z"}]})
    asset = client.assets.retrieve(id=5)
    assert (asset.created_time, asset.last_updated_time) == (7, 1000)


def test_an_id_that_is_taken_is_refused():
    seed = {"assets": [{"id": 5, "name": "a"}, {"id": 5, "name": "b"}]}
    with pytest.raises(SeedError, match=r"the seed: assets\[1\].id is 5, which is taken."):
        load(seed, {"assets": [{"id": 6, "name": "c"}]})


def test_children_may_stand_before_their_parents(fake, client):
    children = [{"externalId": f"c{number}", "name": "c", "parentExternalId": "root"} for number in range(1100)]
    fake.seed({"assets": [*children, {"externalId": "root", "name": "Root"}]})
    assert len(client.assets.list(parent_external_ids=["root"], limit=None)) == 1100


def test_a_parent_may_be_named_by_its_id(fake, client):
    fake.seed({"assets": [{"name": "child", "parentId": 5, "id": 6}, {"name": "root", "id": 5}]})
    assert client.assets.retrieve(id=6).parent_id == 5


def test_names_stand_in_the_place_of_ids(fake, client):
    fake.seed(
        {
            "events": [{"externalId": "e", "dataSetExternalId": "plant", "assetExternalIds": ["pump"]}],
            "assets": [{"externalId": "pump", "name": "Pump", "id": 5}],
            "datasets": [{"externalId": "plant", "name": "Plant", "id": 6}],
        }
    )
    event = client.events.retrieve(external_id="e")
    assert (event.asset_ids, event.data_set_id) == ([5], 6)


def test_a_name_that_leads_nowhere_is_refused():
    with pytest.raises(SeedError) as caught:
        load({"events": [{"dataSetExternalId": "plant"}]})
    assert str(caught.value) == (
        "the seed: events[0].dataSetExternalId is 'plant', which nothing in datasets has.\n"
        "Hint: add it to datasets, with this externalId"
    )


def test_instants_may_be_written_in_words(fake, client):
    fake.seed({"events": [{"externalId": "e", "startTime": "2024-05-01T12:00:00+02:00", "endTime": "2024-05-02"}]})
    event = client.events.retrieve(external_id="e")
    assert (event.start_time, event.end_time) == (1714557600000, 1714608000000)


def test_relative_instants_start_from_the_clock():
    world = load({"events": [{"startTime": "2h-ago", "endTime": "now"}]})
    (event,) = world.table("events").items.values()
    assert (event["startTime"], event["endTime"]) == (NOW - 7_200_000, NOW)


def test_an_instant_that_cannot_be_read_is_refused():
    with pytest.raises(SeedError, match=r"the seed: events\[0\].startTime is 'yesterday', which is no instant."):
        load({"events": [{"startTime": "yesterday"}]})


def test_raw_rows_are_a_list_or_an_object(fake, client):
    fake.seed({"raw": {"db": {"a": [{"key": "k", "columns": {"n": 1}}], "b/c": {"k": {"n": 2}}}, "empty": None}})
    assert client.raw.databases.list(limit=None).as_names() == ["db", "empty"]
    assert client.raw.rows.retrieve("db", "a", "k").columns == {"n": 1}
    assert client.raw.rows.retrieve("db", "b/c", "k").columns == {"n": 2}


def test_raw_of_several_seeds_comes_together(fake, client):
    fake.seed({"raw": {"db": {"a": {"k": {"n": 1}}}}}, {"raw": {"db": {"a": {"l": {"n": 2}}}}})
    assert len(client.raw.rows.list("db", "a")) == 2


def test_a_file_has_its_content(fake, client, tmp_path):
    (tmp_path / "seed" / "contents").mkdir(parents=True)
    (tmp_path / "seed" / "contents" / "b.bin").write_bytes(b"\0\xff")
    text = "- {externalId: a, name: a.txt, content: hello}\n- {externalId: b, name: b.bin, path: contents/b.bin}\n"
    (tmp_path / "seed" / "files.yaml").write_text(text)
    fake.seed(tmp_path / "seed")
    assert client.files.download_bytes(external_id="a") == b"hello"
    assert client.files.download_bytes(external_id="b") == b"\0\xff"


def test_a_content_that_is_not_there_is_refused():
    with pytest.raises(SeedError) as caught:
        load({"files": [{"name": "a", "path": "no-such-file"}]})
    assert str(caught.value) == (
        "the seed: files[0].path is 'no-such-file', which cannot be read: No such file or directory.\n"
        "Hint: paths start from the folder of the seed file"
    )


def test_a_pipeline_has_its_configuration_and_its_runs(fake, client):
    pipe = {"externalId": "p", "name": "P", "dataSetExternalId": "plant"}
    runs = [{"status": "success", "createdTime": 5}, {"status": "failure", "message": "no"}]
    fake.seed({"datasets": [{"externalId": "plant"}], "extpipes": [{**pipe, "config": {"a": [1]}, "runs": runs}]})
    assert client.extraction_pipelines.config.retrieve("p").config == "a:\n- 1\n"
    assert {run.status for run in client.extraction_pipelines.runs.list("p")} == {"success", "failure"}


def test_a_function_needs_no_file(fake, client):
    schedule = {"name": "nightly", "cronExpression": "0 3 * * *"}
    fake.seed({"functions": [{"externalId": "f", "name": "F", "schedules": [schedule]}]})
    function = client.functions.retrieve(external_id="f")
    assert [schedule.name for schedule in function.list_schedules()] == ["nightly"]


def test_a_sequence_has_its_rows(fake, client):
    fake.seed(
        {
            "sequences": [{"externalId": "s", "columns": [{"externalId": "c", "valueType": "LONG"}]}],
            "sequenceRows": [{"externalId": "s", "columns": ["c"], "rows": [{"rowNumber": 3, "values": [7]}]}],
        }
    )
    assert client.sequences.data.retrieve(external_id="s", start=0, end=None).values == [[7]]


def test_what_an_endpoint_refuses_is_refused_at_its_place():
    with pytest.raises(SeedError) as caught:
        load({"assets": [{"name": "a"}, {"name": "b", "metadata": {"n": 1}}]})
    assert str(caught.value) == "the seed: assets[1].metadata.n must be a string, it is a number."


def test_an_unknown_field_is_refused_with_the_near_miss():
    with pytest.raises(SeedError) as caught:
        load({"assets": [{"name": "a", "extrenalId": "b"}]})
    assert str(caught.value) == (
        "the seed: assets[0].extrenalId is not a field that CDF knows.\nHint: did you mean 'externalId'?"
    )


def test_an_error_without_a_place_is_found_item_by_item():
    with pytest.raises(SeedError, match=r"^the seed: events\[1\]: Data set ids not found: id: 7"):
        load({"events": [{"type": "a"}, {"dataSetId": 7}]})


def test_an_error_of_items_together_is_told_as_it_is():
    pair = [{"name": name, "externalId": name, "parentExternalId": other} for name, other in ("ab", "ba")]
    with pytest.raises(SeedError) as caught:
        load({"assets": pair})
    assert "unknown parent" not in str(caught.value)


def test_an_external_id_that_is_there_twice_is_refused():
    with pytest.raises(SeedError, match=r"^the seed: assets\[2\]: Asset ids duplicated: externalId: a"):
        load({"assets": [{"name": "a", "externalId": "a"}, {"name": "b"}, {"name": "c", "externalId": "a"}]})


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        ({"assets": [{"name": "a", "id": 0}]}, "assets[0].id is 0, it must be a whole number from 1 to "),
        (
            {"assets": [{"name": "a", "createdTime": -1}]},
            "assets[0].createdTime is -1, it must be a whole number from 0",
        ),
        (
            {"files": [{"name": "a", "contentBase64": "?"}]},
            "files[0].contentBase64 is not base64.\nHint: write content",
        ),
        ({"functions": [{"name": "f", "status": "Odd"}]}, "functions[0].status must be one of Queued"),
        ({"files": [{"directory": "/a"}]}, "files[0].name is missing."),
        ({"files": [{"nmae": "a"}]}, "files[0].nmae is not a field that CDF knows.\nHint: did you mean 'name'?"),
        ({"files": [{"name": "a", "dir": "b"}]}, "files[0].dir is not a field that CDF knows.\nHint: "),
        ({"sequenceRows": [{"rows": 5}]}, "sequenceRows[0].rows must be a list, it is a number."),
        ({"datapoints": [{}]}, "datapoints[0] must have exactly one of id, externalId and instanceId."),
        ({"datasets": [{"externalId": 5}]}, "datasets[0].externalId must be a string, it is a number."),
        ({"instances": [{"instanceType": "node"}]}, "instances[0]"),
        ({"raw": {"x" * 33: None}}, f"raw.{'x' * 33}.name must have 1 to 32 characters, it has 33."),
        (
            {"timeseries": [{"externalId": "t"}], "datapoints": [{"externalId": "t", "datapoints": [{"value": 1}]}]},
            "datapoints[0].datapoints[0] has no timestamp.",
        ),
        (
            {"files": [{"id": 5, "name": "f"}], "threeD": [{"name": "M", "revisions": [{"fileId": 5, "nodes": [{}]}]}]},
            "threeD[0].revisions[0]: nodes[0].name is missing.",
        ),
    ],
)
def test_what_cdf_would_not_take_is_refused(seed, message):
    with pytest.raises(SeedError) as caught:
        load(seed)
    assert str(caught.value).startswith(f"the seed: {message}")


def test_an_id_that_is_in_the_world_already_is_refused():
    with pytest.raises(SeedError, match=r"^the seed: assets\[0\]\.id is 5, which is taken\.\nHint: give each item"):
        load({"assets": [{"id": 5, "name": "a"}]}, {"assets": [{"id": 5, "name": "b"}]})


def test_a_seed_that_was_read_can_be_loaded_twice():
    seed = seed_from({"assets": [{"name": "a"}]})
    assert len(load(seed, seed).table("assets")) == 2


def test_nothing_is_invented_and_everything_is_allowed_while_a_seed_loads():
    world = World()
    world.invent = world.may = lambda *names: pytest.fail("asked")
    before = world.tally
    load_seeds(world, [{"assets": [{"name": "a"}]}], now_ms=NOW)
    assert world.tally is before
    assert before.changed == 0


def test_what_is_no_seed_is_refused():
    with pytest.raises(SeedError) as caught:
        load(["assets"])
    assert str(caught.value) == (
        "A seed is a list.\nHint: give a path, or a mapping such as {'assets': [{'name': 'pump'}]}"
    )


def load(*seeds):
    world = World()
    load_seeds(world, seeds, now_ms=NOW)
    return world
