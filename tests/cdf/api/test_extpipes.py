"""Extraction pipelines, their configurations and their runs, through the real client."""

from __future__ import annotations

import json

import pytest

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
data_classes = pytest.importorskip("cognite.client.data_classes")

API = "https://fn-emulator.cognitedata.com/api/v1/projects/fn-emulator"


def post(fake, path, body, now_ms=1000):
    """Status and JSON of a request at an instant."""
    sent = json.dumps(body).encode()
    status, _, answer = fake.handle("POST", API + path, {"content-type": "application/json"}, sent, now_ms=now_ms)
    return status, json.loads(answer)


@pytest.fixture
def data_set_id(client):
    return client.data_sets.create(data_classes.DataSetWrite(external_id="ds", name="ds")).id


@pytest.fixture
def pipes(client):
    """The API of extraction pipelines."""
    return client.extraction_pipelines


@pytest.fixture
def pipe(pipes, data_set_id):
    """A pipeline that is there."""
    return pipes.create(data_classes.ExtractionPipelineWrite(external_id="pipe", name="Pipe", data_set_id=data_set_id))


def configure(pipes, text, **fields):
    return pipes.config.create(data_classes.ExtractionPipelineConfigWrite(external_id="pipe", config=text, **fields))


def report(pipes, status, message=None, external_id="pipe"):
    run = data_classes.ExtractionPipelineRunWrite(extpipe_external_id=external_id, status=status, message=message)
    return pipes.runs.create(run)


def test_pipeline_shows_what_it_was_created_with(pipes, data_set_id):
    contact = data_classes.ExtractionPipelineContact("Ada", "ada@example.com", "owner", send_notification=True)
    fields = {"schedule": "*/5 * * * *", "documentation": "# Doc", "raw_tables": [{"dbName": "d", "tableName": "t"}]}
    pipes.create(
        data_classes.ExtractionPipelineWrite(
            external_id="pipe", name="Pipe", data_set_id=data_set_id, contacts=[contact], **fields
        )
    )
    shown = pipes.retrieve(external_id="pipe").dump()
    assert {name: shown[name] for name in ("schedule", "documentation", "rawTables", "contacts")} == {
        "schedule": "*/5 * * * *",
        "documentation": "# Doc",
        "rawTables": [{"dbName": "d", "tableName": "t"}],
        "contacts": [{"name": "Ada", "email": "ada@example.com", "role": "owner", "sendNotification": True}],
    }


def test_unknown_pipeline_is_none(pipes):
    assert pipes.retrieve(external_id="pipe") is None


def test_pipelines_are_listed(pipes, pipe):
    assert [item.external_id for item in pipes.list(limit=None)] == ["pipe"]


def test_pipeline_that_is_there_is_refused(pipes, pipe, data_set_id):
    with pytest.raises(exceptions.CogniteDuplicatedError) as caught:
        pipes.create(data_classes.ExtractionPipelineWrite(external_id="pipe", name="P", data_set_id=data_set_id))
    assert caught.value.duplicated == [{"externalId": "pipe"}]


def test_pipeline_needs_a_data_set_that_is_there(pipes):
    with pytest.raises(exceptions.CogniteNotFoundError) as caught:
        pipes.create(data_classes.ExtractionPipelineWrite(external_id="pipe", name="P", data_set_id=7))
    assert caught.value.not_found == [{"id": 7}]


def test_pipeline_is_updated(pipes, pipe):
    update = data_classes.ExtractionPipelineUpdate(external_id="pipe").description.set("d").metadata.add({"a": "b"})
    updated = pipes.update(update)
    assert (updated.description, updated.metadata) == ("d", {"a": "b"})


def test_description_cannot_be_set_to_null(fake, pipe):
    change = {"items": [{"externalId": "pipe", "update": {"description": {"setNull": True}}}]}
    status, answer = post(fake, "/extpipes/update", change)
    assert (status, answer["error"]["message"]) == (400, "items[0].update.description cannot be set to null here.")


def test_deleted_pipeline_is_gone_with_its_parts(fake, pipes, pipe):
    configure(pipes, "a: 1")
    report(pipes, "success")
    pipes.delete(external_id="pipe")
    assert pipes.retrieve(external_id="pipe") is None
    assert [len(fake.world.table(name)) for name in ("extpipes/config", "extpipes/runs")] == [0, 0]


def test_pipelines_are_filtered(fake, pipe):
    names = [
        [item["name"] for item in post(fake, "/extpipes/list", {"filter": wanted})[1]["items"]]
        for wanted in ({"name": "Pipe"}, {"externalIdPrefix": "other"}, {"dataSetIds": [{"externalId": "ds"}]})
    ]
    assert names == [["Pipe"], [], ["Pipe"]]


def test_configuration_is_kept_as_text(pipes, pipe):
    configure(pipes, "a: 1 # why", description="first")
    config = pipes.config.retrieve("pipe")
    assert (config.config, config.revision, config.description) == ("a: 1 # why", 1, "first")


def test_latest_configuration_is_the_one_without_a_number(pipes, pipe):
    configure(pipes, "a: 1")
    configure(pipes, "a: 2")
    assert (pipes.config.retrieve("pipe").config, pipes.config.retrieve("pipe", revision=1).config) == ("a: 2", "a: 1")


def test_configuration_of_a_time_is_the_one_that_was_active(fake, pipes, pipe):
    for instant in (1000, 2000):
        post(fake, "/extpipes/config", {"externalId": "pipe", "config": f"at: {instant}"}, now_ms=instant)
    assert pipes.config.retrieve("pipe", active_at_time=1999).config == "at: 1000"


