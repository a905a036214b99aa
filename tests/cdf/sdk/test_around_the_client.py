"""What handlers do around the client: clients of their own, settings, telemetry, a second call of the samples."""

from __future__ import annotations

import textwrap
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fn_emulator import load_function

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
pytest.importorskip("pandas")

SAMPLES = Path(__file__).parents[3] / "sample_functions"

pytestmark = pytest.mark.filterwarnings("ignore")  # the SDKs use what pandas 3 deprecates


@pytest.fixture
def call(tmp_path, fake):
    """``call(body of handle, ...) -> Result``, of a function with ``client`` and ``secrets``."""

    def call_(body, *, before="", at=None, **options):
        lines = textwrap.indent(textwrap.dedent(body).strip(), "    ")
        (tmp_path / "handler.py").write_text(f"{before}\n\ndef handle(client, secrets):\n{lines}\n")
        with load_function(tmp_path, cdf=fake, secrets={"id": "me", "secret": "hush"}, **options) as fn:
            return fn.call(**({} if at is None else {"at": at}))

    return call_


OWN = """\
import os
from cognite.client import ClientConfig, CogniteClient, global_config
from cognite.client.credentials import OAuthClientCredentials, Token
from cognite.client.data_classes import EventWrite


def credentials(secrets):
    return OAuthClientCredentials(
        token_url="https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
        client_id=secrets["id"],
        client_secret=secrets["secret"],
        scopes=["https://greenfield.cognitedata.com/.default"],
    )
"""


@pytest.mark.parametrize(
    "own",
    [
        """CogniteClient(ClientConfig(client_name="n", project="p", credentials=credentials(secrets),
            base_url="https://greenfield.cognitedata.com", timeout=10))""",
        'CogniteClient(ClientConfig.default("p", "greenfield", credentials(secrets)))',
        'CogniteClient.default("p", "greenfield", credentials(secrets))',
        """CogniteClient.default_oauth_client_credentials(project="p", cdf_cluster="greenfield", tenant_id="t",
            client_id=secrets["id"], client_secret=secrets["secret"])""",
        """CogniteClient.load({"project": "p", "client_name": "n", "base_url": "https://greenfield.cognitedata.com",
            "credentials": {"client_credentials": {"client_id": secrets["id"], "client_secret": secrets["secret"],
                "token_url": "https://login.microsoftonline.com/t/oauth2/v2.0/token", "scopes": ["a"]}}})""",
        'CogniteClient(ClientConfig("n", "p", Token(lambda: "t"), base_url="https://greenfield.cognitedata.com/"))',
        "CogniteClient(client.config)",
    ],
)
def test_own_client_sees_what_the_given_one_wrote(call, own):
    body = f"""
        own = {own}
        client.events.create(EventWrite(external_id="e"))
        return [own.events.retrieve(external_id="e").external_id, own.config.project]
    """
    found, project = call(body, before=OWN).response
    assert found == "e"
    assert project in ("p", "fn-emulator")


def test_default_client_config(call):
    body = """
        global_config.default_client_config = ClientConfig.default("p", "greenfield", credentials(secrets))
        try:
            return len(CogniteClient().assets.list())
        finally:
            global_config.default_client_config = None
    """
    assert call(body, before=OWN).response == 0


def test_token_of_own_credentials(call):
    body = """
        name, value = credentials(secrets).authorization_header()
        own = CogniteClient(ClientConfig.default("p", "greenfield", credentials(secrets)))
        return [name, value.startswith("Bearer "), len(own.iam.token.inspect().projects)]
    """
    assert call(body, before=OWN).response == ["Authorization", True, 1]


def test_settings_of_the_client(call):
    body = """
        client.config.timeout = 300
        client.config.max_workers = 4
        client.config.headers["x-my-header"] = "1"
        return [client.config.project, client.config.timeout, len(client.assets.list(limit=None))]
    """
    assert call(body).response == ["fn-emulator", 300, 0]


