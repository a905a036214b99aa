"""Jobs that a fixture scripts: what is in diagrams, and which entities match."""

from __future__ import annotations

from importlib import import_module

import pytest

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

ANNOTATION = {"text": "21PT1017", "entities": [{"name": "21PT1017"}], "region": {"page": 1}}
ENTITIES = [{"name": "21PT1017"}]
SOURCES = [{"id": 1, "name": "pump"}]
TARGETS = [{"id": 2, "name": "pump 1"}]
MATCH = {"source": SOURCES[0], "matches": [{"score": 0.9, "target": TARGETS[0]}]}


def failed_job():
    """The error of a job that failed; its name is another one in SDK 7."""
    return getattr(exceptions, "CogniteModelFailedError", None) or exceptions.ModelFailedException


@pytest.fixture
def client(fake):
    """A client of a CDF with two diagrams."""
    for id_, name in ((7, "a"), (8, "b")):
        file = {"id": id_, "externalId": name, "name": f"{name}.pdf", "uploaded": True}
        fake.world.put("files", id_, {**file, "createdTime": 0, "lastUpdatedTime": 0})
    return fake.client


def result_of(job):
    """The result of a job; a property in SDK 7, a method of some jobs in SDK 8."""
    return job.get_result() if hasattr(job, "get_result") else job.result


def detect(client, **files):
    return client.diagrams.detect(ENTITIES, **(files or {"file_external_ids": ["a"]}))


def fit(client, **options):
    return client.entity_matching.fit(SOURCES, TARGETS, **options)


def test_scripted_annotations_are_detected(fake, client):
    fake.script("diagram/detect", [{"fileExternalId": "a", "annotations": [ANNOTATION]}])
    result = detect(client).result
    assert result["items"] == [{"fileExternalId": "a", "fileId": 7, "annotations": [ANNOTATION]}]


def test_detection_is_queued_before_it_completes(fake, client):
    fake.script("diagram/detect", [])
    job = detect(client)
    before = job.status
    assert (before, job.update_status()) == ("Queued", "Completed")


def test_file_without_a_scripted_item_has_no_annotations(fake, client):
    fake.script("diagram/detect", [{"fileId": 8, "annotations": [ANNOTATION]}])
    result = detect(client, file_ids=[7, 8]).result
    assert [len(item["annotations"]) for item in result["items"]] == [0, 1]


def test_item_without_a_file_is_that_of_the_only_one(fake, client):
    fake.script("diagram/detect", [{"annotations": [ANNOTATION]}])
    assert detect(client).result["items"][0]["fileId"] == 7


def test_script_can_compute_from_the_entities(fake, client):
    fake.script(
        "diagram/detect",
        lambda body: [{**body["items"][0], "annotations": [{"text": one["name"]} for one in body["entities"]]}],
    )
    assert detect(client).result["items"][0]["annotations"] == [{"text": "21PT1017"}]


def test_detection_that_is_not_scripted_fails_and_says_how_to(client):
    job = detect(client)
    with pytest.raises(failed_job()):
        _ = job.result
    assert job.error_message == (
        "The in-memory CDF does not compute diagram/detect. In a test, script its answer with "
        "fake_cdf.script('diagram/detect', "
        '[{"fileExternalId": ..., "annotations": [{"text": ..., "entities": [...], "region": {...}}]}]).'
    )


def test_script_that_raises_makes_the_job_fail(fake, client):
    fake.script("diagram/detect", lambda body: 1 / 0)
    job = detect(client)
    job.update_status()
    assert (job.status, job.error_message) == ("Failed", "ZeroDivisionError: division by zero")


def test_script_that_gives_an_error(fake, client):
    fake.script("diagram/detect", {"errorMessage": "File is not a diagram"})
    job = detect(client)
    job.update_status()
    assert (job.status, job.error_message) == ("Failed", "File is not a diagram")


