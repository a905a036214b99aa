"""3D models, their revisions and nodes, and the assets that these show."""

from __future__ import annotations

from importlib import import_module

import pytest

from fn_emulator.cdf.api.three_d_nodes import seed_nodes

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
three_d = import_module("cognite.client.data_classes.three_d")

FILE = 7
TREE = [
    {
        "id": 1,
        "name": "plant",
        "children": [
            {
                "id": 2,
                "name": "pump",
                "properties": {"PDMS": {"Type": "PUMP"}},
                "boundingBox": {"min": [0] * 3, "max": [1] * 3},
            },
            {
                "id": 3,
                "name": "pipes",
                "children": [{"id": 4, "name": "pipe", "properties": {"PDMS": {"Type": "PIPE"}}}],
            },
        ],
    }
]


@pytest.fixture
def client(fake):
    """A client of a CDF with one file."""
    fake.world.put(
        "files", FILE, {"id": FILE, "name": "a.rvm", "uploaded": True, "createdTime": 0, "lastUpdatedTime": 0}
    )
    return fake.client


@pytest.fixture
def model(client):
    """A 3D model."""
    return client.three_d.models.create(name="plant")


@pytest.fixture
def place(fake, client, model):
    """Model and revision of a tree of four nodes."""
    revision = client.three_d.revisions.create(model.id, three_d.ThreeDModelRevisionWrite(file_id=FILE))
    seed_nodes(fake.world, revision.id, TREE)
    return {"model_id": model.id, "revision_id": revision.id}


def map_(client, place, *pairs):
    mappings = [three_d.ThreeDAssetMappingWrite(node_id=node, asset_id=asset) for node, asset in pairs]
    return client.three_d.asset_mappings.create(**place, asset_mapping=mappings)


def test_created_model_is_found(client, model):
    assert client.three_d.models.retrieve(model.id).name == "plant"


def test_unknown_model_is_none(client):
    assert client.three_d.models.retrieve(5) is None


def test_models_are_listed(client, model):
    assert [one.id for one in client.three_d.models.list()] == [model.id]


def test_published_models_have_a_published_revision(client, model):
    client.three_d.models.create(name="other")
    client.three_d.revisions.create(model.id, three_d.ThreeDModelRevisionWrite(file_id=FILE, published=True))
    assert [one.id for one in client.three_d.models.list(published=True)] == [model.id]


def test_model_is_renamed(client, model):
    client.three_d.models.update(three_d.ThreeDModelUpdate(model.id).name.set("new"))
    assert client.three_d.models.retrieve(model.id).name == "new"


def test_deleted_model_takes_its_revisions_along(fake, client, place):
    client.three_d.models.delete(place["model_id"])
    assert [len(fake.world.table(name)) for name in ("3d/models", "3d/revisions", "3d/nodes")] == [0, 0, 0]


def test_revision_is_done_at_once(client, place):
    revision = client.three_d.revisions.retrieve(place["model_id"], place["revision_id"])
    assert (revision.status, revision.published, revision.file_id) == ("Done", False, FILE)


def test_unknown_revision_is_none(client, model):
    assert client.three_d.revisions.retrieve(model.id, 5) is None


def test_revision_is_published(client, place):
    update = three_d.ThreeDModelRevisionUpdate(place["revision_id"]).published.set(True)
    client.three_d.revisions.update(place["model_id"], update)
    assert len(client.three_d.revisions.list(place["model_id"], published=True)) == 1


def test_revision_without_its_file_is_refused(client, model):
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.three_d.revisions.create(model.id, three_d.ThreeDModelRevisionWrite(file_id=99))


def test_deleted_revision_is_gone(client, place):
    client.three_d.revisions.delete(place["model_id"], place["revision_id"])
    assert client.three_d.revisions.list(place["model_id"]) == []


def test_nodes_are_listed_in_the_order_of_the_tree(client, place):
    nodes = client.three_d.revisions.list_nodes(**place)
    assert [(node.name, node.tree_index, node.depth, node.subtree_size) for node in nodes] == [
        ("plant", 0, 0, 4),
        ("pump", 1, 1, 1),
        ("pipes", 2, 1, 2),
        ("pipe", 3, 2, 1),
    ]


