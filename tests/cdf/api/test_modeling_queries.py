"""Query, search, aggregation and inspection of nodes and edges, through the real client."""

from __future__ import annotations

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

from cognite.client.data_classes import aggregations, filters
from cognite.client.data_classes import data_modeling as dm
from cognite.client.data_classes.data_modeling import query as dmq
from cognite.client.exceptions import CogniteAPIError

from tests.cdf.api.modeling_plant import edge, node

PUMP = dm.ViewId("plant", "Pump", "v1")
EQUIPMENT = dm.ViewId("plant", "Equipment", "v1")
NAME = dmq.SourceSelector(PUMP, ["name"])


def ids(found):
    return [one.external_id for one in found]


@pytest.fixture
def chain(fake, plant):
    """Pumps a -> b -> c; the pump a stands at the site c."""
    site = {"space": "plant", "externalId": "c"}
    pumps = [
        node("a", {"name": "Big red pump", "rate": 10, "site": site, "tags": ["red"]}),
        node("b", {"name": "Small red pump", "rate": 20}),
        node("c", {"name": "Green valve", "rate": 20}),
    ]
    fake.seed({"instances": [*pumps, edge("a", "b"), edge("b", "c")]})
    return plant.instances


def test_query_follows_edges(chain):
    query = dmq.Query(
        with_={
            "start": dmq.NodeResultSetExpression(filter=filters.Equals(["node", "externalId"], "a")),
            "flows": dmq.EdgeResultSetExpression(from_="start", max_distance=2),
            "reached": dmq.NodeResultSetExpression(from_="flows"),
        },
        select={"flows": dmq.Select(), "reached": dmq.Select([NAME])},
    )
    result = chain.query(query)
    assert ids(result["flows"]) == ["a-b", "b-c"]
    assert [one.properties[PUMP]["name"] for one in result["reached"]] == ["Small red pump", "Green valve"]


def test_query_follows_a_direct_relation(chain):
    site = dmq.NodeResultSetExpression(from_="start", through=EQUIPMENT.as_property_ref("site"))
    start = dmq.NodeResultSetExpression(filter=filters.Equals(PUMP.as_property_ref("rate"), 10))
    result = chain.query(dmq.Query(with_={"start": start, "sites": site}, select={"sites": dmq.Select()}))
    assert ids(result["sites"]) == ["c"]


def test_query_goes_on_at_its_cursors(chain):
    pumps = dmq.NodeResultSetExpression(filter=filters.HasData(views=[PUMP]), limit=2)
    query = dmq.Query(with_={"pumps": pumps}, select={"pumps": dmq.Select([NAME])})
    first = chain.query(query)
    query.cursors = first.cursors
    second = chain.query(query)
    assert (ids(first["pumps"]), ids(second["pumps"])) == (["a", "b"], ["c"])
    assert second.cursors["pumps"] is None


def test_query_with_parameters(chain):
    rate = filters.Equals(PUMP.as_property_ref("rate"), {"parameter": "rate"})
    query = dmq.Query(
        with_={"pumps": dmq.NodeResultSetExpression(filter=rate)},
        select={"pumps": dmq.Select()},
        parameters={"rate": 20},
    )
    assert ids(chain.query(query)["pumps"]) == ["b", "c"]


def test_query_of_an_unknown_view(chain):
    selected = dmq.SourceSelector(dm.ViewId("plant", "Tank", "v1"), ["*"])
    query = dmq.Query(with_={"n": dmq.NodeResultSetExpression()}, select={"n": dmq.Select([selected])})
    with pytest.raises(CogniteAPIError) as error:
        chain.query(query)
    assert error.value.message == "One or more views do not exist: 'plant:Tank/v1'"


def test_search_finds_words_and_starts_of_words(chain):
    assert ids(chain.search(PUMP, "red pu", operator="AND")) == ["a", "b"]
    assert ids(chain.search(PUMP, "valve red", operator="OR")) == ["a", "b", "c"]
    assert ids(chain.search(PUMP, "pump", operator="AND", filter=filters.Equals(PUMP.as_property_ref("rate"), 20))) == [
        "b"
    ]


def test_search_in_one_property(chain):
    assert ids(chain.search(PUMP, "red", properties=["tags"], operator="AND")) == ["a"]


def test_search_shows_the_view(chain):
    assert chain.search(PUMP, "valve", operator="AND")[0].properties[PUMP]["rate"] == 20


