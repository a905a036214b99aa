import json
from base64 import b64encode

import pytest

from fn_emulator.harness.client import real_client
from fn_emulator.server import cdf_app as module

from .conftest import TOKEN

EVENTS = "/api/v1/projects/fn-emulator/events"


@pytest.fixture
def client(serve):
    """A real client that reaches the CDF over a socket."""
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    served = serve()
    return real_client("fn-emulator", served.base_url, {"token": TOKEN})


@pytest.mark.filterwarnings("ignore:Given base URL")
def test_the_real_client_writes_and_reads_over_a_socket(client):
    from cognite.client.data_classes import EventWrite

    client.events.create([EventWrite(external_id="a", type="t"), EventWrite(external_id="b")])
    assert [event.external_id for event in client.events.list(type="t", limit=None)] == ["a"]
    assert client.events.retrieve(external_id="nowhere") is None
    client.events.delete(external_id=["a", "b"])
    assert list(client.events.list(limit=5)) == []


@pytest.mark.filterwarnings("ignore:Given base URL")
def test_content_of_files_goes_to_the_server_itself_and_back(client):
    created = client.files.upload_bytes(b"abc", name="f.txt", external_id="f")
    assert created.external_id == "f"
    assert client.files.download_bytes(external_id="f") == b"abc"


@pytest.mark.filterwarnings("ignore:Given base URL")
def test_names_that_are_percent_encoded_arrive_as_they_are(client):
    client.raw.rows.insert("d/b", "t ä", {"k/1": {"n": 1}}, ensure_parent=True)
    assert client.raw.rows.retrieve("d/b", "t ä", "k/1").columns == {"n": 1}


@pytest.mark.filterwarnings("ignore:Given base URL")
def test_the_clock_is_the_real_one(client):
    import time

    from cognite.client.data_classes import EventWrite

    before = int(time.time() * 1000)
    assert before <= client.events.create(EventWrite(external_id="a")).created_time <= time.time() * 1000


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer"])
def test_a_request_without_the_token_is_refused(serve, authorization):
    served = serve()
    status, body = served.send("GET", EVENTS, authorization=authorization)
    message = "Unauthorized: send the token that fn-emulate serve printed, as Authorization: Bearer TOKEN."
    assert (status, body) == (401, {"error": {"code": 401, "message": message}})
    assert len(served.fake.journal) == 0


def test_no_token_is_asked_for_where_that_was_said(serve):
    assert serve(token=None).send("POST", f"{EVENTS}/list", {}, authorization=None) == (200, {"items": []})


@pytest.mark.parametrize("host", ["evil.example.com", "evil.example.com:80", "", "0.0.0.0", "127.0.0.1.evil.com"])
def test_a_host_that_is_not_this_machine_is_refused(serve, host):
    status, body = serve().send("POST", f"{EVENTS}/list", {}, host=host)
    assert status == 421
    assert body["error"]["message"] == f"This server answers on this machine alone, not as {host!r}."


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null"])
def test_a_request_of_a_web_page_is_refused(serve, origin):
    status, body = serve().send("POST", f"{EVENTS}/list", {}, origin=origin)
    assert (status, body["error"]["code"]) == (403, 403)


@pytest.mark.parametrize("headers", [{"host": "localhost:1"}, {"host": "[::1]"}, {"origin": "http://localhost:8888"}])
def test_a_request_under_a_name_of_this_machine_is_answered(serve, headers):
    assert serve().send("POST", f"{EVENTS}/list", {}, **headers) == (200, {"items": []})


def test_an_unknown_endpoint_is_a_501_that_names_it(serve):
    status, body = serve().send("PATCH", "/api/v1/projects/fn-emulator/no/such/thing?x=1", {})
    assert status == 501
    assert body["error"]["message"].startswith("The in-memory CDF does not implement PATCH /no/such/thing.")


def test_a_body_that_is_too_large_is_refused(serve, monkeypatch):
    monkeypatch.setattr(module, "LARGEST_BODY", 10)
    status, body = serve().send("POST", EVENTS, {"items": [{"externalId": "a"}]})
    assert (status, body["error"]["message"]) == (413, "The body has more than 10 bytes.")


def test_parameters_of_the_query_arrive(serve):
    served = serve()
    for name in "ab":
        path = f"/api/v1/projects/fn-emulator/raw/dbs/{name}/tables?ensureParent=true"
        assert served.send("POST", path, {"items": [{"name": "t"}]})[0] in (200, 201)
    status, body = served.send("GET", "/api/v1/projects/fn-emulator/raw/dbs?limit=1")
    assert (status, len(body["items"])) == (200, 1)
    assert json.dumps(body)


def test_oauth_credentials_whose_secret_is_the_token_get_it(serve):
    served = serve()
    form = f"grant_type=client_credentials&client_id=i&client_secret={TOKEN}".encode()
    status, body = served.send("POST", "/oauth2/token", form, authorization=None)
    assert (status, body["access_token"], body["token_type"]) == (200, TOKEN, "Bearer")
    pair = b64encode(f"i:{TOKEN}".encode()).decode()
    assert served.send("POST", "/token", b"", authorization=f"Basic {pair}")[0] == 200


@pytest.mark.parametrize("authorization", [None, "Basic wrong", "Basic aTp4"])
def test_oauth_credentials_with_another_secret_get_nothing(serve, authorization):
    status, body = serve().send("POST", "/oauth2/token", b"client_secret=wrong", authorization=authorization)
    assert (status, body["error"]) == (401, "invalid_client")


def test_a_link_to_a_file_works_without_the_token_as_it_was_given_alone(serve):
    served = serve()
    _, created = served.send("POST", "/api/v1/projects/fn-emulator/files", {"name": "a", "externalId": "a"})
    link = created["uploadUrl"].removeprefix(served.base_url)
    path = link.partition("?")[0]
    assert served.send("PUT", path, b"made up", authorization=None)[0] == 403
    assert served.send("PUT", link, b"content", authorization=None)[0] == 200
    assert served.send("GET", path, authorization=None)[0] == 403
    assert served.send("GET", link, authorization=None)[0] == 403
