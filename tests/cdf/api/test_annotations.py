"""Annotations of files, as the real client makes and finds them."""

from __future__ import annotations

from importlib import import_module

import pytest

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
data_classes = import_module("cognite.client.data_classes")
annotation_classes = import_module("cognite.client.data_classes.annotations")

FILE = 7
REGION = {"xMin": 0.1, "xMax": 0.2, "yMin": 0, "yMax": 1}
FILE_LINK = {"fileRef": {"id": FILE}, "textRegion": REGION}


@pytest.fixture
def client(fake):
    """A client of a CDF with one file."""
    fake.world.put(
        "files", FILE, {"id": FILE, "name": "a.pdf", "uploaded": True, "createdTime": 0, "lastUpdatedTime": 0}
    )
    return fake.client


def link(**changes):
    fields = {
        "annotation_type": "diagrams.AssetLink",
        "data": {"assetRef": {"id": 1}, "text": "21PT1017", "textRegion": REGION},
        "status": "approved",
        "creating_app": "tests",
        "creating_app_version": "1.0.0",
        "creating_user": "ada",
        "annotated_resource_type": "file",
        "annotated_resource_id": FILE,
    }
    return annotation_classes.AnnotationWrite(**{**fields, **changes})


def of_the_file(**wanted):
    return data_classes.AnnotationFilter("file", [{"id": FILE}], **wanted)


def test_created_annotation_is_listed_by_its_file(client):
    made = client.annotations.create(link())
    assert [one.id for one in client.annotations.list(of_the_file())] == [made.id]


def test_annotations_of_other_files_are_not_listed(client):
    client.annotations.create(link())
    assert client.annotations.list(data_classes.AnnotationFilter("file", [{"id": 8}])) == []


@pytest.mark.parametrize(
    "wanted",
    [{"status": "approved"}, {"annotation_type": "diagrams.AssetLink"}, {"data": {"assetRef": {"id": 1}}}],
)
def test_filter_keeps_what_fits(client, wanted):
    client.annotations.create([link(), link(status="rejected", annotation_type="diagrams.FileLink", data=FILE_LINK)])
    assert len(client.annotations.list(of_the_file(**wanted))) == 1


def test_null_user_asks_for_those_of_services(client):
    client.annotations.create([link(), link(creating_user=None)])
    assert [one.creating_user for one in client.annotations.list(of_the_file(creating_user=None))] == [None]


def test_all_pages_are_followed(client):
    client.annotations.create([link() for _ in range(1100)])
    assert len(client.annotations.list(of_the_file(), limit=None)) == 1100


def test_suggested_annotation_has_that_status(client):
    assert client.annotations.suggest([link(status="suggested").dump()])[0].status == "suggested"


def test_status_is_changed(client):
    made = client.annotations.create(link(status="suggested"))
    client.annotations.update(data_classes.AnnotationUpdate(made.id).status.set("approved"))
    assert client.annotations.retrieve(made.id).status == "approved"


def test_annotations_are_retrieved_by_id(client):
    made = client.annotations.create([link(), link()])
    assert len(client.annotations.retrieve_multiple([one.id for one in made])) == 2


def test_deleted_annotation_is_gone(client):
    made = client.annotations.create(link())
    client.annotations.delete(made.id)
    assert client.annotations.retrieve(made.id) is None


def test_annotation_of_a_file_that_is_not_there_is_refused(client):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.annotations.create(link(annotated_resource_id=8))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": "done"}, "items[0].status must be one of suggested, approved, rejected, it is 'done'."),
        ({"annotated_resource_type": "asset"}, "items[0].annotatedResourceType must be one of file, threedmodel"),
        ({"annotation_type": "diagrams.Pump"}, "items[0].annotationType must be one of diagrams.AssetLink"),
        ({"data": [1]}, "items[0].data must be an object, it is an array."),
    ],
)
def test_wrong_field_is_named(client, changes, message):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.annotations.create(link(**changes))
    assert caught.value.message.startswith(message)


@pytest.mark.filterwarnings("ignore:.*reverse lookup")
def test_annotated_files_are_looked_up(client):
    client.annotations.create([link(), link()])
    found = client.annotations.reverse_lookup(annotation_classes.AnnotationReverseLookupFilter("file"))
    assert [one.id for one in found] == [FILE]


LINK = {"assetRef": {"id": 1}, "text": "21PT1017", "textRegion": REGION}


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("diagrams.AssetLink", {"assetRef": {"id": 1}}, "data.textRegion is missing."),
        ("diagrams.FileLink", LINK, "data.fileRef is missing."),
        ("diagrams.AssetLink", {**LINK, "assetRef": {}}, "data.assetRef must have exactly one of id and externalId."),
        ("diagrams.AssetLink", {**LINK, "pageNumber": 0}, "data.pageNumber must be between 1 and 2048, it is 0."),
        (
            "diagrams.AssetLink",
            {**LINK, "textRegion": {**REGION, "xMax": 50}},
            "data.textRegion.xMax must be between 0 and 1, it is 50.",
        ),
        (
            "diagrams.AssetLink",
            {**LINK, "textRegion": {**REGION, "xMin": 0.3}},
            "data.textRegion.xMin must be less than xMax, it is 0.3 and 0.2.",
        ),
        ("images.TextRegion", {"textRegion": REGION}, "data.text is missing."),
        (
            "images.ObjectDetection",
            {"label": "pump", "boundingBox": REGION, "polygon": {"vertices": []}},
            "data must have exactly one of boundingBox, polygon, polyline.",
        ),
    ],
)
def test_data_must_be_as_its_type_asks(client, kind, data, message):
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.annotations.create(link(annotation_type=kind, data=data))
    assert (caught.value.code, caught.value.message) == (400, message)


def test_data_of_an_image_is_taken(client):
    data = {"label": "pump", "polygon": {"vertices": [{"x": 0, "y": 0.5}]}, "confidence": 1}
    assert client.annotations.create(link(annotation_type="images.ObjectDetection", data=data)).data == data
