"""Rows of RAW tables, through the real client."""

from __future__ import annotations

import pytest

from tests.cdf.api.test_raw import ask

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

ROWS = "/db/tables/table/rows"


def insert(fake, rows, now_ms=1000):
    """Insert rows at an instant."""
    items = [{"key": key, "columns": columns} for key, columns in rows.items()]
    ask(fake, "POST", f"{ROWS}?ensureParent=true", {"items": items}, now_ms)


def keys(rows):
    return [row.key for row in rows]


def test_inserted_rows_are_listed(client):
    client.raw.rows.insert("db", "table", {"a": {"n": 1}, "b": {"n": [2, {"deep": None}]}}, ensure_parent=True)
    rows = client.raw.rows.list("db", "table")
    assert {row.key: row.columns for row in rows} == {"a": {"n": 1}, "b": {"n": [2, {"deep": None}]}}


def test_row_is_found_by_key(client):
    client.raw.rows.insert("db", "table", {"a": {"n": 1}}, ensure_parent=True)
    assert client.raw.rows.retrieve("db", "table", "a").columns == {"n": 1}


def test_row_that_is_not_there_is_none(client):
    client.raw.rows.insert("db", "table", {"a": {"n": 1}}, ensure_parent=True)
    assert client.raw.rows.retrieve("db", "table", "b") is None


def test_row_of_a_table_that_is_not_there_is_none(client):
    assert client.raw.rows.retrieve("db", "table", "a") is None


@pytest.mark.parametrize("name", ["a/b", "50%", "a b", "å?#&+", "%2F"])
def test_names_and_keys_may_hold_any_character(client, name):
    client.raw.rows.insert(name, name, {name: {"n": 1}}, ensure_parent=True)
    assert client.raw.rows.retrieve(name, name, name).columns == {"n": 1}


def test_columns_of_a_row_are_replaced_as_a_whole(client):
    client.raw.rows.insert("db", "table", {"a": {"old": 1, "kept": 1}}, ensure_parent=True)
    client.raw.rows.insert("db", "table", {"a": {"kept": 2}})
    assert client.raw.rows.retrieve("db", "table", "a").columns == {"kept": 2}


def test_time_of_an_unchanged_row_stays(fake, client):
    insert(fake, {"a": {"n": 1}}, now_ms=1000)
    insert(fake, {"a": {"n": 1}}, now_ms=2000)
    assert client.raw.rows.retrieve("db", "table", "a").last_updated_time == 1000


@pytest.mark.parametrize("value", [2, 1.0, True, None])
def test_time_of_a_changed_row_is_the_clocks(fake, client, value):
    insert(fake, {"a": {"n": 1}}, now_ms=1000)
    insert(fake, {"a": {"n": value}}, now_ms=2000)
    assert client.raw.rows.retrieve("db", "table", "a").last_updated_time == 2000


def test_tally_tells_created_updated_and_unchanged_rows(fake):
    insert(fake, {"same": {"n": 1}, "other": {"n": 1}})
    insert(fake, {"same": {"n": 1}, "other": {"n": 2}, "new": {"n": 1}}, now_ms=2000)
    tally = fake.world.tally
    assert (tally.created, tally.updated, tally.unchanged, tally.deleted) == (1, 1, 1, 0)


def test_rows_of_a_table_that_is_not_there_are_a_404(client):
    client.raw.databases.create("db")
    with pytest.raises(exceptions.CogniteAPIError, match="Following tables not found: table") as caught:
        client.raw.rows.list("db", "table")
    assert (caught.value.code, caught.value.missing) == (404, [{"name": "table"}])


def test_insert_needs_the_table(client):
    client.raw.databases.create("db")
    with pytest.raises(exceptions.CogniteAPIError, match="Following tables not found: table"):
        client.raw.rows.insert("db", "table", {"a": {"n": 1}})


def test_insert_brings_the_table_where_the_client_wants_it(client):
    client.raw.rows.insert("db", "table", {"a": {"n": 1}}, ensure_parent=True)
    assert client.raw.tables.list("db").as_names() == ["table"]


def test_ten_thousand_rows_are_read_by_several_cursors_each_once(client):
    client.raw.rows.insert("db", "table", {f"k{n}": {"n": n} for n in range(10_000)}, ensure_parent=True)
    found = keys(client.raw.rows.list("db", "table", limit=None))
    assert sorted(found) == sorted(f"k{n}" for n in range(10_000))


@pytest.mark.parametrize("count", [0, 1, 3, 7])
@pytest.mark.parametrize("parts", [1, 2, 5])
def test_cursors_together_cover_every_row_once(fake, count, parts):
    insert(fake, {"gone": {}, **{f"k{n}": {"n": n} for n in range(count)}})
    ask(fake, "POST", f"{ROWS}/delete", {"items": [{"key": "gone"}]})
    cursors = ask(fake, "GET", f"/db/tables/table/cursors?numberOfCursors={parts}")[1]["items"]
    found = [row["key"] for cursor in cursors for row in ask(fake, "GET", f"{ROWS}?cursor={cursor}")[1]["items"]]
    assert found == [f"k{n}" for n in range(count)]


def test_row_inserted_after_the_cursors_is_found_once(fake):
    insert(fake, {"a": {}, "b": {}})
    cursors = ask(fake, "GET", "/db/tables/table/cursors?numberOfCursors=2")[1]["items"]
    insert(fake, {"c": {}})
    found = [row["key"] for cursor in cursors for row in ask(fake, "GET", f"{ROWS}?cursor={cursor}")[1]["items"]]
    assert found == ["a", "b", "c"]


def test_rows_come_in_pages(client):
    client.raw.rows.insert("db", "table", {f"k{n}": {} for n in range(5)}, ensure_parent=True)
    assert [keys(page) for page in client.raw.rows("db", "table", chunk_size=2)] == [["k0", "k1"], ["k2", "k3"], ["k4"]]


