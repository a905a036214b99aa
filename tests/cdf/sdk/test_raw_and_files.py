"""RAW and files, as functions use them."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")
pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore")  # the SDKs use what pandas 3 deprecates

REFUSED = (exceptions.CogniteAPIError, exceptions.CogniteNotFoundError, exceptions.CogniteDuplicatedError)
"""SDK 7 raises the first where SDK 8 raises the others, which are no subclass of it there."""


@pytest.fixture
def table(client):
    """Table ``t`` of database ``db`` with rows ``k0 .. k24``; returns the client."""
    client.raw.rows.insert("db", "t", {f"k{n}": {"n": n, "even": n % 2 == 0} for n in range(25)}, ensure_parent=True)
    return client


def test_database_and_table_are_created_once(client):
    for _ in range(2):
        if "db" not in [db.name for db in client.raw.databases.list(limit=None)]:
            client.raw.databases.create("db")
        if "t" not in client.raw.tables.list("db", limit=-1).as_names():
            client.raw.tables.create("db", "t")
    assert [table.name for table in client.raw.databases.list()[0].tables()] == ["t"]


@pytest.mark.parametrize("create", [lambda raw: raw.databases.create("db"), lambda raw: raw.tables.create("db", "t")])
def test_creating_what_is_there_is_an_error(table, create):
    with pytest.raises(exceptions.CogniteDuplicatedError) as error:
        create(table.raw)
    assert error.value.duplicated in ([{"name": "db"}], [{"name": "t"}])


def test_rows_of_a_missing_table(client):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        client.raw.rows.list("no", "where")
    assert (error.value.code, "no" in error.value.message) == (404, True)
    with pytest.raises(exceptions.CogniteAPIError):
        client.raw.rows.insert("no", "where", {"k": {"a": 1}})


def test_row_by_key(table):
    assert table.raw.rows.retrieve("db", "t", "k3").columns == {"n": 3, "even": False}
    assert table.raw.rows.retrieve("db", "t", "gone") is None


@pytest.mark.parametrize("key", ["a b", "a/b", "ø", "100%", "a?b#c", "a&b"])
def test_keys_of_any_kind(table, key):
    table.raw.rows.insert("db", "t", data.RowWrite(key, {"a": None, "deep": {"b": [1]}}))
    assert table.raw.rows.retrieve("db", "t", key).columns == {"a": None, "deep": {"b": [1]}}
    table.raw.rows.delete("db", "t", key)
    assert table.raw.rows.retrieve("db", "t", key) is None


@pytest.mark.parametrize("options", [{"limit": None}, {"limit": -1}, {"limit": 1000}, {"limit": None, "partitions": 5}])
def test_all_rows(table, options):
    assert len(table.raw.rows.list("db", "t", **options)) == 25


def test_rows_in_chunks(table):
    assert [len(chunk) for chunk in table.raw.rows("db", "t", chunk_size=10)] == [10, 10, 5]
    assert {row.key for row in table.raw.rows("db", "t")} == {f"k{n}" for n in range(25)}


def test_some_columns(table):
    assert table.raw.rows.list("db", "t", columns=["n"], limit=1)[0].columns.keys() == {"n"}
    assert table.raw.rows.list("db", "t", columns=[], limit=1)[0].columns == {}


def test_rows_by_time(table):
    newest = table.raw.rows.list("db", "t", limit=1)[0].last_updated_time
    assert len(table.raw.rows.list("db", "t", min_last_updated_time=newest, limit=None)) == 0
    assert len(table.raw.rows.list("db", "t", min_last_updated_time=newest - 1, limit=None)) == 25


def test_frames(table):
    frame = table.raw.rows.retrieve_dataframe("db", "t", limit=None)
    assert (frame.loc["k7", "n"], frame.shape) == (7, (25, 2))
    assert table.raw.rows.list("db", "t", limit=None).to_pandas()["n"].sum() == sum(range(25))
    table.raw.rows.insert_dataframe("db", "t", frame.assign(n=frame["n"] + 1))
    assert table.raw.rows.retrieve("db", "t", "k7").columns["n"] == 8


def test_frame_into_a_new_table(client):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]}, index=["r1", "r2"])
    client.raw.rows.insert_dataframe("new", "table", frame, ensure_parent=True)
    assert client.raw.rows.retrieve("new", "table", "r1").columns == {"a": 1, "b": "x"}


def test_many_rows(client):
    rows = [data.RowWrite(str(n), {"n": n}) for n in range(12_345)]
    client.raw.rows.insert("db", "t", rows, ensure_parent=True)
    found = client.raw.rows.list("db", "t", limit=None)
    assert len({row.key for row in found}) == len(found) == 12_345


def test_old_rows_are_replaced(table):
    old = [row.key for row in table.raw.rows.list("db", "t", limit=None) if row.columns["even"]]
    table.raw.rows.delete("db", "t", old)
    table.raw.rows.delete("db", "t", ["never"])
    assert len(table.raw.rows.list("db", "t", limit=None)) == 12


def test_tables_and_databases_go(table):
    table.raw.tables.delete("db", ["t"])
    with pytest.raises(exceptions.CogniteAPIError):
        table.raw.tables.delete("db", "t")
    table.raw.tables.create("db", ["a", "b"])
    with pytest.raises(exceptions.CogniteAPIError):
        table.raw.databases.delete("db")
    table.raw.databases.delete("db", recursive=True)
    assert len(table.raw.databases.list(limit=None)) == 0


def test_row_object_of_a_list_is_written_elsewhere(table):
    table.raw.tables.create("db", "copy")
    table.raw.rows.insert("db", "copy", table.raw.rows.list("db", "t", limit=None))
    assert len(table.raw.rows.list("db", "copy", limit=None)) == 25


@pytest.fixture
def report(client):
    """The file ``report`` with some JSON in it."""
    return client.files.upload_bytes(
        json.dumps({"a": 1}).encode(),
        name="report.json",
        external_id="report",
        mime_type="application/json",
        source="us",
        metadata={"kind": "daily"},
        directory="/reports",
    )


def test_file_is_read_back(client, report):
    assert json.loads(client.files.download_bytes(external_id="report")) == {"a": 1}
    assert client.files.retrieve(external_id="report").uploaded is True
    assert json.loads(client.files.download_bytes(id=report.id)) == {"a": 1}


def test_frame_in_a_file(client):
    frame = pd.DataFrame({"a": [1, 2]})
    client.files.upload_bytes(frame.to_csv(index=False), name="f.csv", external_id="csv")
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(client.files.download_bytes(external_id="csv"))), frame)


def test_file_of_a_folder(client, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"hello")
    (tmp_path / "b.txt").write_bytes(b"there")
    client.files.upload(str(tmp_path / "a.txt"), external_id="a", mime_type="text/plain")
    client.files.upload(str(tmp_path), recursive=False)
    assert sorted(file.name for file in client.files()) == ["a.txt", "a.txt", "b.txt"]
    target = tmp_path / "down"
    target.mkdir()
    client.files.download(str(target), external_id="a")
    assert (target / "a.txt").read_bytes() == b"hello"
    client.files.download_to_path(tmp_path / "c.txt", external_id="a")
    assert (tmp_path / "c.txt").read_bytes() == b"hello"


def test_several_files_at_once(client, tmp_path):
    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(lambda n: client.files.upload_bytes(b"%d" % n, name=f"{n}.txt"), range(8))]
    client.files.download(str(tmp_path), id=[one.id for one in made])
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == [str(n) for n in range(8)]


def test_file_that_is_there(client, report):
    with pytest.raises(REFUSED, match="duplicated: externalId: report"):
        client.files.upload_bytes(b"", name="other", external_id="report")
    client.files.upload_bytes(b"[]", name="report.json", external_id="report", overwrite=True)
    assert client.files.download_bytes(external_id="report") == b"[]"


def test_missing_files(client):
    assert client.files.retrieve(external_id="gone") is None
    with pytest.raises(REFUSED, match="not found: externalId: gone"):
        client.files.download_bytes(external_id="gone")
    assert len(client.files.retrieve_multiple(external_ids=["gone"], ignore_unknown_ids=True)) == 0


def test_file_without_content_cannot_be_read(client):
    file, url = client.files.create(data.FileMetadataWrite(name="n", external_id="empty"))
    assert url.startswith("https://")
    assert not file.uploaded
    with pytest.raises(exceptions.CogniteAPIError) as error:
        client.files.download_bytes(external_id="empty")
    assert error.value.code == 400


def test_link_is_followed_by_hand(client, report):
    url = client.files.retrieve_download_urls(external_id="report")["report"]
    requests = pytest.importorskip("requests")
    assert requests.get(url, timeout=5).json() == {"a": 1}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"name": "report.json"}, 1),
        ({"metadata": {"kind": "daily"}}, 1),
        ({"mime_type": "text/plain"}, 0),
        ({"uploaded": True}, 1),
        ({"directory_prefix": "/rep"}, 1),
        ({"source": "us", "limit": None}, 1),
        ({"uploaded_time": {"min": 0}}, 1),
        ({"external_id_prefix": "x"}, 0),
    ],
)
def test_filters_of_files(client, report, wanted, expected):
    assert len(client.files.list(**wanted)) == expected


def test_file_is_updated(client, report):
    changed = client.files.update(
        data.FileMetadataUpdate(external_id="report").metadata.add({"state": "done"}).source.set("them")
    )
    assert (changed.metadata, changed.source) == ({"kind": "daily", "state": "done"}, "them")
    changed.directory = "/elsewhere"
    assert client.files.update(changed).directory == "/elsewhere"
    assert client.files.search(name="report")[0].id == report.id
    client.files.delete(external_id="report")
    assert client.files.retrieve(id=report.id) is None


def test_file_in_parts(client):
    with client.files.multipart_upload_session("big.bin", parts=2, external_id="big") as session:
        session.upload_part(0, b"a" * 5_300_000)
        session.upload_part(1, b"end")
    content = client.files.download_bytes(external_id="big")
    assert (len(content), content[-4:]) == (5_300_003, b"aend")


def test_content_after_metadata(client):
    client.files.create(data.FileMetadataWrite(name="later.txt", external_id="later"))
    client.files.upload_content_bytes(b"now", external_id="later")
    assert client.files.download_bytes(external_id="later") == b"now"
