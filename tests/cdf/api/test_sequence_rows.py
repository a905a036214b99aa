from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")


@pytest.fixture
def log(client):
    """A sequence ``log`` with the columns ``text`` (STRING), ``depth`` (DOUBLE) and ``count`` (LONG)."""
    types = {"text": "STRING", "depth": "DOUBLE", "count": "LONG"}
    columns = [data.SequenceColumnWrite(external_id=name, value_type=kind) for name, kind in types.items()]
    return client.sequences.create(data.SequenceWrite(external_id="log", columns=columns))


@pytest.fixture
def rows(client, log):
    """The rows of ``log``, as they are written and read."""

    class Rows:
        def write(self, rows, columns=("text", "depth", "count")):
            client.sequences.data.insert(rows, columns=list(columns), external_id="log")

        def read(self, start=0, end=None, **arguments):
            found = client.sequences.data.retrieve(external_id="log", start=start, end=end, **arguments)
            return dict(found.items())

    return Rows()


def test_rows_come_in_the_order_of_their_numbers(rows):
    rows.write([(30, ["c", 1, 1]), (10, ["a", 0.5, 2])])
    assert list(rows.read().items()) == [(10, ["a", 0.5, 2]), (30, ["c", 1, 1])]


def test_end_is_not_included(rows):
    rows.write([(n, [str(n), n, n]) for n in range(5)])
    assert [*rows.read(start=1, end=3)] == [1, 2]


def test_columns_are_chosen_and_ordered(rows):
    rows.write([(1, ["a", 0.5, 2])])
    assert rows.read(columns=["count", "text"]) == {1: [2, "a"]}


def test_other_columns_of_a_row_stay(rows):
    rows.write([(1, ["a", 0.5, 2])])
    rows.write([(1, [None])], columns=["text"])
    assert rows.read() == {1: [None, 0.5, 2]}


def test_rows_without_any_value_are_not_shown(rows):
    rows.write([(1, ["a", None, None]), (2, [None, 1, None])])
    assert [*rows.read(columns=["text"])] == [1]


def test_more_rows_than_a_page_are_read_with_cursors(rows):
    rows.write([(n, ["x", n, n]) for n in range(20_001)])
    assert len(rows.read()) == 20_001
    assert len(rows.read(limit=10_001)) == 10_001


def test_default_page_has_a_hundred_rows(post, rows):
    rows.write([(n, ["x", n, n]) for n in range(101)])
    _, first = post("/sequences/data/list", {"externalId": "log"})
    _, second = post("/sequences/data/list", {"externalId": "log", "cursor": first["nextCursor"]})
    assert (len(first["rows"]), [row["rowNumber"] for row in second["rows"]]) == (100, [100])
    assert "nextCursor" not in second


def test_cursor_of_another_range_is_refused(post, rows):
    rows.write([(n, ["x", n, n]) for n in range(3)])
    _, first = post("/sequences/data/list", {"externalId": "log", "limit": 1})
    status, _ = post("/sequences/data/list", {"externalId": "log", "start": 1, "cursor": first["nextCursor"]})
    assert status == 400


def test_last_row(client, rows):
    rows.write([(n, [str(n), n, n]) for n in (3, 9, 5)])
    latest = client.sequences.data.retrieve_last_row(external_id="log", before=9)
    assert [(row.row_number, list(row.values)) for row in latest.rows] == [(5, ["5", 5, 5])]


def test_last_row_of_nothing(client, log):
    assert len(client.sequences.data.retrieve_last_row(external_id="log").rows) == 0


def test_rows_are_deleted_by_number_and_by_range(client, rows):
    rows.write([(n, [str(n), n, n]) for n in range(10)])
    client.sequences.data.delete(rows=[0, 99], external_id="log")
    client.sequences.data.delete_range(start=2, end=9, external_id="log")
    assert [*rows.read()] == [1, 9]


@pytest.mark.filterwarnings("ignore:The convert_")  # the client's use of a newer pandas
def test_data_frame_goes_in_and_out(client, log):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": ["a", "b"], "depth": [1.5, 2.5], "count": [1, 2]}, index=[4, 7])
    client.sequences.data.insert_dataframe(frame, external_id="log")
    found = client.sequences.data.retrieve(external_id="log", start=0, end=None).to_pandas()
    assert found.index.tolist() == [4, 7]
    assert found["depth"].tolist() == [1.5, 2.5]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, 1, 1], "items[0].rows[0].text must be a string, it is a number."),
        (["a", "b", 1], "items[0].rows[0].depth must be a number, it is a string."),
        (["a", 1, 1.5], "items[0].rows[0].count must be an integer, it is a number."),
        (["a", 1, True], "items[0].rows[0].count must be an integer, it is a boolean."),
        (["a", 1], "items[0].rows[0] must have 3 values, it has 2."),
        (["a" * 257, 1, 1], "items[0].rows[0].text must have 0 to 256 characters, it has 257."),
        (["a", 1e101, 1], "items[0].rows[0].depth must be between -1e100 and 1e100, it is 1e+101."),
    ],
)
def test_values_that_do_not_fit_their_columns_are_refused(post, rows, values, message):
    item = {"externalId": "log", "columns": ["text", "depth", "count"]}
    status, answer = post("/sequences/data", {"items": [{**item, "rows": [{"rowNumber": 1, "values": values}]}]})
    assert (status, answer["error"]["message"]) == (400, message)
    assert rows.read() == {}


def test_unknown_column_is_refused(client, log):
    with pytest.raises(exceptions.CogniteAPIError, match="the sequence has no column 'colour'"):
        client.sequences.data.insert([(1, ["red"])], columns=["colour"], external_id="log")


def test_unknown_sequence_is_named(client):
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        client.sequences.data.retrieve(external_id="nobody", start=0, end=None)
    assert error.value.not_found == [{"externalId": "nobody"}]


def test_too_many_rows_in_one_request_are_refused(post, log):
    rows = [{"rowNumber": n, "values": [n]} for n in range(6000)]
    item = {"externalId": "log", "columns": ["depth"], "rows": rows}
    status, answer = post("/sequences/data", {"items": [item, item]})
    assert (status, answer["error"]["message"]) == (400, "A request must have at most 10000 rows.")


def test_fork_keeps_its_rows(fake, rows):
    rows.write([(1, ["a", 1, 1])])
    before = fake.world.fork()
    rows.write([(2, ["b", 2, 2])])
    (held,) = before.table("sequences/data").items.values()
    assert [*held.by_number] == [1]