def test_settings_of_the_sdk_stay_those_of_the_function(tmp_path):
    from cognite.client import global_config

    source = "from cognite.client import global_config\n\n\ndef handle(client):\n    global_config.max_retries += 1\n"
    (tmp_path / "handler.py").write_text(source + "    return global_config.max_retries\n")
    before = global_config.max_retries
    with load_function(tmp_path) as one, load_function(tmp_path) as other:
        assert [each.call().response - before for each in (one, one, other)] == [1, 2, 1]
    assert global_config.max_retries == before


def test_client_is_copied(call):
    body = """
        import copy

        other = copy.copy(client)
        return len(other.assets.list())
    """
    assert call(body).response == 0


@pytest.mark.parametrize("library", ["requests", "httpx", "httpx2"])
def test_cdf_without_the_sdk(call, library):
    pytest.importorskip(library)
    body = f"""
        import {library} as library

        answer = library.post(
            "https://greenfield.cognitedata.com/api/v1/projects/p/assets/list",
            json={{"limit": 1}},
            headers={{"authorization": "Bearer t"}},
        )
        return [answer.status_code, answer.json()]
    """
    assert call(body).response == [200, {"items": []}]


TELEMETRY = """\
import json
import threading
import urllib.request


def track(event):
    request = urllib.request.Request("https://api.mixpanel.com/track", json.dumps(event).encode())
    try:
        urllib.request.urlopen(request, timeout=60).read()
    except OSError:
        pass
"""


@pytest.mark.parametrize("daemon", [True, False])
def test_telemetry_is_refused_and_does_not_hold_up(call, daemon):
    result = call(
        f"""
        threading.Thread(target=track, args=({{"event": "start"}},), daemon={daemon}).start()
        return len(client.assets.list())
        """,
        before=TELEMETRY,
    )
    assert result.response == 0


def test_telemetry_in_the_thread_of_the_handler_says_why(call):
    body = """
        import requests

        try:
            requests.post("https://api.mixpanel.com/track", json={}, timeout=60)
        except requests.ConnectionError as error:
            return str(error)
    """
    pytest.importorskip("requests")
    assert "fn-emulate refused the connection to api.mixpanel.com:443" in call(body).response


def test_threads_share_the_client(call):
    body = """
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(10) as pool:
            made = list(pool.map(lambda n: client.assets.create(AssetWrite(name=str(n))).id, range(30)))
        return [len(set(made)), len(client.assets.list(limit=None, partitions=10))]
    """
    assert call(body, before="from cognite.client.data_classes import AssetWrite").response == [30, 30]


@pytest.mark.parametrize("at", [None, datetime(2026, 1, 1, tzinfo=timezone.utc)])
def test_reading_rows_does_not_move_the_clock(call, at):
    body = """
        client.raw.rows.insert("db", "t", {str(n): {"n": n} for n in range(50)}, ensure_parent=True)
        for _ in range(5):
            client.raw.rows.list("db", "t", limit=None)
        return [client.events.create(EventWrite(external_id="e")).created_time, time.time() * 1000]
    """
    before = "import time\nfrom cognite.client.data_classes import EventWrite"
    created, now = call(body, before=before, at=at).response
    assert created <= now + 1  # what the SDK waited for its own threads was no time of the platform's
    assert at is None or created == at.timestamp() * 1000


@pytest.mark.parametrize(
    ("sample", "first", "second"),
    [
        ("pump_kpi", ["21-PA-002"], ["21-PA-002"]),
        ("raw_to_assets", 2, 0),
        ("well_sync", 2, 0),
    ],
)
def test_samples_run_twice(sample, first, second):
    key = {"pump_kpi": "poor", "raw_to_assets": "events", "well_sync": "changed"}[sample]
    with load_function(SAMPLES / sample) as fn:
        assert [fn.call({}).response[key] for _ in range(2)] == [first, second]
