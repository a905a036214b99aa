"""Extraction pipelines, functions, jobs, annotations and 3D, as functions use them."""

from __future__ import annotations

import json

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")
yaml = pytest.importorskip("yaml")

pytestmark = pytest.mark.filterwarnings("ignore")  # the SDKs use what pandas 3 deprecates


@pytest.fixture
def pipeline(client):
    """The extraction pipeline ``pipe``; returns the client."""
    source = client.data_sets.create(data.DataSetWrite(external_id="src", name="s")).id
    client.extraction_pipelines.create(
        data.ExtractionPipelineWrite(
            external_id="pipe", name="Pipe", data_set_id=source, raw_tables=[{"dbName": "d", "tableName": "t"}]
        )
    )
    return client


def test_config_is_read(pipeline):
    pipeline.extraction_pipelines.config.create(
        data.ExtractionPipelineConfigWrite(
            external_id="pipe", config=yaml.safe_dump({"a": [1, 2]}), description="first"
        )
    )
    held = pipeline.extraction_pipelines.config.retrieve("pipe")
    assert (yaml.safe_load(held.config), held.revision) == ({"a": [1, 2]}, 1)
    pipeline.extraction_pipelines.config.create(data.ExtractionPipelineConfigWrite(external_id="pipe", config="a: 2"))
    assert yaml.safe_load(pipeline.extraction_pipelines.config.retrieve("pipe").config) == {"a": 2}
    assert pipeline.extraction_pipelines.config.retrieve("pipe", revision=1).description == "first"
    assert len(pipeline.extraction_pipelines.config.list("pipe")) == 2


def test_config_that_is_not_there(pipeline):
    for name, status in (("pipe", 404), ("gone", 403)):
        with pytest.raises(exceptions.CogniteAPIError) as error:
            pipeline.extraction_pipelines.config.retrieve(name)
        assert error.value.code == status


@pytest.mark.parametrize("status", ["success", "failure", "seen"])
def test_runs_are_reported(pipeline, status):
    pipeline.extraction_pipelines.runs.create(
        data.ExtractionPipelineRunWrite(extpipe_external_id="pipe", status=status, message="m" * 1000)
    )
    (run,) = pipeline.extraction_pipelines.runs.list(external_id="pipe")
    assert (run.status, len(run.message)) == (status, 1000)
    held = pipeline.extraction_pipelines.retrieve(external_id="pipe")
    assert {"success": held.last_success, "failure": held.last_failure, "seen": held.last_seen}[
        status
    ] == run.created_time


def test_runs_are_filtered(pipeline):
    for status in ("success", "failure", "success"):
        pipeline.extraction_pipelines.runs.create(
            data.ExtractionPipelineRunWrite(extpipe_external_id="pipe", status=status, message=f"it was a {status}")
        )
    runs = pipeline.extraction_pipelines.runs
    assert len(runs.list(external_id="pipe", statuses="success", limit=None)) == 2
    assert len(runs.list(external_id="pipe", message_substring="failure")) == 1


def test_run_of_a_missing_pipeline(client):
    with pytest.raises((exceptions.CogniteAPIError, exceptions.CogniteNotFoundError)):
        client.extraction_pipelines.runs.create(
            data.ExtractionPipelineRunWrite(extpipe_external_id="gone", status="seen")
        )


def test_pipeline_is_updated(pipeline):
    pipelines = pipeline.extraction_pipelines
    pipelines.update(data.ExtractionPipelineUpdate(external_id="pipe").description.set("new").metadata.add({"a": "b"}))
    assert pipelines.retrieve(external_id="pipe").description == "new"
    assert [one.name for one in pipelines.list(limit=None)] == ["Pipe"]
    assert pipelines.retrieve(external_id="gone") is None
    assert len(pipelines.retrieve_multiple(external_ids=["pipe", "gone"], ignore_unknown_ids=True)) == 1
    pipelines.delete(external_id="pipe")
    assert len(pipelines.list()) == 0


SEED = {
    "functions": [{"externalId": "fn", "name": "Function", "fileId": 1, "status": "Ready"}],
}


def test_function_finds_itself_and_its_schedules(fake, client):
    fake.seed(SEED)
    function = client.functions.retrieve(external_id="fn")
    assert function.name == "Function"
    assert client.functions.retrieve(external_id="gone") is None
    assert [one.name for one in client.functions.list(limit=None)] == ["Function"]
    assert len(client.functions.schedules.list(function_id=function.id)) == 0
    assert len(function.list_schedules()) == 0
    assert len(client.functions.calls.list(function_id=function.id)) == 0


def test_function_calls_another(fake, client):
    fake.seed(SEED)
    fake.script("functions/fn/call", lambda given: {"response": {"got": given}, "logs": ["hello"]})
    call = client.functions.call(external_id="fn", data={"a": 1}, wait=True)
    assert call.status == "Completed"
    assert call.get_response() == {"got": {"a": 1}}
    assert [entry.message for entry in call.get_logs()] == ["hello"]
    assert client.functions.calls.list(function_external_id="fn")[0].id == call.id


def test_schedules_come_and_go(fake, client):
    fake.seed(SEED)
    made = client.functions.schedules.create(
        name="daily",
        cron_expression="0 0 * * *",
        function_id=client.functions.retrieve(external_id="fn").id,
        data={"a": 1},
        client_credentials={"client_id": "a", "client_secret": "b"},
    )
    assert client.functions.schedules.get_input_data(made.id) == {"a": 1}
    assert [one.name for one in client.functions.schedules.list(function_external_id="fn")] == ["daily"]
    for schedule in client.functions.schedules.list():
        client.functions.schedules.delete(schedule.id)
    assert len(client.functions.schedules.list()) == 0


