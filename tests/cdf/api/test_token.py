"""Who the caller is, its groups, and the tokens that identity providers give."""

from __future__ import annotations

from importlib import import_module

import pytest

from fn_emulator.cdf.access import caller_of, identity_of

from ..acting import ActingCdf

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
data_classes = import_module("cognite.client.data_classes")
capabilities = import_module("cognite.client.data_classes.capabilities")

READ_EVENTS = {"eventsAcl": {"actions": ["READ"], "scope": {"all": {}}}}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def fake():
    """An empty CDF."""
    cdf = ActingCdf()
    yield cdf
    cdf.close()


def call_as(fake, identity):
    fake.acting = caller_of(identity)


def group(name="loaders", *granted):
    return data_classes.GroupWrite(name, capabilities=[capabilities.Capability.load(one) for one in granted])


def ask_for_token(fake, body, headers=FORM, url="https://login.example.org/t/oauth2/v2.0/token"):
    import json

    status, _, answer = fake.handle("POST", url, headers, body, now_ms=0)
    return status, json.loads(answer)


def test_token_names_the_project(fake, client):
    assert [project.url_name for project in client.iam.token.inspect().projects] == [fake.project]


def test_token_of_a_reader_reads_only(fake, client):
    call_as(fake, identity_of("reader"))
    granted = client.iam.token.inspect().capabilities
    assert {action.value for one in granted for action in one.capability.actions} == {"READ", "LIST"}


@pytest.mark.filterwarnings("ignore:Unknown capability")  # an older SDK does not know the newest
def test_default_caller_lacks_nothing(client):
    wanted = [capabilities.EventsAcl([capabilities.EventsAcl.Action.Write], capabilities.EventsAcl.Scope.DataSet([1]))]
    assert client.iam.verify_capabilities(wanted) == []


def test_missing_capability_is_found(fake, client):
    call_as(fake, identity_of([READ_EVENTS]))
    wanted = [capabilities.EventsAcl([capabilities.EventsAcl.Action.Write], capabilities.EventsAcl.Scope.All())]
    assert client.iam.verify_capabilities(wanted) == wanted


def test_own_groups_can_be_compared(fake, client):
    call_as(fake, identity_of([READ_EVENTS]))
    assert client.iam.compare_capabilities(client.iam.groups.list(), [READ_EVENTS]) == []


def test_group_is_created_and_listed(client):
    made = client.iam.groups.create(group("loaders", READ_EVENTS))
    (found,) = [one for one in client.iam.groups.list(all=True) if one.id == made.id]
    assert found.capabilities[0].dump() == READ_EVENTS


def test_own_groups_leave_out_those_of_others(client):
    client.iam.groups.create(group())
    assert "loaders" not in [one.name for one in client.iam.groups.list()]


def test_caller_that_acts_as_a_group_is_its_member(fake, client):
    made = client.iam.groups.create(group("loaders", READ_EVENTS))
    call_as(fake, identity_of("loaders", fake.world))
    assert [one.id for one in client.iam.groups.list()] == [made.id]
    assert client.iam.token.inspect().projects[0].groups == [made.id]


def test_all_groups_need_the_capability(fake, client):
    call_as(fake, identity_of([READ_EVENTS]))
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.iam.groups.list(all=True)
    assert caught.value.code == 403


def test_deleted_group_is_gone(client):
    made = client.iam.groups.create(group())
    client.iam.groups.delete(made.id)
    assert made.id not in [one.id for one in client.iam.groups.list(all=True)]


def test_deleting_an_unknown_group_raises(client):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.iam.groups.delete(5)


def test_project_can_be_read(fake, client):
    assert client.get(f"/api/v1/projects/{fake.project}").json()["urlName"] == fake.project


def test_token_for_client_credentials_in_the_form(fake):
    status, token = ask_for_token(fake, b"grant_type=client_credentials&client_id=a&client_secret=b&scope=c")
    assert (status, token["token_type"], token["expires_in"]) == (200, "Bearer", 3600)


