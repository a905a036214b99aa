"""Nodes and edges: applied, listed, looked up and deleted, through the real client."""

from __future__ import annotations

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

from cognite.client.data_classes import data_modeling as dm
from cognite.client.data_classes import filters
from cognite.client.exceptions import CogniteAPIError

from tests.cdf.api.modeling_plant import edge, node

PUMP = dm.ViewId("plant", "Pump", "v1")
EQUIPMENT = dm.ViewId("plant", "Equipment", "v1")


def pump(external_id, *, existing_version=None, **properties):
    properties = {"name": external_id, **properties}
    source = dm.NodeOrEdgeData(PUMP, properties)
    return dm.NodeApply("plant", external_id, existing_version=existing_version, sources=[source])


def bare(external_id):
    return dm.NodeApply("plant", external_id)


def flow(start, end):
    ends = [dm.DirectRelationReference("plant", name) for name in ("flows", start, end)]
    return dm.EdgeApply("plant", f"{start}-{end}", type=ends[0], start_node=ends[1], end_node=ends[2])


def ids(found):
    return [one.external_id for one in found]


def test_node_is_written_and_read_through_a_view(plant):
    applied = plant.instances.apply(pump("p", rate=3, tags=["wet"])).nodes[0]
    found = plant.instances.retrieve(nodes=("plant", "p"), sources=PUMP).nodes[0]
    assert (applied.version, applied.was_modified, applied.created_time) == (1, True, found.created_time)
    assert found.properties[PUMP] == {"name": "p", "rate": 3, "tags": ["wet"]}


def test_same_node_again_is_not_modified(fake, plant):
    plant.instances.apply(pump("p"))
    again = plant.instances.apply(pump("p")).nodes[0]
    assert (again.version, again.was_modified) == (1, False)
    assert fake.world.tally.unchanged == 1


def test_update_keeps_the_other_properties(plant):
    plant.instances.apply(pump("p", rate=3, pressure=1.5))
    assert plant.instances.apply(pump("p", rate=4)).nodes[0].version == 2
    found = plant.instances.retrieve(nodes=("plant", "p"), sources=PUMP).nodes[0]
    assert found.properties[PUMP] == {"name": "p", "rate": 4, "pressure": 1.5}


def test_replace_drops_the_other_properties(plant):
    plant.instances.apply(pump("p", rate=3, pressure=1.5))
    plant.instances.apply(pump("p", rate=4), replace=True)
    found = plant.instances.retrieve(nodes=("plant", "p"), sources=PUMP).nodes[0]
    assert found.properties[PUMP] == {"name": "p", "rate": 4}


def test_version_conflict(plant):
    plant.instances.apply(pump("p"))
    plant.instances.apply(pump("p", rate=1))
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(pump("p", rate=2, existing_version=1))
    assert (error.value.code, error.value.message) == (400, "A version conflict caused the ingest to fail.")


def test_version_conflict_is_skipped(plant):
    plant.instances.apply(pump("p"))
    plant.instances.apply(pump("p", rate=1))
    nodes = [pump("p", rate=2, existing_version=1), pump("q")]
    result = plant.instances.apply(nodes, skip_on_version_conflict=True)
    assert [one.was_modified for one in result.nodes] == [False, True]
    assert plant.instances.retrieve_nodes(("plant", "p"), sources=PUMP).properties[PUMP]["rate"] == 1


def test_space_must_be_there(plant):
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(dm.NodeApply("nowhere", "p"))
    assert (error.value.code, error.value.message) == (400, "One or more spaces do not exist: 'nowhere'")


def test_view_must_be_there(plant):
    data = dm.NodeOrEdgeData(dm.ViewId("plant", "Tank", "v1"), {"level": 1})
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(dm.NodeApply("plant", "t", sources=[data]))
    assert (error.value.code, error.value.message) == (400, "One or more views do not exist: 'plant:Tank/v1'")


def test_request_is_applied_whole_or_not_at_all(plant):
    with pytest.raises(CogniteAPIError):
        plant.instances.apply([pump("p"), pump("q", rate="fast")])
    assert plant.instances.list() == []


def test_target_of_a_relation_is_created(plant):
    plant.instances.apply(pump("p", site={"space": "plant", "externalId": "north"}))
    assert ids(plant.instances.list(limit=None)) == ["p", "north"]


def test_target_of_a_relation_must_be_there_where_it_is_not_created(plant):
    node = pump("p", site={"space": "plant", "externalId": "north"})
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(node, auto_create_direct_relations=False)
    expected = "The node 'plant:north' does not exist, which is a direct relation of the node 'plant:p'."
    assert error.value.message == expected


def test_ends_of_an_edge_must_be_there(plant):
    plant.instances.apply(bare("a"))
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(edges=flow("a", "b"), auto_create_start_nodes=True)
    assert error.value.message == "The node 'plant:b' does not exist, which is the endNode of the edge 'plant:a-b'."