def test_search_without_words_is_a_list(chain):
    sort = dm.InstanceSort(PUMP.as_property_ref("name"), direction="descending")
    assert ids(chain.search(PUMP, None, sort=sort, limit=2, operator="AND")) == ["b", "c"]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (aggregations.Count("externalId"), 3),
        (aggregations.Sum("rate"), 50),
        (aggregations.Avg("rate"), 50 / 3),
        (aggregations.Min("rate"), 10),
        (aggregations.Max("rate"), 20),
    ],
    ids=lambda value: type(value).__name__,
)
def test_aggregates(chain, aggregation, expected):
    assert chain.aggregate(PUMP, aggregation).value == pytest.approx(expected)


def test_aggregate_in_groups(chain):
    groups = chain.aggregate(PUMP, aggregations.Count("externalId"), group_by="rate")
    assert [(one.group, one.aggregates[0].value) for one in groups] == [({"rate": 10}, 1), ({"rate": 20}, 2)]


def test_aggregate_of_what_a_text_matches(chain):
    assert chain.aggregate(PUMP, aggregations.Count("externalId"), query="red").value == 2


def test_histogram(chain):
    found = chain.histogram(PUMP, aggregations.Histogram("rate", interval=20))
    assert [(bucket.start, bucket.count) for bucket in found.buckets] == [(0, 1), (20, 2)]


def test_inspect_tells_views_and_containers(chain):
    views, containers = dm.InvolvedViews(all_versions=False), dm.InvolvedContainers()
    found = chain.inspect(nodes=[("plant", "a"), ("plant", "x")], involved_views=views, involved_containers=containers)
    (result,) = found.nodes
    assert result.inspection_results.involved_views == [EQUIPMENT, PUMP]
    assert [one.external_id for one in result.inspection_results.involved_containers] == ["Equipment", "Pump"]


def pumps_query(**more):
    pumps = dmq.NodeResultSetExpression(filter=filters.HasData(views=[PUMP]), **more)
    return dmq.Query(with_={"pumps": pumps}, select={"pumps": dmq.Select([NAME])})


def sync_again(instances, query, result):
    query.cursors = result.cursors
    return instances.sync(query)


def test_sync_starts_with_all(chain):
    result = chain.sync(pumps_query())
    assert ids(result["pumps"]) == ["a", "b", "c"]
    assert result["pumps"][0].properties[PUMP] == {"name": "Big red pump"}


def test_sync_tells_what_is_new_and_changed(chain):
    query = pumps_query()
    first = chain.sync(query)
    data = dm.NodeOrEdgeData(PUMP, {"name": "d"})
    chain.apply([dm.NodeApply("plant", "d", sources=[data]), dm.NodeApply("plant", "other")])
    chain.apply(dm.NodeApply("plant", "a", sources=[dm.NodeOrEdgeData(PUMP, {"rate": 11})]))
    second = sync_again(chain, query, first)
    assert ids(second["pumps"]) == ["d", "a"]
    assert ids(sync_again(chain, query, second)["pumps"]) == []


def test_sync_tells_what_was_deleted(chain):
    query = pumps_query()
    first = chain.sync(query)
    chain.delete(nodes=("plant", "b"))
    (deleted,) = sync_again(chain, query, first)["pumps"]
    assert (deleted.external_id, deleted.deleted_time) == ("b", deleted.last_updated_time)
    assert ids(chain.sync(pumps_query())["pumps"]) == ["a", "c"]


def test_sync_in_pages(chain):
    query = pumps_query(limit=2)
    first = chain.sync(query)
    assert (ids(first["pumps"]), ids(sync_again(chain, query, first)["pumps"])) == (["a", "b"], ["c"])


def test_sync_of_edges_and_what_is_at_their_ends(chain):
    flows = dmq.EdgeResultSetExpression(
        filter=filters.Equals(["edge", "startNode"], {"space": "plant", "externalId": "a"})
    )
    query = dmq.Query(
        with_={"flows": flows, "reached": dmq.NodeResultSetExpression(from_="flows")},
        select={"flows": dmq.Select(), "reached": dmq.Select()},
    )
    result = chain.sync(query)
    assert (ids(result["flows"]), ids(result["reached"])) == (["a-b"], ["b"])


def test_sync_without_backfill_starts_empty(chain, post):
    expression = {"nodes": {}, "mode": "noBackfill"}
    body = {"with": {"n": expression}, "select": {"n": {}}}
    first = post("/models/instances/sync", body)[1]
    chain.apply(dm.NodeApply("plant", "new"))
    second = post("/models/instances/sync", {**body, "cursors": first["nextCursor"]})[1]
    assert first["items"] == {"n": []}
    assert [one["externalId"] for one in second["items"]["n"]] == ["new"]


def test_sync_in_another_world_goes_on_alone(fake, chain):
    before = fake.world.fork()
    query = pumps_query()
    first = chain.sync(query)
    chain.delete(nodes=("plant", "a"))
    fake.world = before
    assert ids(sync_again(chain, query, first)["pumps"]) == []
