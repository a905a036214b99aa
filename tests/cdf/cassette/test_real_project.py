import pytest

from fn_emulator.cdf.cassette.real_project import real_project, secrets_of
from fn_emulator.errors import SettingsError

IDP = {"IDP_TOKEN_URL": "https://login/token", "IDP_CLIENT_ID": "i", "IDP_CLIENT_SECRET": "s"}
PLACE = {"CDF_PROJECT": "p", "CDF_CLUSTER": "greenfield"}


def test_a_project_with_a_token():
    assert real_project({**PLACE, "CDF_TOKEN": "t"}) == {
        "project": "p",
        "base_url": "https://greenfield.cognitedata.com",
        "credentials": {"token": "t"},
    }


def test_a_project_with_a_client_of_an_identity_provider():
    found = real_project({"CDF_PROJECT": "p", "CDF_URL": "https://x.cognitedata.com/", **IDP})
    assert found["base_url"] == "https://x.cognitedata.com"
    assert found["credentials"] == {
        "token_url": "https://login/token",
        "client_id": "i",
        "client_secret": "s",
        "scopes": ["https://x.cognitedata.com/.default"],
    }
    assert real_project({**PLACE, **IDP, "IDP_SCOPES": "a b"})["credentials"]["scopes"] == ["a", "b"]


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        (
            {},
            "CDF_PROJECT, CDF_CLUSTER (or CDF_URL), CDF_TOKEN (or IDP_TOKEN_URL, IDP_CLIENT_ID, IDP_CLIENT_SECRET)",
        ),
        ({**PLACE, "IDP_CLIENT_ID": "i"}, "IDP_TOKEN_URL, IDP_CLIENT_SECRET"),
        ({**PLACE, "CDF_TOKEN": ""}, "CDF_TOKEN (or IDP_TOKEN_URL, IDP_CLIENT_ID, IDP_CLIENT_SECRET)"),
    ],
)
def test_all_that_is_missing_is_named(environ, missing):
    with pytest.raises(SettingsError) as caught:
        real_project(environ)
    assert caught.value.message == f"A real project needs {missing} in the environment."
    assert caught.value.exit_code == 2


def test_an_address_that_is_none_is_refused():
    with pytest.raises(SettingsError, match="CDF_URL is 'greenfield', which is no address"):
        real_project({"CDF_PROJECT": "p", "CDF_URL": "greenfield", "CDF_TOKEN": "t"})


def test_credentials_are_given_by_name_for_masking():
    assert secrets_of({**PLACE, **IDP, "CDF_TOKEN": "t"}) == {"CDF_TOKEN": "t", "IDP_CLIENT_SECRET": "s"}