def test_ends_of_an_edge_are_created_on_request(plant):
    plant.instances.apply(edges=flow("a", "b"), auto_create_start_nodes=True, auto_create_end_nodes=True)
    assert sorted(ids(plant.instances.list(limit=None))) == ["a", "b", "flows"]


def test_edge_and_its_ends_in_one_request(plant):
    result = plant.instances.apply([bare("a"), bare("b")], flow("a", "b"))
    assert (ids(result.nodes), ids(result.edges)) == (["a", "b"], ["a-b"])
    found = plant.instances.retrieve(edges=("plant", "a-b")).edges[0]
    assert (found.start_node.external_id, found.end_node.external_id, found.type.external_id) == ("a", "b", "flows")


def test_node_and_edge_cannot_share_an_id(plant):
    plant.instances.apply([bare("a"), bare("b")], flow("a", "b"))
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply(bare("a-b"))
    assert error.value.message == "The node 'plant:a-b' cannot be written: it is an edge already."


def test_uniqueness_holds_across_requests(plant):
    plant.instances.apply(pump("p"))
    with pytest.raises(CogniteAPIError) as error:
        plant.instances.apply([pump("q", name="q"), pump("r", name="p")])
    assert error.value.message == (
        "The constraint 'oneName' of the container 'plant:Equipment' is violated: the node 'plant:r' has the same "
        "values as 'plant:p'."
    )


def test_unique_values_can_be_swapped_in_one_request(plant):
    plant.instances.apply([pump("p"), pump("q")])
    plant.instances.apply([pump("p", name="q"), pump("q", name="p")])
    assert plant.instances.retrieve_nodes(("plant", "p"), sources=PUMP).properties[PUMP]["name"] == "q"


def test_list_has_what_has_data_in_the_sources(plant):
    equipment = dm.NodeApply("plant", "e", sources=[dm.NodeOrEdgeData(EQUIPMENT, {"name": "e"})])
    plant.instances.apply([bare("n"), equipment, pump("p")])
    assert ids(plant.instances.list()) == ["n", "e", "p"]
    assert ids(plant.instances.list(sources=EQUIPMENT)) == ["e", "p"]
    assert ids(plant.instances.list(sources=[EQUIPMENT, PUMP])) == ["p"]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (filters.Equals(PUMP.as_property_ref("name"), "p1"), ["p1"]),
        (filters.In(["node", "externalId"], ["p0", "p2", "x"]), ["p0", "p2"]),
        (filters.Prefix(PUMP.as_property_ref("name"), "p"), ["p0", "p1", "p2"]),
        (filters.Range(PUMP.as_property_ref("rate"), gte=10, lt=20), ["p1"]),
        (filters.Exists(PUMP.as_property_ref("pressure")), ["p0"]),
        (filters.ContainsAny(PUMP.as_property_ref("tags"), ["b", "c"]), ["p1", "p2"]),
        (filters.ContainsAll(PUMP.as_property_ref("tags"), ["a", "b"]), ["p1"]),
        (filters.HasData(views=[PUMP]), ["p0", "p1", "p2"]),
        (filters.Not(filters.HasData(views=[PUMP])), ["bare"]),
        (filters.InstanceReferences([("plant", "p1"), ("plant", "bare")]), ["p1", "bare"]),
        (filters.SpaceFilter("elsewhere"), []),
        (filters.MatchAll(), ["p0", "p1", "p2", "bare"]),
        (
            filters.And(
                filters.Equals(["node", "space"], "plant"),
                filters.Or(
                    filters.Equals(PUMP.as_property_ref("rate"), 0), filters.Equals(PUMP.as_property_ref("rate"), 20)
                ),
            ),
            ["p0", "p2"],
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, filters.Filter) else "",
)
def test_filters(plant, filter_, expected):
    tags = [["a"], ["a", "b"], ["c"]]
    pumps = [pump(f"p{place}", rate=10 * place, tags=tags[place]) for place in range(3)]
    pumps[0].sources[0].properties["pressure"] = 1.0
    plant.instances.apply([*pumps, bare("bare")])
    assert ids(plant.instances.list(filter=filter_)) == expected


def test_sorted_list_in_pages(fake, post, plant):
    plant.instances.apply([pump(f"p{place}", rate=-place) for place in range(5)])
    body = {"sort": [{"property": ["plant", "Pump/v1", "rate"]}], "limit": 2}
    found, answer = [], post("/models/instances/list", body)[1]
    while "nextCursor" in answer:
        found += answer["items"]
        answer = post("/models/instances/list", {**body, "cursor": answer["nextCursor"]})[1]
    assert [one["externalId"] for one in found + answer["items"]] == ["p4", "p3", "p2", "p1", "p0"]


def test_list_of_more_than_a_page(plant):
    plant.instances.apply([bare(f"n{place}") for place in range(1234)])
    assert ids(plant.instances.list(limit=None)) == [f"n{place}" for place in range(1234)]


