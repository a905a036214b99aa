"""Functions as a function sees them: itself, its schedules, its calls, and others that it deploys or calls."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.api.function_seeds import seed_function

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

OWN = {
    "externalId": "fn-kpi",
    "name": "kpi",
    "secrets": {"key": "hidden"},
    "schedules": [{"name": "hourly", "cronExpression": "0 * * * *", "data": {"tag": "a"}}],
    "calls": [
        {"startTime": 1, "response": {"n": 1}, "logs": ["started", "done"]},
        {"status": "Failed", "startTime": 2},
    ],
}


@pytest.fixture
def own(fake):
    """Id of a function that is there from the start."""
    return seed_function(fake.world, OWN)


def scripted(fake, answer):
    fake.world.script("functions/fn-kpi/call", answer)


def test_function_finds_itself_by_external_id(client, own):
    assert client.functions.retrieve(external_id="fn-kpi").id == own


def test_unknown_function_is_none(client):
    assert client.functions.retrieve(id=99) is None


def test_unknown_functions_are_named(client, own):
    with pytest.raises(exceptions.CogniteNotFoundError) as caught:
        client.functions.retrieve_multiple(external_ids=["fn-kpi", "other"])
    assert caught.value.not_found == [{"externalId": "other"}]


def test_unknown_functions_can_be_ignored(client, own):
    found = client.functions.retrieve_multiple(external_ids=["fn-kpi", "other"], ignore_unknown_ids=True)
    assert [function.external_id for function in found] == ["fn-kpi"]


def test_secrets_are_masked(client, own):
    assert client.functions.retrieve(id=own).secrets == {"key": "***"}


def test_a_seeded_function_is_ready_to_call(client, own):
    assert client.functions.retrieve(id=own).status == "Ready"


def test_a_list_can_be_filtered_by_name(client, fake, own):
    seed_function(fake.world, {"name": "other"})
    assert [function.name for function in client.functions.list(name="other")] == ["other"]


def test_a_list_can_be_limited(client, fake, own):
    seed_function(fake.world, {"name": "other"})
    assert len(client.functions.list(limit=1)) == 1


def test_functions_are_iterated(client, own):
    assert [function.id for function in client.functions()] == [own]


def test_more_than_ten_functions_are_retrieved(client, fake):
    ids = [seed_function(fake.world, {"name": f"n{i}"}) for i in range(25)]
    assert len(client.functions.retrieve_multiple(ids=ids)) == 25


def test_function_is_created_from_a_file(client, fake):
    fake.world.put("files", 7, {"id": 7, "name": "fn.zip", "uploaded": True, "createdTime": 0, "lastUpdatedTime": 0})
    made = client.functions.create(
        name="made", file_id=7, external_id="made", secrets={"a": "b"}, skip_folder_validation=True
    )
    assert (made.status, made.file_id, made.secrets) == ("Ready", 7, {"a": "***"})


def test_deleted_function_takes_its_schedules_along(client, own):
    client.functions.delete(id=own)
    assert client.functions.schedules.list() == []


def test_deleting_an_unknown_function_raises(client):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.functions.delete(external_id="nope")


def test_limits_are_those_of_the_default_cloud(client):
    limits = client.functions.limits()
    assert (limits.timeout_minutes, limits.response_size_mb) == (9, 1)


def test_functions_are_activated(client):
    assert client.functions.status().status == "activated"
    assert client.functions.activate().status == "activated"


def test_scripted_call_gives_its_response(client, fake, own):
    scripted(fake, {"response": {"sum": 3}})
    assert client.functions.call(id=own, data={"a": 1}).get_response() == {"sum": 3}


def test_script_can_compute_from_the_data(client, fake, own):
    scripted(fake, lambda data: {"response": data["a"] + 1})
    assert client.functions.call(external_id="fn-kpi", data={"a": 1}).get_response() == 2


def test_call_is_running_until_it_is_polled(client, fake, own):
    scripted(fake, {"response": 1})
    call = client.functions.call(id=own, wait=False)
    before = call.status
    call.update()
    assert (before, call.status) == ("Running", "Completed")


def test_logs_of_a_scripted_call(client, fake, own):
    scripted(fake, {"logs": ["one", "two"]})
    call = client.functions.call(id=own)
    assert [entry.message for entry in call.get_logs()] == ["one", "two"]


def test_script_that_raises_makes_the_call_failed(client, fake, own):
    scripted(fake, lambda data: 1 / 0)
    call = client.functions.call(id=own)
    assert (call.status, call.error["message"]) == ("Failed", "ZeroDivisionError: division by zero")


def test_call_that_is_not_scripted_says_how_to_script_it(client, own):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.functions.call(id=own)
    assert (caught.value.code, caught.value.message) == (
        501,
        "The in-memory CDF cannot run function 'fn-kpi'. In a test, script its answer with "
        'fake_cdf.script(\'functions/fn-kpi/call\', {"response": ..., "status": "Completed", "logs": []}).',
    )


def test_script_that_is_no_outcome_is_named(client, fake, own):
    scripted(fake, {"answer": 1})
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.functions.call(id=own)
    assert caught.value.message == (
        "The script of 'functions/fn-kpi/call' must give an object with some of response, status, logs, error."
    )


def test_calling_an_unknown_function_raises_before_a_call_is_sent(client):
    with pytest.raises(ValueError, match="is not found"):
        client.functions.call(external_id="nope")


def test_nonce_serves_once(client, fake, own):
    scripted(fake, {})
    nonce = client.iam.sessions.create().nonce
    client.functions.call(id=own, nonce=nonce)
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.functions.call(id=own, nonce=nonce)
    assert caught.value.message == "nonce has been used before, or is older than a minute."


def test_unknown_nonce_is_refused(client, fake, own):
    scripted(fake, {})
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.functions.call(id=own, nonce="nonce-1")
    assert caught.value.message == "nonce is not a nonce of a session."


def test_earlier_calls_are_listed(client, own):
    calls = client.functions.calls.list(function_id=own)
    assert [call.status for call in calls] == ["Completed", "Failed"]


def test_calls_are_filtered_by_status(client, own):
    assert len(client.functions.calls.list(function_id=own, status="Failed")) == 1


def test_all_pages_of_calls_are_followed(client, fake):
    function = seed_function(fake.world, {"name": "busy", "calls": [{}] * 1200})
    assert len(client.functions.calls.list(function_id=function, limit=None)) == 1200


def test_call_is_retrieved_by_id(client, own):
    first = client.functions.calls.list(function_id=own)[0]
    assert client.functions.calls.retrieve(call_id=first.id, function_id=own).start_time == 1


def test_unknown_call_is_none(client, own):
    assert client.functions.calls.retrieve(call_id=5, function_id=own) is None


def test_response_of_an_earlier_call(client, own):
    call = client.functions.calls.list(function_id=own)[0]
    assert call.get_response() == {"n": 1}


def test_failed_call_has_no_response(client, own):
    call = client.functions.calls.list(function_id=own, status="Failed")[0]
    assert call.get_response() is None


def test_schedules_of_a_function(client, own):
    (schedule,) = client.functions.schedules.list(function_id=own)
    assert (schedule.name, schedule.when) == ("hourly", "Every hour")


def test_schedules_by_the_functions_external_id(client, own):
    assert len(client.functions.schedules.list(function_external_id="fn-kpi")) == 1


def test_input_data_of_a_schedule(client, own):
    (schedule,) = client.functions.schedules.list(function_id=own)
    assert client.functions.schedules.get_input_data(schedule.id) == {"tag": "a"}


def test_schedule_without_data_has_no_input_data(client, own):
    made = client.functions.schedules.create(name="s", cron_expression="*/5 * * * *", function_id=own)
    assert client.functions.schedules.get_input_data(made.id) is None


def test_created_schedule_is_found(client, own):
    made = client.functions.schedules.create(name="s", cron_expression="*/5 * * * *", function_id=own, data={"x": 1})
    found = client.functions.schedules.retrieve(id=made.id)
    assert (found.when, found.function_id) == ("Every 5 minutes", own)


def test_cron_with_six_fields_is_refused(client, own):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.functions.schedules.create(name="s", cron_expression="0 0 * * * ?", function_id=own)
    assert caught.value.message == (
        "items[0].cronExpression: The cron expression '0 0 * * * ?' has 6 fields, and a schedule has five."
    )


def test_deleted_schedule_is_gone(client, own):
    (schedule,) = client.functions.schedules.list(function_id=own)
    client.functions.schedules.delete(id=schedule.id)
    assert client.functions.schedules.retrieve(id=schedule.id) is None


def test_sessions_are_listed_with_their_status(client):
    created = client.iam.sessions.create()
    assert [(session.id, session.status) for session in client.iam.sessions.list()] == [(created.id, "READY")]


def test_revoked_session_says_so(client):
    created = client.iam.sessions.create()
    client.iam.sessions.revoke(created.id)
    assert client.iam.sessions.retrieve(created.id).status == "REVOKED"


def test_sessions_are_listed_by_status(client):
    client.iam.sessions.create()
    assert client.iam.sessions.list(status="active") == []