def result_of(job):
    """What a job gives, once it has ended."""
    return job.get_result() if hasattr(job, "get_result") else job.result


def test_entity_matching(fake, client):
    sources, targets = [{"id": 1, "name": "21PT1019"}], [{"id": 10, "name": "21-PT-1019"}]
    fake.script("entitymatching/predict", [{"source": sources[0], "matches": [{"score": 0.9, "target": targets[0]}]}])
    model = client.entity_matching.fit(
        sources=sources, targets=targets, match_fields=[("name", "name")], feature_type="bigram"
    )
    (found,) = result_of(model.predict(sources=sources, targets=targets, num_matches=1, score_threshold=0.5))["items"]
    assert found["matches"][0]["target"]["id"] == 10
    client.entity_matching.delete(id=model.id)
    assert client.entity_matching.retrieve(id=model.id) is None


def test_diagram_detection(fake, client):
    file = client.files.upload_bytes(b"%PDF", name="d.pdf", external_id="pid", mime_type="application/pdf")
    fake.script("diagram/detect", [{"fileExternalId": "pid", "annotations": [{"text": "21-PT-1019", "entities": []}]}])
    job = client.diagrams.detect(
        entities=[{"name": "21-PT-1019", "id": 5}], search_field="name", partial_match=True, file_ids=[file.id]
    )
    assert result_of(job)["items"][0]["annotations"][0]["text"] == "21-PT-1019"
    answer = client.get(url(client, f"/context/diagram/detect/{job.job_id}")).json()
    assert (answer["status"], answer["items"][0]["fileId"]) == ("Completed", file.id)


def test_annotations(client):
    file = client.files.upload_bytes(b"%PDF", name="d.pdf", external_id="pid")
    region = {"xMin": 0.1, "xMax": 0.2, "yMin": 0.1, "yMax": 0.2}
    annotation = data.AnnotationWrite(
        annotation_type="diagrams.AssetLink",
        data={"assetRef": {"id": asset(client)}, "text": "21-PT-1019", "textRegion": region, "pageNumber": 1},
        status="suggested",
        creating_app="us",
        creating_app_version="1",
        creating_user=None,
        annotated_resource_type="file",
        annotated_resource_id=file.id,
    )
    made = client.annotations.create([annotation])[0]
    wanted = data.AnnotationFilter(annotated_resource_type="file", annotated_resource_ids=[{"id": file.id}])
    assert client.annotations.list(wanted, limit=None)[0].data["text"] == "21-PT-1019"
    client.annotations.update(data.AnnotationUpdate(id=made.id).status.set("approved"))
    assert client.annotations.retrieve(made.id).status == "approved"
    client.annotations.delete(made.id)
    assert len(client.annotations.list(wanted)) == 0


def asset(client):
    """The id of an asset."""
    return client.assets.create(data.AssetWrite(name="a", external_id="a")).id


def test_three_d(fake, client):
    model = client.three_d.models.create(name="Plant")
    model = model[0] if isinstance(model, list) else model
    assert [one.name for one in client.three_d.models.list(limit=None)] == ["Plant"]
    assert client.three_d.models.retrieve(model.id).name == "Plant"
    assert len(client.three_d.revisions.list(model_id=model.id)) == 0


def test_groups_and_token(client):
    token = client.iam.token.inspect()
    assert client.config.project in [project.url_name for project in token.projects]
    assert len(client.iam.groups.list(all=True)) >= 0
    from cognite.client.data_classes.capabilities import AssetsAcl

    wanted = AssetsAcl([AssetsAcl.Action.Read], AssetsAcl.Scope.All())
    assert list(client.iam.verify_capabilities(wanted)) == []
    assert client.iam.compare_capabilities(token.capabilities, wanted) == []


def url(client, path):
    return f"/api/v1/projects/{client.config.project}{path}"


def test_requests_by_hand(client):
    made = client.post(url(client, "/assets"), json={"items": [{"name": "a", "externalId": "a"}]}).json()["items"][0]
    assert client.get(url(client, f"/assets/{made['id']}")).json()["name"] == "a"
    answer = client.post(url(client, "/assets/list"), json={"limit": 1000, "filter": {}})
    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
    assert json.loads(answer.text) == answer.json()
    assert client.get(url(client, "/assets"), params={"limit": 10}).json()["items"][0]["externalId"] == "a"
    assert client.post(url(client, "/assets/aggregate"), json={"filter": {}}).json() == {"items": [{"count": 1}]}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/streams/s/records"),
        ("post", "/streams/s/records/filter"),
        ("get", "/streams"),
        ("post", "/documents/list"),
        ("get", "/limits/values"),
        ("post", "/ai/agents/chat"),
        ("get", "/transformations"),
        ("post", "/workflows/list"),
    ],
)
def test_what_is_not_there_says_so(client, method, path):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        getattr(client, method)(url(client, path), **({} if method == "get" else {"json": {}}))
    assert error.value.code == 501
    assert f"does not implement {method.upper()} {path}" in error.value.message


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.transformations.list(),
        lambda client: client.workflows.list(),
        lambda client: client.documents.list(),
        lambda client: client.geospatial.list_feature_types(),
        lambda client: client.time_series.subscriptions.list(),
        lambda client: client.units.list(),
        lambda client: client.hosted_extractors.sources.list(),
    ],
)
def test_parts_of_the_sdk_that_are_not_there_say_so(client, call):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        call(client)
    assert error.value.code == 501