def test_page_is_not_shifted_by_what_is_deleted_meanwhile(post, plant):
    plant.instances.apply([bare(f"n{place}") for place in range(4)])
    first = post("/models/instances/list", {"limit": 2})[1]
    plant.instances.delete(nodes=[("plant", "n0"), ("plant", "n2")])
    second = post("/models/instances/list", {"limit": 2, "cursor": first["nextCursor"]})[1]
    assert [one["externalId"] for one in second["items"]] == ["n3"]


def test_what_is_not_there_is_left_out(plant):
    plant.instances.apply(bare("a"))
    assert ids(plant.instances.retrieve(nodes=[("plant", "x"), ("plant", "a")]).nodes) == ["a"]
    assert plant.instances.retrieve_nodes(("plant", "x")) is None


def test_typed_nodes(plant):
    class Pump(dm.TypedNode):
        def __init__(self, space, external_id, version, last_updated_time, created_time, name, type=None, rate=None):  # noqa: A002
            super().__init__(space, external_id, version, last_updated_time, created_time, None, type)
            self.name, self.rate = name, rate

        @classmethod
        def get_source(cls):
            return PUMP

    plant.instances.apply(pump("p", rate=2))
    found = plant.instances.retrieve_nodes(("plant", "p"), node_cls=Pump)
    assert (found.name, found.rate) == ("p", 2)


def test_typing_is_given_on_request(plant):
    plant.instances.apply(pump("p"))
    found = plant.instances.list(sources=PUMP, include_typing=True)
    assert found.typing.dump()["plant"]["Pump/v1"]["rate"]["type"]["type"] == "int32"


def test_deleted_node_takes_its_edges_along(fake, plant):
    plant.instances.apply([bare("a"), bare("b")], [flow("a", "b"), flow("b", "b")])
    deleted = plant.instances.delete(nodes=[("plant", "a"), ("plant", "x")])
    assert [one.external_id for one in deleted.nodes] == ["a"]
    assert ids(plant.instances.list(instance_type="edge")) == ["b-b"]
    assert ids(plant.instances.list(limit=None)) == ["b", "flows"]


def test_node_is_new_after_it_was_deleted(plant):
    plant.instances.apply([pump("p"), bare("q")])
    plant.instances.apply(pump("p", rate=1))
    plant.instances.delete(nodes=("plant", "p"))
    assert plant.instances.apply(pump("p")).nodes[0].version == 1
    assert ids(plant.instances.list()) == ["q", "p"]


def test_another_world_is_not_changed(fake, plant):
    plant.instances.apply(pump("p"))
    before = fake.world.fork()
    plant.instances.apply([pump("p", rate=1), pump("q")])
    plant.instances.delete(nodes=("plant", "q"))
    assert [*before.table("models/instances").items] == [("node", "plant", "p")]
    assert before.table("models/instances").items["node", "plant", "p"]["version"] == 1


def test_at_most_1000_instances_in_a_request(post):
    status, answer = post("/models/instances", {"items": [node(f"n{place}") for place in range(1001)]})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 1000 items, it has 1001.")


def test_seed_with_nodes_and_edges(fake, plant):
    fake.seed({"instances": [edge("a", "b"), node("a"), node("b")]})
    assert ids(plant.instances.list(instance_type="edge")) == ["a-b"]


def test_numbers_are_given_in_order(fake, plant):
    number, text = dm.ContainerProperty(dm.Int64(), auto_increment=True), dm.ContainerProperty(dm.Text())
    plant.containers.apply(dm.ContainerApply("plant", "Ticket", {"number": number, "text": text}))
    for names in (["a", "b"], ["c"]):
        data = dm.NodeOrEdgeData(dm.ContainerId("plant", "Ticket"), {"text": "new"})
        plant.instances.apply([dm.NodeApply("plant", name, sources=[data]) for name in names])
    stored = fake.world.table("models/instances").items.values()
    assert [one["properties"]["plant", "Ticket"]["number"] for one in stored] == [1, 2, 3]


def may_only(fake, *actions):
    """Let requests be those of a caller with some actions on instances."""
    granted = {("dataModelInstancesAcl", action) for action in actions}
    fake.world.may = lambda acl, action: (acl, action) in granted


def test_who_may_write_properties_may_not_create(fake, plant, post):
    plant.instances.apply(pump("p"))
    may_only(fake, "WRITE_PROPERTIES")
    assert post("/models/instances", {"items": [node("p", {"rate": 1})]})[0] == 200
    assert post("/models/instances", {"items": [node("q")]})[0] == 403


def test_lenient_world_invents_spaces(fake, plant, post):
    from fn_emulator.cdf.lenient import make_inventor

    fake.world.invent = make_inventor()
    item = {"instanceType": "node", "space": "elsewhere", "externalId": "n"}
    assert post("/models/instances", {"items": [item]})[0] == 200