def test_token_for_client_credentials_in_the_header(fake):
    status, token = ask_for_token(fake, b"grant_type=client_credentials", {**FORM, "authorization": "Basic YTpi"})
    assert (status, token["access_token"][:12]) == (200, "fn-emulator-")


@pytest.mark.parametrize("url", ["https://a.example.org/oauth/token", "https://b.example.org/token"])
def test_token_at_any_host(fake, url):
    assert ask_for_token(fake, b"grant_type=client_credentials&client_id=a&client_secret=b", url=url)[0] == 200


def test_token_without_credentials_is_refused(fake):
    assert ask_for_token(fake, b"grant_type=client_credentials") == (
        401,
        {"error": "invalid_client", "error_description": "client_id and client_secret are missing."},
    )


def test_token_for_an_unknown_grant_is_refused(fake):
    assert ask_for_token(fake, b"grant_type=device_code") == (
        400,
        {"error": "unsupported_grant_type", "error_description": "grant_type device_code is not emulated."},
    )


def test_token_request_that_is_no_form_is_refused(fake):
    assert ask_for_token(fake, b"\xff{}")[1]["error"] == "invalid_request"


def test_client_with_client_credentials_works(fake, client):
    sdk = import_module("cognite.client")
    credentials = import_module("cognite.client.credentials").OAuthClientCredentials(
        token_url=f"{fake.base_url}/oauth2/v2.0/token", client_id="a", client_secret="b", scopes=["c"]
    )
    config = sdk.ClientConfig("tests", fake.project, credentials, base_url=fake.base_url)
    assert sdk.CogniteClient(config).events.list() == []


def test_session_of_client_credentials_names_the_client(client):
    given = data_classes.ClientCredentials("my-client", "my-secret")
    created = client.iam.sessions.create(given)
    assert (created.type, created.client_id) == ("CLIENT_CREDENTIALS", "my-client")


@pytest.mark.parametrize(
    ("capability", "message"),
    [
        (
            {"assetAcl": {"actions": ["READ"], "scope": {"all": {}}}},
            "items[0].capabilities[0].assetAcl is no capability that CDF knows. Did you mean 'assetsAcl'?",
        ),
        (
            {"assetsAcl": {"actions": ["RAED"], "scope": {"all": {}}}},
            "items[0].capabilities[0].assetsAcl.actions[0] must be one of READ, WRITE, it is 'RAED'. "
            "Did you mean 'READ'?",
        ),
        (
            {"assetsAcl": {"actions": ["READ"], "scope": {"al": {}}}},
            "items[0].capabilities[0].assetsAcl.scope.al is no kind of scope that CDF knows. Did you mean 'all'?",
        ),
        ({}, "items[0].capabilities[0] must have exactly one capability such as assetsAcl."),
        (
            {"assetsAcl": {"actions": ["READ"], "scope": {}}},
            "items[0].capabilities[0].assetsAcl.scope must have exactly one kind of scope, such as all.",
        ),
    ],
)
def test_group_with_a_wrong_capability_is_refused(fake, client, capability, message):
    body = {"items": [{"name": "g", "capabilities": [capability]}]}
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.post(f"/api/v1/projects/{fake.project}/groups", body)
    assert (caught.value.code, caught.value.message) == (400, message)


def test_token_names_the_projects_that_requests_went_to(fake, client):
    client.get("/api/v1/projects/plant-prod/assets")
    assert [project.url_name for project in client.iam.token.inspect().projects] == [fake.project, "plant-prod"]


def test_capabilities_hold_in_a_project_that_was_asked_for_nothing_yet(fake, client):
    call_as(fake, identity_of([READ_EVENTS]))
    (granted,) = client.iam.token.inspect().capabilities
    assert granted.project_scope == capabilities.AllProjectsScope()