def test_nodes_of_a_subtree(client, place):
    assert [node.id for node in client.three_d.revisions.list_nodes(**place, node_id=3)] == [3, 4]


def test_nodes_down_to_a_depth(client, place):
    assert [node.id for node in client.three_d.revisions.list_nodes(**place, depth=1)] == [1, 2, 3]


def test_nodes_in_partitions(client, place):
    nodes = client.three_d.revisions.list_nodes(**place, sort_by_node_id=True, partitions=3, limit=None)
    assert sorted(node.id for node in nodes) == [1, 2, 3, 4]


def test_nodes_by_their_properties(client, place):
    nodes = client.three_d.revisions.filter_nodes(**place, properties={"PDMS": {"Type": ["PIPE", "BEND"]}})
    assert [node.id for node in nodes] == [4]


def test_ancestors_of_a_node(fake, client, place):
    path = "/api/v1/projects/{}/3d/models/{}/revisions/{}/nodes/4/ancestors".format(fake.project, *place.values())
    assert [node["id"] for node in client.get(path).json()["items"]] == [1, 3, 4]


def test_mapped_assets_are_listed(client, place):
    map_(client, place, (2, 30), (4, 31))
    found = client.three_d.asset_mappings.list(**place)
    assert [(one.node_id, one.asset_id, one.tree_index) for one in found] == [(2, 30, 1), (4, 31, 3)]


def test_mappings_of_one_asset(client, place):
    map_(client, place, (2, 30), (4, 31))
    assert [one.node_id for one in client.three_d.asset_mappings.list(**place, asset_id=31)] == [4]


def test_mappings_in_a_box(fake, client, place):
    map_(client, place, (2, 30), (4, 31))
    path = "/api/v1/projects/{}/3d/models/{}/revisions/{}/mappings".format(fake.project, *place.values())
    answer = client.get(path, params={"intersectsBoundingBox": '{"min": [0.5, 0.5, 0.5], "max": [2, 2, 2]}'})
    assert [one["nodeId"] for one in answer.json()["items"]] == [2]


def test_revision_counts_its_mappings(client, place):
    map_(client, place, (2, 30), (4, 31))
    assert client.three_d.revisions.retrieve(place["model_id"], place["revision_id"]).asset_mapping_count == 2


def test_deleted_mapping_is_gone(client, place):
    map_(client, place, (2, 30), (4, 31))
    first = client.three_d.asset_mappings.list(**place)[0]
    client.three_d.asset_mappings.delete(**place, asset_mapping=first)
    assert [one.asset_id for one in client.three_d.asset_mappings.list(**place)] == [31]


def test_nodes_of_an_asset_in_all_models(fake, client, place):
    map_(client, place, (2, 30), (4, 31))
    answer = client.get(f"/api/v1/projects/{fake.project}/3d/mappings/30/modelnodes").json()
    assert answer["items"] == [{"modelId": place["model_id"], "revisionId": place["revision_id"], "nodeId": 2}]


def test_mappings_of_some_assets(fake, client, place):
    map_(client, place, (2, 30), (4, 31))
    path = "/api/v1/projects/{}/3d/models/{}/revisions/{}/mappings/list".format(fake.project, *place.values())
    answer = client.post(path, json={"filter": {"assetIds": [31]}}).json()
    assert [one["nodeId"] for one in answer["items"]] == [4]


def test_nodes_and_mappings_come_from_a_seed(fake, client):
    revision = {"id": 70, "fileId": FILE, "nodes": TREE, "mappings": [{"nodeId": 2, "assetId": 30}]}
    fake.seed({"threeD": [{"name": "seeded", "revisions": [revision]}]})
    (model,) = client.three_d.models.list()
    (mapping,) = client.three_d.asset_mappings.list(model_id=model.id, revision_id=70)
    assert (mapping.node_id, mapping.asset_id, mapping.tree_index) == (2, 30, 1)
