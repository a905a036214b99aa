from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def curve(client):
    """A sequence ``curve`` with the columns ``flow`` (DOUBLE), ``head`` (LONG) and ``note`` (STRING), and two rows."""
    types = {"flow": "DOUBLE", "head": "LONG", "note": "STRING"}
    columns = [data.SequenceColumnWrite(external_id=name, value_type=kind) for name, kind in types.items()]
    client.sequences.create(data.SequenceWrite(external_id="curve", name="Curve", columns=columns))
    rows = [(1, [0.5, 10, "low"]), (2, [1.5, 20, None])]
    client.sequences.data.insert(rows, columns=list(types), external_id="curve")
    return client.sequences.retrieve(external_id="curve")


def column_names(client):
    return list(client.sequences.retrieve(external_id="curve").column_external_ids)


def rows_of(client, **arguments):
    found = client.sequences.data.retrieve(external_id="curve", start=0, end=None, **arguments)
    return dict(found.items())


def test_columns_have_types_and_times(curve):
    assert [(column.external_id, column.value_type) for column in curve.columns] == [
        ("flow", "DOUBLE"),
        ("head", "LONG"),
        ("note", "STRING"),
    ]
    assert curve.columns[0].created_time == curve.created_time


def test_type_of_a_column_is_double_unless_told_in_any_case(post):
    columns = [{"externalId": "a"}, {"externalId": "b", "valueType": "String"}]
    _, answer = post("/sequences", {"items": [{"columns": columns}]})
    assert [column["valueType"] for column in answer["items"][0]["columns"]] == ["DOUBLE", "STRING"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([], "items[0].columns must have 1 to 400 items, it has 0."),
        ([{"externalId": "a"}] * 2, "items[0].columns: column ids duplicated: externalId: a"),
        (
            [{"externalId": "a", "valueType": "BLOB"}],
            "items[0].columns[0].valueType must be one of STRING, DOUBLE, LONG, it is 'BLOB'.",
        ),
    ],
)
def test_wrong_columns_are_refused(post, columns, message):
    _, answer = post("/sequences", {"items": [{"columns": columns}]})
    assert answer["error"]["message"] == message


def test_column_is_added_with_no_values(client, curve):
    added = data.SequenceColumnWrite(external_id="power", value_type="DOUBLE")
    client.sequences.update(data.SequenceUpdate(external_id="curve").columns.add(added.dump()))
    assert rows_of(client)[1] == [0.5, 10, "low", None]


def test_values_of_a_removed_column_are_gone(client, curve):
    client.sequences.update(data.SequenceUpdate(external_id="curve").columns.remove("head"))
    again = {"externalId": "head", "valueType": "LONG"}
    client.sequences.update(data.SequenceUpdate(external_id="curve").columns.add(again))
    assert rows_of(client) == {1: [0.5, "low", None], 2: [1.5, None, None]}


def test_values_follow_a_renamed_column(client, curve):
    renamed = data.SequenceColumnUpdate(external_id="flow").external_id.set("rate")
    client.sequences.update(data.SequenceUpdate(external_id="curve").columns.modify([renamed]))
    assert column_names(client) == ["rate", "head", "note"]
    assert rows_of(client, columns=["rate"]) == {1: [0.5], 2: [1.5]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"remove": [{"externalId": "x"}]}, "items[0].update.columns.remove: the sequence has no column 'x'."),
        ({"add": [{"externalId": "flow"}]}, "items[0].update.columns: column ids duplicated: externalId: flow"),
        (
            {"remove": [{"externalId": name} for name in ("flow", "head", "note")]},
            "items[0].update.columns: a sequence must have 1 to 400 columns.",
        ),
        ({"set": []}, "Unexpected field - items[0].update.columns.set"),
    ],
)
def test_wrong_column_update_changes_nothing(post, client, curve, change, message):
    _, answer = post("/sequences/update", {"items": [{"externalId": "curve", "update": {"columns": change}}]})
    assert answer["error"]["message"] == message
    assert column_names(client) == ["flow", "head", "note"]


def test_name_is_updated_and_columns_stay(client, curve):
    assert client.sequences.update(data.SequenceUpdate(external_id="curve").name.set("New")).name == "New"
    assert column_names(client) == ["flow", "head", "note"]


def test_upsert_replaces_the_name_and_adds_a_column(client, curve):
    columns = [data.SequenceColumnWrite(external_id=name) for name in ("flow", "head", "note", "power")]
    client.sequences.upsert(data.SequenceWrite(external_id="curve", name="New", columns=columns), mode="patch")
    assert column_names(client) == ["flow", "head", "note", "power"]


def test_deleted_sequence_leaves_no_rows(fake, client, curve):
    client.sequences.delete(external_id="curve")
    assert len(fake.world.table("sequences/data")) == 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({"name": "Curve"}, 1), ({"external_id_prefix": "cu"}, 1), ({"metadata": {"a": "b"}}, 0)],
)
def test_list_filters(client, curve, arguments, expected):
    assert len(client.sequences.list(**arguments)) == expected


def test_search_and_count(client, curve):
    assert [found.external_id for found in client.sequences.search(name="cur")] == ["curve"]
    assert client.sequences.aggregate_count() == 1
