"""Handlers that build a client of their own: which credentials work offline, and what the others say."""

from __future__ import annotations

import pytest

from fn_emulator import load_function

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

HANDLER = """\
from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import *


def handle():
    credentials = {credentials}
    config = ClientConfig("app", "p", credentials, base_url="https://greenfield.cognitedata.com")
    return len(CogniteClient(config).assets.list())
"""
MICROSOFT = 'authority_url="https://login.microsoftonline.com/tenant", client_id="a", scopes=["s"]'


@pytest.fixture
def call(tmp_path):
    def call_(credentials):
        (tmp_path / "handler.py").write_text(HANDLER.format(credentials=credentials))
        with load_function(tmp_path) as fn:
            return fn.call()

    return call_


@pytest.mark.parametrize(
    "credentials",
    [
        'Token("t")',
        'Token(lambda: "t")',
        'OAuthClientCredentials(token_url="https://login.microsoftonline.com/t/oauth2/v2.0/token", client_id="a",'
        ' client_secret="b", scopes=["s"])',
        'OAuthClientCredentials(token_url="https://auth.example.com/oauth2/token", client_id="a", client_secret="b",'
        " scopes=None)",
    ],
)
def test_credentials_of_a_machine_work_offline(call, credentials):
    assert call(credentials).response == 0


# They ask the identity provider for its addresses first; MSAL, which does it for them, wants a person or a key then.
@pytest.mark.parametrize("kind", ["OAuthInteractive", "OAuthDeviceCode"])
def test_credentials_of_a_person_are_refused_with_host_and_line(call, tmp_path, kind):
    result = call(f"{kind}({MICROSOFT})")
    refused = (
        "fn-emulate refused the connection to login.microsoftonline.com:443"
        f" (line 6 of {tmp_path}/handler.py); allow it with --network on"
    )
    assert result.failure.message.count(refused) == 1
    assert [(finding.id, finding.line) for finding in result.findings] == [("network-refused", 6)]