def test_script_for_another_file_is_named(fake, client):
    fake.script("diagram/detect", [{"fileId": 9}])
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        detect(client)
    assert caught.value.message == (
        "The script of 'diagram/detect' gave an item for no file of the request: {'fileId': 9}."
    )


def test_file_that_is_not_there_is_refused(client):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        detect(client, file_ids=[9])
    assert caught.value.message == "File ids not found: id: 9"


def test_jobs_are_found_again(fake, client):
    fake.script("diagram/detect", [])
    job = detect(client)
    assert [found.status for found in client.diagrams.get_detect_jobs([job.job_id])] == ["Completed"]


def test_diagram_is_converted(fake, client):
    fake.script("diagram/detect", [])
    fake.script("diagram/convert", [{"fileId": 7, "results": [{"page": 1, "svgUrl": "https://x/1.svg"}]}])
    converted = detect(client).convert()
    assert converted.result["items"][0]["results"] == [{"page": 1, "svgUrl": "https://x/1.svg"}]


@pytest.mark.filterwarnings("ignore")  # the vision API is deprecated in all three
def test_features_of_an_image(fake, client):
    feature = import_module("cognite.client.data_classes.contextualization").VisionFeature.TEXT_DETECTION
    fake.script("vision/extract", [{"fileId": 7, "predictions": {}}])
    job = client.vision.extract(features=feature, file_ids=[7])
    assert result_of(job)["items"][0]["fileId"] == 7


def test_model_is_fitted_at_once(client):
    model = fit(client, name="m", external_id="m")
    model.wait_for_completion()
    assert (model.status, model.name, model.external_id) == ("Completed", "m", "m")


def test_scripted_matches_are_predicted(fake, client):
    fake.script("entitymatching/predict", [MATCH])
    assert result_of(fit(client).predict(SOURCES, TARGETS))["items"] == [MATCH]


def test_prediction_has_the_data_of_the_fit(fake, client):
    fake.script("entitymatching/predict", lambda body: [{"source": body["sources"][0], "matches": []}])
    assert result_of(fit(client).predict())["items"] == [{"source": SOURCES[0], "matches": []}]


def test_prediction_by_external_id(fake, client):
    fake.script("entitymatching/predict", [MATCH])
    fit(client, external_id="m")
    assert result_of(client.entity_matching.predict(external_id="m"))["items"] == [MATCH]


def test_prediction_that_is_not_scripted_fails_and_says_how_to(client):
    job = fit(client).predict()
    job.update_status()
    assert job.error_message == (
        "The in-memory CDF does not compute entitymatching/predict. In a test, script its answer with "
        "fake_cdf.script('entitymatching/predict', "
        '[{"source": {...}, "matches": [{"score": 0.9, "target": {...}}]}]).'
    )


def test_script_can_let_a_fit_fail(fake, client):
    fake.script("entitymatching/fit", {"errorMessage": "Too few sources"})
    with pytest.raises(failed_job()):
        fit(client).wait_for_completion()


def test_refit_makes_another_model(client):
    model = fit(client, name="m", true_matches=[(1, 2)])
    again = model.refit(true_matches=[(1, 2)])
    assert (again.id != model.id, again.name) == (True, "m")


def test_models_are_listed_by_name(client):
    fit(client, name="a")
    fit(client, name="b")
    assert [model.name for model in client.entity_matching.list(name="b")] == ["b"]


def test_external_id_of_a_model_is_unique(client):
    fit(client, external_id="m")
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        fit(client, external_id="m")
    assert caught.value.code == 409


def test_model_is_renamed(client):
    update = import_module("cognite.client.data_classes.contextualization").EntityMatchingModelUpdate
    model = fit(client, name="a")
    client.entity_matching.update(update(model.id).name.set("b"))
    assert client.entity_matching.retrieve(id=model.id).name == "b"


def test_deleted_model_is_gone(client):
    model = fit(client)
    client.entity_matching.delete(id=model.id)
    assert client.entity_matching.retrieve(id=model.id) is None
