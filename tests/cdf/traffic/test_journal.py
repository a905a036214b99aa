import json

import pytest

from fn_emulator.cdf.datapoints.messages import InsertionItem, encode_insertion_request
from fn_emulator.cdf.datapoints.points import Points
from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.traffic.journal import Journal, writes
from fn_emulator.cdf.traffic.scrub import without_secrets
from fn_emulator.cdf.world import Tally

PROJECT = "https://fn-emulator.cognitedata.com/api/v1/projects/fn-emulator"
JSON = {"content-type": "application/json"}


def test_a_journal_may_keep_nothing():
    cdf = FakeCdf(keeps_journal=False)
    for _ in range(3):
        assert cdf.handle("POST", PROJECT + "/events/list", JSON, b"{}", now_ms=1000)[0] == 200
    assert (len(cdf.journal), cdf.journal.since()) == (0, [])


@pytest.fixture
def send(fake):
    """Sends JSON to the empty CDF and gives what the journal says of it."""

    def send(method, path, body=None, *, url=None, site=("handler.py", 7)):
        content = b"" if body is None else json.dumps(body).encode()
        fake.handle(method, url or PROJECT + path, JSON, content, now_ms=1000, site=site)
        return fake.journal.since()[-1]

    return send


@pytest.fixture
def record():
    """Records a request in a journal of its own and gives the entry."""
    journal = Journal()

    def record(path, sent=None, *, method="POST", status=200, body=b"{}", url=None):
        tally = Tally()
        tally.sent = sent
        request = {"method": method, "url": url or PROJECT + path, "now_ms": 1, "site": None}
        return journal.record(request, status, body, 0.1, tally)

    record.journal = journal
    return record


def test_a_write_is_told_with_its_place_and_what_it_changed(send):
    entry = send("POST", "/events", {"items": [{"externalId": "a"}, {"externalId": "b"}]})
    assert entry[:6] == (1, "write", "POST", "/events", "events", "create")
    assert (entry.item_count, entry.created, entry.updated, entry.unchanged, entry.deleted) == (2, 2, 0, 0, 0)
    assert (entry.status, entry.file, entry.line, entry.now_ms) == (201, "handler.py", 7, 1000)
    assert entry.identifiers == [{"externalId": "a"}, {"externalId": "b"}]


def test_a_read_is_told_with_the_number_of_items_in_its_answer(send):
    send("POST", "/events", {"items": [{"externalId": "a"}, {"externalId": "b"}]})
    entry = send("POST", "/events/list", {"filter": {}}, site=None)
    assert (entry.kind, entry.operation, entry.item_count, entry.file) == ("read", "list", 2, None)


def test_a_refused_request_is_told_with_its_reason(send):
    entry = send("POST", "/events/byids", {"items": [{"externalId": "nowhere"}]})
    assert (entry.status, entry.is_fine) == (400, False)
    assert entry.error == "Event ids not found: externalId: nowhere"
    assert entry.missing == ({"externalId": "nowhere"},)


def test_an_unknown_endpoint_is_told_with_its_501(send):
    entry = send("POST", "/no/such/thing", {"items": []})
    assert (entry.status, entry.kind) == (501, "write")
    assert entry.error.startswith("The in-memory CDF does not implement POST /no/such/thing")


def test_an_answer_that_is_no_json_is_told_by_its_start(record):
    assert record("/assets", status=502, body=b"<html>" + b"x" * 500).error == "<html>" + "x" * 194


def test_since_gives_what_came_after_a_mark(send, fake):
    send("POST", "/events", {"items": [{"externalId": "a"}]})
    mark = fake.journal.mark()
    send("POST", "/events/list", {})
    assert [entry.seq for entry in fake.journal.since(mark)] == [2]
    assert len(fake.journal) == 2


def test_writes_are_given_item_by_item_without_what_was_refused(send, fake):
    send("POST", "/events", {"items": [{"externalId": "a", "type": "t"}]})
    send("POST", "/events", {"items": [{"externalId": "a"}]})
    send("POST", "/events/delete", {"items": [{"externalId": "a"}]})
    entries = fake.journal.since()
    assert writes(entries, "events") == [
        {"operation": "create", "item": {"externalId": "a", "type": "t"}},
        {"operation": "delete", "item": {"externalId": "a"}},
    ]
    assert writes(entries) == writes(entries, "/events")
    assert [found["operation"] for found in writes(entries, "/events/delete")] == ["delete"]
    assert writes(entries, "assets") == []


def test_writes_can_be_asked_for_by_the_path_of_one_table(record):
    for table in ("t", "u"):
        record(f"/raw/dbs/d/tables/{table}/rows", {"items": [{"key": table}]})
    entries = record.journal.since()
    assert writes(entries, "/raw/dbs/d/tables/u/rows") == [{"operation": "insert", "item": {"key": "u"}}]
    assert len(writes(entries, "raw/rows")) == 2


def test_datapoints_sent_as_protobuf_are_given_as_rest_has_them(record):
    points = Points([2000, 1000], [1.5, 2.5], {})
    body = encode_insertion_request([InsertionItem({"externalId": "x"}, "numeric", points)])
    entry = record("/timeseries/data", body)
    assert entry.item_count == 1
    assert entry.identifiers == [{"externalId": "x", "n": 2, "first": 1000, "last": 2000}]
    rows = [{"timestamp": 2000, "value": 1.5}, {"timestamp": 1000, "value": 2.5}]
    assert writes([entry], "timeseries/data") == [
        {"operation": "insert", "item": {"externalId": "x", "datapoints": rows}}
    ]


@pytest.mark.parametrize("body", [b"\xff\xff", b"\x0a\x02\x0a"])
def test_bytes_that_are_no_datapoints_do_not_stop_the_journal(record, body):
    entry = record("/timeseries/data", body, status=400)
    assert (entry.item_count, entry.items) == (1, [{"bytes": len(body)}])


def test_a_file_is_told_by_its_size(record):
    assert record("/files/content/1", b"abc", method="PUT").items == [{"bytes": 3}]


@pytest.mark.parametrize(
    ("path", "sent", "kept"),
    [
        ("/sessions", {"items": [{"clientId": "i", "clientSecret": "s3"}]}, {"clientId": "i", "clientSecret": "***"}),
        ("/functions", {"items": [{"name": "f", "secrets": {"k": "s3"}}]}, {"name": "f", "secrets": {"k": "***"}}),
        ("/functions/7/call", {"data": {"token": "s3"}, "nonce": "s3"}, {"data": {"token": "***"}, "nonce": "***"}),
    ],
)
def test_credentials_in_bodies_are_not_kept(record, path, sent, kept):
    assert record(path, sent).items == [kept]


def test_what_a_token_is_asked_with_is_not_kept(record):
    entry = record("", b"client_secret=s3", url="https://login.example.com/t/oauth2/v2.0/token")
    assert (entry.kind, entry.sent, entry.items) == ("auth", None, [])


def test_the_query_of_an_address_is_not_kept(record):
    assert record("/files?sig=s3", {}).path == "/files"


def test_an_entry_shows_itself_without_its_body(record):
    assert repr(record("/assets", {"items": [{"name": "n"}]})) == "Entry(1, write POST /assets, 200)"


def test_a_signed_link_is_kept_without_its_signature():
    links = {
        "items": [{"downloadUrl": "https://x/f?sig=s3cret", "uploadUrls": ["https://x/p?sig=s3cret", "https://x/q"]}]
    }
    assert without_secrets(links) == {
        "items": [{"downloadUrl": "https://x/f?***", "uploadUrls": ["https://x/p?***", "https://x/q"]}]
    }
