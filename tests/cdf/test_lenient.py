"""What is invented where nothing is there, and the hint where nothing may be invented."""

from __future__ import annotations

from functools import partial

import pytest

from fn_emulator.cdf.exchanges import Rules
from fn_emulator.cdf.lenient import empty_store_hint, make_inventor
from fn_emulator.cdf.recipes import values_of
from fn_emulator.cdf.seeds import dump, load_seeds
from fn_emulator.cdf.world import World

TIME_SERIES = "/api/v1/projects/fn-emulator/timeseries"


@pytest.fixture
def inventor(fake):
    """The inventor of the CDF behind ``client``, which is to be taken after it."""
    made = make_inventor()
    fake.exchange = partial(fake.exchange, rules=Rules(invent=made))
    return made


def test_what_is_looked_up_is_there(inventor, client):
    assert client.assets.retrieve(external_id="pump").name == "pump"
    assert client.data_sets.retrieve(id=5).id == 5
    assert [invention.identifier for invention in inventor.inventions] == [{"externalId": "pump"}, {"id": 5}]


def test_a_file_has_a_content(inventor, client):
    assert client.files.download_bytes(external_id="a.json") == b"{}\n"


def test_a_pipeline_has_a_configuration(inventor, client):
    assert client.extraction_pipelines.config.retrieve("pipe").config == "{}\n"


def test_a_raw_table_has_rows(inventor, client):
    assert [row.key for row in client.raw.rows.list("d/b", "t")] == ["row-1", "row-2", "row-3"]


def test_a_space_is_there(inventor, client):
    assert client.data_modeling.spaces.retrieve("s").space == "s"


def test_a_function_and_a_sequence_are_there(inventor, client):
    assert client.functions.retrieve(external_id="f").status == "Ready"
    assert len(client.sequences.data.retrieve(external_id="s", start=0, end=None).values) == 10


def test_a_time_series_has_a_month_of_hours(inventor, client):
    found = client.time_series.data.retrieve(external_id="t", start="1w-ago", end="now")
    assert 167 <= len(found) <= 169
    assert {*found.value} < {*values_of("t")}


def test_the_same_is_invented_in_every_run():
    assert dump(looked_up()[0]) == dump(looked_up()[0])
    assert values_of("a") == values_of("a") != values_of("b")


def test_what_was_invented_can_be_saved_and_loaded():
    world, inventor = looked_up()
    again = World()
    load_seeds(again, [inventor.seed()], now_ms=world.now_ms)
    assert dump(again) == dump(world)


def test_a_name_that_cdf_would_not_take_is_not_invented():
    world, inventor = World(), make_inventor()
    assert not inventor(world, "raw/dbs", {"name": "x" * 33})
    assert not inventor(world, "raw/dbs", {"id": 5})
    assert not inventor(world, "models/views", {"externalId": "x"})
    assert not inventor(world, "labels", {"id": 5})
    assert (inventor.inventions, dump(world)) == ([], {})


def test_what_is_invented_is_nobodys_write(fake, inventor, client):
    client.assets.retrieve(external_id="pump")
    assert fake.journal.last.created == 0


def test_the_hint_names_the_first_thing_that_is_missing(fake, client):
    assert client.assets.retrieve(external_id="pump") is None
    assert client.data_sets.retrieve(id=5) is None
    assert empty_store_hint(fake.journal.since()) == (
        "the in-memory CDF has no asset 'pump': put it into a seed (seed.yaml beside the function, or --seed), "
        "or run with --lenient, which invents what is looked up"
    )


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("database 'd'", lambda client: client.raw.rows.list("d", "t")),
        ("extraction pipeline 'p'", lambda client: client.extraction_pipelines.config.retrieve("p")),
        ("data set 7", lambda client: client.post(TIME_SERIES, {"items": [{"dataSetId": 7}]})),
        ("time series 't'", lambda client: client.time_series.data.insert([(1, 1)], external_id="t")),
    ],
)
def test_whatever_is_missing_is_hinted_at(fake, client, name, act):
    with pytest.raises(Exception, match=r"."):
        act(client)
    assert empty_store_hint(fake.journal.since()).startswith(f"the in-memory CDF has no {name}: put it into a seed")


def test_a_pipeline_without_a_configuration_is_hinted_at(fake, client):
    fake.seed({"datasets": [{"id": 5}], "extpipes": [{"externalId": "p", "name": "P", "dataSetId": 5}]})
    with pytest.raises(Exception, match="no config"):
        client.extraction_pipelines.config.retrieve("p")
    assert "has no configuration of 'p'" in empty_store_hint(fake.journal.since())


def test_where_all_is_there_is_no_hint(fake, client):
    fake.seed({"assets": [{"externalId": "pump", "name": "Pump"}]})
    client.assets.retrieve(external_id="pump")
    assert empty_store_hint(fake.journal.since()) is None


def looked_up():
    world, inventor = World(), make_inventor()
    world.now_ms = 1_700_000_000_000
    for table in ("assets", "events", "extpipes", "files", "labels", "sequences", "timeseries"):
        assert inventor(world, table, {"externalId": "a"})
    assert inventor(world, "raw/dbs", {"name": "d"})
    assert inventor(world, "raw/dbs/d/tables", {"name": "t"})
    return world, inventor


def test_who_ignores_unknown_ids_gets_nothing_invented(inventor, client):
    assert list(client.assets.retrieve_multiple(external_ids=["a", "b"], ignore_unknown_ids=True)) == []
    assert client.time_series.data.retrieve_latest(external_id="t", ignore_unknown_ids=True) is None
    assert inventor.inventions == []


def test_who_does_not_gets_all(inventor, client):
    assert len(client.assets.retrieve_multiple(external_ids=["a", "b"])) == 2


def test_a_raw_row_is_there(inventor, client):
    row = client.raw.rows.retrieve("d", "t", "k")
    assert (row.columns["name"], row.columns) == ("k", client.raw.rows.retrieve("d", "t", "k").columns)
    assert {*inventor.seed()["raw"]["d"]["t"]} == {"row-1", "row-2", "row-3", "k"}


def test_a_relationship_is_there(inventor, client):
    found = client.relationships.retrieve("r")
    assert (found.source_external_id, found.target_external_id) == ("r:source", "r:target")