def test_revisions_are_listed_newest_first(pipes, pipe):
    configure(pipes, "a: 1", description="first")
    configure(pipes, "a: 2")
    assert [(item.revision, item.description) for item in pipes.config.list("pipe")] == [(2, None), (1, "first")]


def test_reverted_configuration_is_a_new_revision(pipes, pipe):
    configure(pipes, "a: 1")
    configure(pipes, "a: 2")
    reverted = pipes.config.revert("pipe", 1)
    assert (reverted.revision, reverted.config) == (3, "a: 1")


def test_pipeline_without_configuration_is_a_404(pipes, pipe):
    message = "There is no config stored for the extraction pipeline with external id pipe"
    with pytest.raises(exceptions.CogniteAPIError, match=message) as caught:
        pipes.config.retrieve("pipe")
    assert caught.value.code == 404


def test_revision_that_is_not_there_is_a_404(pipes, pipe):
    configure(pipes, "a: 1")
    with pytest.raises(exceptions.CogniteAPIError, match="with external id pipe and revision 2"):
        pipes.config.revert("pipe", 2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda pipes: pipes.config.retrieve("none"),
        lambda pipes: pipes.config.list("none"),
        lambda pipes: pipes.config.revert("none", 1),
        lambda pipes: pipes.runs.list("none"),
        lambda pipes: report(pipes, "seen", external_id="none"),
    ],
)
def test_parts_of_an_unknown_pipeline_are_forbidden(pipes, ask):
    with pytest.raises(exceptions.CogniteAPIError, match="Extraction pipeline not found: none") as caught:
        ask(pipes)
    assert caught.value.code == 403


def test_reported_run_is_answered(pipes, pipe):
    run = report(pipes, "failure", "no network")
    assert (run.status, run.message, run.extpipe_external_id) == ("failure", "no network", "pipe")


@pytest.mark.parametrize(
    ("status", "field"), [("success", "last_success"), ("failure", "last_failure"), ("seen", "last_seen")]
)
def test_pipeline_shows_when_its_last_runs_were(pipes, pipe, status, field):
    run = report(pipes, status)
    shown = pipes.retrieve(external_id="pipe")
    assert [name for name in ("last_success", "last_failure", "last_seen") if getattr(shown, name)] == [field]
    assert getattr(shown, field) == run.created_time


def test_pipeline_shows_the_message_of_the_last_failure(pipes, pipe):
    report(pipes, "failure", "no network")
    report(pipes, "success", "fine")
    assert pipes.retrieve(external_id="pipe").last_message == "no network"


def test_older_run_does_not_change_the_pipeline(fake, pipes, pipe):
    for created in (2000, 1000):
        run = {"externalId": "pipe", "status": "failure", "message": str(created), "createdTime": created}
        post(fake, "/extpipes/runs", {"items": [run]})
    shown = pipes.retrieve(external_id="pipe")
    assert (shown.last_failure, shown.last_message) == (2000, "2000")


def test_runs_are_listed_newest_first(pipes, pipe):
    for status in ("seen", "failure", "success"):
        report(pipes, status)
    assert [run.status for run in pipes.runs.list("pipe")] == ["success", "failure", "seen"]


@pytest.mark.parametrize(
    ("filters", "messages"),
    [
        ({"statuses": "failure"}, ["no network"]),
        ({"statuses": ["failure", "success"]}, ["fine", "no network"]),
        ({"message_substring": "net"}, ["no network"]),
        ({"created_time": {"min": 2000}}, ["fine"]),
        ({"created_time": {"max": 1000}}, ["no network"]),
        ({"statuses": "seen"}, []),
    ],
)
def test_runs_are_filtered(fake, pipes, pipe, filters, messages):
    for instant, status, message in ((1000, "failure", "no network"), (2000, "success", "fine")):
        run = {"externalId": "pipe", "status": status, "message": message}
        post(fake, "/extpipes/runs", {"items": [run]}, now_ms=instant)
    assert [run.message for run in pipes.runs.list("pipe", **filters)] == messages


def test_runs_come_in_pages(fake, pipe):
    for instant in (1000, 2000, 3000):
        post(fake, "/extpipes/runs", {"items": [{"externalId": "pipe", "status": "seen"}]}, now_ms=instant)
    wanted = {"filter": {"externalId": "pipe"}, "limit": 2}
    first = post(fake, "/extpipes/runs/list", wanted)[1]
    second = post(fake, "/extpipes/runs/list", {**wanted, "cursor": first["nextCursor"]})[1]
    times = [[run["createdTime"] for run in page["items"]] for page in (first, second)]
    assert times == [[3000, 2000], [1000]]


def test_one_run_is_reported_in_one_request(fake, pipe):
    runs = [{"externalId": "pipe", "status": "seen"}] * 2
    status, answer = post(fake, "/extpipes/runs", {"items": runs})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 1 items, it has 2.")


def test_status_of_a_run_is_one_of_three(pipes, pipe):
    with pytest.raises(exceptions.CogniteAPIError, match="status must be one of success, failure, seen, it is 'done'"):
        report(pipes, "done")


def test_message_of_a_run_has_a_limit(pipes, pipe):
    with pytest.raises(exceptions.CogniteAPIError, match="message must have 0 to 1000 characters, it has 1001"):
        report(pipes, "failure", "m" * 1001)


def test_parts_follow_a_pipeline_that_gets_another_external_id(pipes, pipe):
    configure(pipes, "a: 1")
    report(pipes, "success")
    pipes.update(data_classes.ExtractionPipelineUpdate(external_id="pipe").external_id.set("other"))
    assert (pipes.config.retrieve("other").external_id, len(pipes.runs.list("other"))) == ("other", 1)