def test_row_replaced_between_two_pages_is_not_shown_twice(fake):
    insert(fake, {"a": {"n": 1}, "b": {"n": 1}})
    first = ask(fake, "GET", f"{ROWS}?limit=1")[1]
    insert(fake, {"a": {"n": 2}})
    second = ask(fake, "GET", f"{ROWS}?limit=1&cursor={first['nextCursor']}")[1]
    assert [row["key"] for row in second["items"]] == ["b"]
    assert "nextCursor" not in second


def test_least_time_is_exclusive_and_most_time_inclusive(fake, client):
    for instant in (1, 2, 3, 4):
        insert(fake, {f"at{instant}": {}}, now_ms=instant)
    rows = client.raw.rows.list("db", "table", min_last_updated_time=1, max_last_updated_time=3)
    assert keys(rows) == ["at2", "at3"]


def test_times_hold_for_all_rows_of_all_cursors(fake, client):
    for instant in (1, 2, 3, 4):
        insert(fake, {f"at{instant}": {}}, now_ms=instant)
    rows = client.raw.rows.list("db", "table", limit=None, min_last_updated_time=2)
    assert sorted(keys(rows)) == ["at3", "at4"]


def test_only_the_columns_asked_for_come(client):
    client.raw.rows.insert("db", "table", {"a": {"x": 1, "y": 2, "z": 3}}, ensure_parent=True)
    assert client.raw.rows.list("db", "table", columns=["x", "z", "no"])[0].columns == {"x": 1, "z": 3}


def test_no_columns_give_the_keys_alone(client):
    client.raw.rows.insert("db", "table", {"a": {"x": 1}}, ensure_parent=True)
    assert client.raw.rows.list("db", "table", columns=[])[0].columns == {}


def test_deleted_rows_are_gone(client):
    client.raw.rows.insert("db", "table", {"a": {}, "b": {}}, ensure_parent=True)
    client.raw.rows.delete("db", "table", ["a", "not there"])
    assert keys(client.raw.rows.list("db", "table")) == ["b"]


def test_rows_make_a_data_frame(client):
    pytest.importorskip("pandas", reason="pandas is not installed")
    client.raw.rows.insert("db", "table", {"a": {"x": 1}, "b": {"x": 2}}, ensure_parent=True)
    frame = client.raw.rows.retrieve_dataframe("db", "table")
    assert frame.to_dict() == {"x": {"a": 1, "b": 2}}


def test_data_frame_is_inserted(client):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"x": [1.5, 2.5]}, index=["a", "b"])
    client.raw.rows.insert_dataframe("db", "table", frame, ensure_parent=True)
    assert client.raw.rows.retrieve("db", "table", "b").columns == {"x": 2.5}


def test_more_than_ten_thousand_rows_in_a_request_are_refused(fake):
    rows = [{"key": str(n), "columns": {}} for n in range(10_001)]
    status, answer = ask(fake, "POST", f"{ROWS}?ensureParent=true", {"items": rows})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 10000 items, it has 10001.")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"columns": {}}, "items[0].key must be a string, it is null."),
        ({"key": "", "columns": {}}, "items[0].key must have 1 to 1024 characters, it has 0."),
        ({"key": "k" * 1025, "columns": {}}, "items[0].key must have 1 to 1024 characters, it has 1025."),
        ({"key": "a"}, "items[0].columns is missing."),
        ({"key": "a", "columns": [1]}, "items[0].columns must be an object, it is an array."),
    ],
)
def test_wrong_row_is_refused(fake, row, message):
    status, answer = ask(fake, "POST", f"{ROWS}?ensureParent=true", {"items": [row]})
    assert (status, answer["error"]["message"]) == (400, message)


def test_value_of_a_column_has_a_limit(client):
    with pytest.raises(exceptions.CogniteAPIError, match="the name or value of 'x' has more than 2621440 characters"):
        client.raw.rows.insert("db", "table", {"a": {"x": "v" * 2_621_440}}, ensure_parent=True)


def test_columns_of_a_row_have_a_limit_together(client):
    columns = dict.fromkeys("xyz", "v" * 2000000)
    with pytest.raises(exceptions.CogniteAPIError, match=r"items\[0\].columns must have at most 5242880 bytes"):
        client.raw.rows.insert("db", "table", {"a": columns}, ensure_parent=True)


def test_cursor_of_another_table_is_refused(fake):
    insert(fake, {"a": {}})
    cursor = ask(fake, "GET", "/db/tables/table/cursors")[1]["items"][0]
    ask(fake, "POST", "/db/tables", {"items": [{"name": "other"}]})
    status, answer = ask(fake, "GET", f"/db/tables/other/rows?cursor={cursor}")
    assert (status, answer["error"]["message"][:14]) == (400, "Invalid cursor")


def test_fork_does_not_see_later_rows(fake):
    insert(fake, {"a": {"n": 1}})
    other = fake.world.fork()
    insert(fake, {"a": {"n": 2}, "b": {}})
    assert {row["key"]: row["columns"] for row in other.table("raw/dbs/db/tables/table/rows").items.values()} == {
        "a": {"n": 1}
    }


@pytest.mark.parametrize(("db", "table", "message"), [("d" * 33, "t", "dbName"), ("d", "t" * 65, "tableName")])
def test_name_that_is_too_long_brings_no_table(fake, db, table, message):
    row = {"key": "a", "columns": {}}
    status, answer = ask(fake, "POST", f"/{db}/tables/{table}/rows?ensureParent=true", {"items": [row]})
    assert (status, answer["error"]["message"].split()[0]) == (400, message)
    assert len(fake.world.table("raw/dbs")) == 0
