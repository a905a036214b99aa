"""Databases and tables of RAW, through the real client."""

from __future__ import annotations

import json

import pytest

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

RAW = "https://fn-emulator.cognitedata.com/api/v1/projects/fn-emulator/raw/dbs"


def ask(fake, method, url, body=None, now_ms=1000):
    """Status and JSON of a request that the client cannot be made to send."""
    sent = b"" if body is None else json.dumps(body).encode()
    status, _, answer = fake.handle(method, RAW + url, {"content-type": "application/json"}, sent, now_ms=now_ms)
    return status, json.loads(answer)


def test_created_databases_are_listed(client):
    client.raw.databases.create(["one", "two"])
    assert [database.name for database in client.raw.databases.list()] == ["one", "two"]


def test_database_shows_when_it_was_created(client):
    assert client.raw.databases.create("db").created_time > 1_600_000_000_000


def test_databases_come_in_pages(client):
    client.raw.databases.create([f"db{number}" for number in range(5)])
    pages = client.raw.databases(chunk_size=2)
    assert [[database.name for database in page] for page in pages] == [["db0", "db1"], ["db2", "db3"], ["db4"]]


def test_database_that_is_there_is_refused(client):
    client.raw.databases.create("db")
    with pytest.raises(exceptions.CogniteDuplicatedError) as caught:
        client.raw.databases.create("db")
    assert caught.value.duplicated == [{"name": "db"}]


def test_none_is_created_where_one_is_refused(client):
    client.raw.databases.create("db")
    with pytest.raises(exceptions.CogniteDuplicatedError):
        client.raw.databases.create(["new", "db"])
    assert client.raw.databases.list().as_names() == ["db"]


@pytest.mark.parametrize("name", ["", "n" * 33])
def test_name_of_a_database_has_limits(client, name):
    with pytest.raises(exceptions.CogniteAPIError, match=r"items\[0\].name must have 1 to 32 characters"):
        client.raw.databases.create(name)


def test_database_with_tables_is_deleted_recursively_only(client):
    client.raw.databases.create("db")
    client.raw.tables.create("db", "table")
    with pytest.raises(
        exceptions.CogniteAPIError, match="Databases that have tables are deleted with recursive only: db"
    ):
        client.raw.databases.delete("db")
    client.raw.databases.delete("db", recursive=True)
    assert client.raw.databases.list() == []


def test_deleted_database_leaves_no_rows_behind(client):
    client.raw.rows.insert("db", "table", {"key": {"a": 1}}, ensure_parent=True)
    client.raw.databases.delete("db", recursive=True)
    client.raw.rows.insert("db", "table", {"other": {"a": 1}}, ensure_parent=True)
    assert [row.key for row in client.raw.rows.list("db", "table")] == ["other"]


def test_database_that_is_not_there_cannot_be_deleted(client):
    with pytest.raises(exceptions.CogniteAPIError, match="Following databases not found: db"):
        client.raw.databases.delete("db")


def test_tables_of_a_database_that_is_not_there_are_a_404(client):
    with pytest.raises(exceptions.CogniteAPIError, match="Following databases not found: db") as caught:
        client.raw.tables.list("db")
    assert (caught.value.code, caught.value.missing) == (404, [{"name": "db"}])


def test_created_tables_are_listed(client):
    client.raw.databases.create("db")
    client.raw.tables.create("db", ["one", "two"])
    assert client.raw.tables.list("db").as_names() == ["one", "two"]


def test_tables_of_two_databases_are_apart(client):
    client.raw.databases.create(["a", "a/tables/b"])
    client.raw.tables.create("a/tables/b", "table")
    assert client.raw.tables.list("a").as_names() == []


def test_table_that_is_there_is_refused(client):
    client.raw.databases.create("db")
    client.raw.tables.create("db", "table")
    with pytest.raises(exceptions.CogniteDuplicatedError):
        client.raw.tables.create("db", "table")


def test_table_needs_its_database(client):
    with pytest.raises(exceptions.CogniteAPIError, match="Following databases not found: db"):
        client.raw.tables.create("db", "table")


def test_table_can_bring_its_database(fake, client):
    ask(fake, "POST", "/db/tables?ensureParent=true", {"items": [{"name": "table"}]})
    assert client.raw.databases.list().as_names() == ["db"]


def test_deleted_table_is_gone_with_its_rows(client):
    client.raw.rows.insert("db", "table", {"key": {"a": 1}}, ensure_parent=True)
    client.raw.tables.delete("db", "table")
    client.raw.tables.create("db", "table")
    assert client.raw.rows.list("db", "table") == []


def test_table_that_is_not_there_cannot_be_deleted(client):
    client.raw.databases.create("db")
    with pytest.raises(exceptions.CogniteAPIError, match="Following tables not found: table"):
        client.raw.tables.delete("db", "table")


def test_same_name_twice_in_one_request_is_refused(fake):
    status, answer = ask(fake, "POST", "", {"items": [{"name": "db"}, {"name": "db"}]})
    assert (status, answer["error"]["duplicated"]) == (409, [{"name": "db"}])


@pytest.mark.parametrize("limit", ["0", "1001", "many", "-1", ""])
def test_limit_of_a_list_is_checked(fake, limit):
    status, answer = ask(fake, "GET", f"?limit={limit}")
    expected = f"limit must be an integer between 1 and 1000, it is {limit!r}."
    assert (status, answer["error"]["message"]) == (400, expected)


def test_fork_does_not_see_later_databases(fake, client):
    client.raw.databases.create("db")
    other = fake.world.fork()
    client.raw.databases.create("later")
    assert [*other.table("raw/dbs").items] == ["db"]


def test_absent_table_is_invented_where_that_is_asked_for(fake):
    fake.world.invent = lambda world, place, named: world.put(place, named["name"], named) is None
    assert ask(fake, "GET", "/db/tables/table/rows") == (200, {"items": []})
