"""Data modeling, as functions use it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

dm = pytest.importorskip("cognite.client.data_classes.data_modeling", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")
filters = pytest.importorskip("cognite.client.data_classes").filters

SPACE = "field"
WELL = dm.ViewId(SPACE, "Well", "v1")
PUMP = dm.ViewId(SPACE, "Pump", "v1")


@pytest.fixture
def model(client):
    """Views ``Well`` and ``Pump`` (with a direct relation to its well, and an edge type); returns the client."""
    modeling = client.data_modeling
    modeling.spaces.apply(dm.SpaceApply(SPACE, name="Field"))
    modeling.containers.apply(
        [
            dm.ContainerApply(
                space=SPACE,
                external_id="Well",
                used_for="node",
                properties={
                    "name": dm.ContainerProperty(type=dm.Text(), nullable=False),
                    "depth": dm.ContainerProperty(type=dm.Float64()),
                    "tags": dm.ContainerProperty(type=dm.Text(is_list=True)),
                    "drilled": dm.ContainerProperty(type=dm.Timestamp()),
                    "info": dm.ContainerProperty(type=dm.Json()),
                },
            ),
            dm.ContainerApply(
                space=SPACE,
                external_id="Pump",
                used_for="node",
                properties={
                    "name": dm.ContainerProperty(type=dm.Text()),
                    "well": dm.ContainerProperty(type=dm.DirectRelation()),
                    "power": dm.ContainerProperty(type=dm.Int64(), default_value=5),
                },
            ),
        ]
    )

    def mapped(container, *names):
        return {
            name: dm.MappedPropertyApply(container=dm.ContainerId(SPACE, container), container_property_identifier=name)
            for name in names
        }

    modeling.views.apply(
        [
            dm.ViewApply(SPACE, "Well", "v1", properties=mapped("Well", "name", "depth", "tags", "drilled", "info")),
            dm.ViewApply(
                SPACE,
                "Pump",
                "v1",
                properties={
                    **mapped("Pump", "name", "power"),
                    "well": dm.MappedPropertyApply(
                        container=dm.ContainerId(SPACE, "Pump"), container_property_identifier="well", source=WELL
                    ),
                },
            ),
        ]
    )
    modeling.data_models.apply(dm.DataModelApply(SPACE, "Field", "v1", views=[WELL, PUMP]))
    return client


@pytest.fixture
def wells(model):
    """Wells ``w0 .. w4`` and a pump on each, with an edge from pump to well; returns the instances API."""
    instances = model.data_modeling.instances
    instances.apply(
        nodes=[well(f"w{n}", name=f"Well {n}", depth=1000.0 * n, tags=["a", str(n)]) for n in range(5)]
        + [pump(f"p{n}", f"w{n}") for n in range(5)],
        edges=[
            dm.EdgeApply(SPACE, f"e{n}", type=(SPACE, "on"), start_node=(SPACE, f"p{n}"), end_node=(SPACE, f"w{n}"))
            for n in range(5)
        ],
        auto_create_direct_relations=True,
    )
    return instances


def well(name, /, **properties):
    return dm.NodeApply(SPACE, name, sources=[dm.NodeOrEdgeData(WELL, properties)])


def well_of(older, **properties):
    """The same well with other properties, and what its writer believes to be its version."""
    node = well(older.external_id, **properties)
    node.existing_version = older.existing_version - 1
    return node


def pump(name, of):
    relation = {"space": SPACE, "externalId": of}
    return dm.NodeApply(SPACE, name, sources=[dm.NodeOrEdgeData(PUMP, {"name": name, "well": relation})])


def names(found):
    return [one.external_id for one in found]


def test_properties_come_back(wells):
    node = wells.retrieve_nodes((SPACE, "w1"), sources=WELL)
    assert (node.properties[WELL]["name"], node["depth"], node.properties[WELL]["tags"]) == (
        "Well 1",
        1000.0,
        ["a", "1"],
    )
    assert wells.retrieve_nodes([(SPACE, "p1")], sources=PUMP)[0]["power"] == 5
    assert wells.retrieve_nodes((SPACE, "gone")) is None


def test_retrieve_nodes_and_edges(wells):
    found = wells.retrieve(nodes=[(SPACE, "w1"), (SPACE, "gone")], edges=[(SPACE, "e1")])
    assert (names(found.nodes), names(found.edges)) == (["w1"], ["e1"])
    assert found.edges[0].start_node.external_id == "p1"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (filters.Equals(WELL.as_property_ref("name"), "Well 1"), ["w1"]),
        (filters.In(WELL.as_property_ref("name"), ["Well 1", "Well 2"]), ["w1", "w2"]),
        (filters.Range(WELL.as_property_ref("depth"), gte=3000), ["w3", "w4"]),
        (filters.Prefix(WELL.as_property_ref("name"), "Well"), ["w0", "w1", "w2", "w3", "w4"]),
        (filters.ContainsAny(WELL.as_property_ref("tags"), ["2", "4"]), ["w2", "w4"]),
        (filters.ContainsAll(WELL.as_property_ref("tags"), ["a", "2"]), ["w2"]),
        (filters.Exists(WELL.as_property_ref("drilled")), []),
        (filters.Not(filters.Exists(WELL.as_property_ref("drilled"))), ["w0", "w1", "w2", "w3", "w4"]),
        (
            filters.And(
                filters.HasData(views=[WELL]),
                filters.Or(
                    filters.Equals(["node", "externalId"], "w0"), filters.Range(WELL.as_property_ref("depth"), gt=3000)
                ),
            ),
            ["w0", "w4"],
        ),
        (filters.Equals(["node", "space"], "elsewhere"), []),
    ],
)
def test_filters(wells, wanted, expected):
    assert names(wells.list(sources=WELL, filter=wanted, limit=None)) == expected


def test_pumps_of_a_well(wells):
    of = filters.Equals(PUMP.as_property_ref("well"), {"space": SPACE, "externalId": "w3"})
    assert names(wells.list(sources=PUMP, filter=of, limit=-1)) == ["p3"]


def test_sorted_list_and_iteration(wells):
    order = dm.InstanceSort(WELL.as_property_ref("depth"), direction="descending")
    assert names(wells.list(sources=WELL, sort=order, limit=3)) == ["w4", "w3", "w2"]
    assert len(next(iter(wells(chunk_size=2, sources=WELL)))) == 2
    assert len(names(wells(instance_type="node", limit=None))) == 11  # the type of the edges was created, too
    assert len(wells.list("edge", limit=None)) == 5


def test_frame(wells):
    frame = wells.list(sources=WELL, limit=None).to_pandas(expand_properties=True)
    assert frame["depth"].sum() == 10_000.0
    assert frame["external_id"].tolist() == ["w0", "w1", "w2", "w3", "w4"]


def test_what_does_not_change_is_said(wells):
    again = wells.apply([well("w1", name="Well 1", depth=1000.0), well("w2", name="Deeper", depth=1.0)])
    assert [node.was_modified for node in again.nodes] == [False, True]
    assert again.nodes[1].version == 2


def test_claiming_what_another_call_has_claimed(wells):
    version = wells.retrieve_nodes((SPACE, "w1")).version
    claim = well("w1", name="claimed")
    claim.existing_version = version
    assert wells.apply(claim).nodes[0].version == version + 1
    with pytest.raises(exceptions.CogniteAPIError) as error:
        wells.apply(well_of(claim, name="mine"))
    assert (error.value.code, error.value.message) == (400, "A version conflict caused the ingest to fail.")
    assert wells.apply(well_of(claim, name="mine"), skip_on_version_conflict=True).nodes[0].was_modified is False


def test_property_is_set_to_nothing_and_replaced(wells):
    wells.apply(well("w1", depth=None))
    assert wells.retrieve_nodes((SPACE, "w1"), sources=WELL).properties[WELL].get("depth") is None
    wells.apply(well("w1", name="only"), replace=True)
    assert dict(wells.retrieve_nodes((SPACE, "w1"), sources=WELL).properties[WELL]) == {"name": "only"}


def test_times_and_json(wells):
    drilled = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    wells.apply(well("w1", drilled=drilled.isoformat(timespec="milliseconds"), info={"a": [1, {"b": None}]}))
    found = wells.retrieve_nodes((SPACE, "w1"), sources=WELL).properties[WELL]
    assert datetime.fromisoformat(found["drilled"]) == drilled
    assert found["info"] == {"a": [1, {"b": None}]}
    assert names(
        wells.list(sources=WELL, filter=filters.Range(WELL.as_property_ref("drilled"), gt="2026-01-01T00:00:00Z"))
    )


@pytest.mark.parametrize(
    "properties",
    [{"name": 5}, {"colour": "red"}, {"depth": "deep"}, {"tags": "a"}, {"depth": 1.0}, {"drilled": "today"}],
)
def test_wrong_properties_are_refused(model, properties):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        model.data_modeling.instances.apply(well("new", **properties))
    assert error.value.code == 400


def test_many_nodes(model):
    instances = model.data_modeling.instances
    made = instances.apply([well(f"w{n}", name=str(n)) for n in range(2500)])
    assert (len(made.nodes), len(instances.list(sources=WELL, limit=None))) == (2500, 2500)
    gone = instances.delete(nodes=[(SPACE, f"w{n}") for n in range(1000)])
    assert len(gone.nodes) == 1000
    assert len(instances.list(sources=WELL, limit=None)) == 1500


def test_deleted_nodes_are_listed(wells):
    assert names(wells.delete(nodes=[(SPACE, "w1"), (SPACE, "gone")]).nodes) == ["w1"]
    assert wells.retrieve_nodes((SPACE, "w1")) is None
    assert wells.delete(edges=(SPACE, "e2")).edges[0].external_id == "e2"


def test_query_over_edges_and_relations(wells):
    from cognite.client.data_classes.data_modeling import query as q

    select = {
        "pumps": q.Select([q.SourceSelector(PUMP, ["name"])]),
        "wells": q.Select([q.SourceSelector(WELL, ["name"])]),
    }
    by_relation = q.NodeResultSetExpression(from_="pumps", through=PUMP.as_property_ref("well"))
    by_edge = q.EdgeResultSetExpression(from_="pumps", direction="outwards")
    pumps = q.NodeResultSetExpression(filter=filters.Equals(["node", "externalId"], "p2"), limit=10)
    found = wells.query(q.Query(with_={"pumps": pumps, "wells": by_relation}, select=select))
    assert (names(found["pumps"]), found["wells"][0]["name"]) == (["p2"], "Well 2")
    found = wells.query(
        q.Query(
            with_={"pumps": pumps, "edges": by_edge, "wells": q.NodeResultSetExpression(from_="edges")},
            select={"wells": select["wells"], "edges": q.Select()},
        )
    )
    assert (names(found["edges"]), names(found["wells"])) == (["e2"], ["w2"])


def test_sync_gives_what_is_new(wells):
    from cognite.client.data_classes.data_modeling import query as q

    asked = q.Query(
        with_={"wells": q.NodeResultSetExpression(filter=filters.HasData(views=[WELL]))},
        select={"wells": q.Select([q.SourceSelector(WELL, ["name"])])},
    )
    first = wells.sync(asked)
    assert len(first["wells"]) == 5
    wells.apply(well("w9", name="New"))
    asked.cursors = first.cursors
    assert names(wells.sync(asked)["wells"]) == ["w9"]


def test_search_and_aggregates(wells):
    from cognite.client.data_classes.aggregations import Avg, Count

    assert names(wells.search(WELL, query="Well 3", properties=["name"], operator="AND")) == ["w3"]
    assert wells.aggregate(WELL, Count("name")).value == 5
    assert wells.aggregate(WELL, [Avg("depth")])[0].value == 2000.0


def test_typed_nodes(wells):
    from cognite.client.data_classes.data_modeling import TypedNodeApply

    class Write(TypedNodeApply):
        def __init__(self, space, external_id, *, name, depth):
            super().__init__(space, external_id)
            self.name, self.depth = name, depth

        @classmethod
        def get_source(cls):
            return WELL

    assert wells.apply(Write(SPACE, "typed", name="T", depth=3.0)).nodes[0].was_modified
    assert wells.retrieve_nodes((SPACE, "typed"), sources=WELL)["depth"] == 3.0


def test_schema_is_read_back(model):
    modeling = model.data_modeling
    view = modeling.views.retrieve((SPACE, "Well"), all_versions=False)[0]
    assert view.as_id() == WELL
    assert view.properties["depth"].type == dm.Float64()
    assert sorted(view.external_id for view in modeling.views.list(space=SPACE, limit=None)) == ["Pump", "Well"]
    found = modeling.data_models.retrieve((SPACE, "Field", "v1"), inline_views=True)
    assert sorted(view.external_id for view in found.latest_version().views) == ["Pump", "Well"]
    assert modeling.containers.retrieve((SPACE, "Pump")).properties["power"].default_value == 5
    assert [space.space for space in modeling.spaces.list(limit=None)] == [SPACE]
    assert modeling.spaces.retrieve("gone") is None


def test_unknown_view_is_refused(model):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        model.data_modeling.instances.list(sources=dm.ViewId(SPACE, "Nothing", "v1"))
    assert error.value.code == 400


def test_core_model(client):
    """Assets and time series of the core data model, with their datapoints."""
    cdm = pytest.importorskip("cognite.client.data_classes.data_modeling.cdm.v1")
    client.data_modeling.spaces.apply(dm.SpaceApply(SPACE))
    client.data_modeling.instances.apply(
        [
            cdm.CogniteAssetApply(SPACE, "root", name="Root"),
            cdm.CogniteAssetApply(SPACE, "child", name="Child", parent=(SPACE, "root")),
            cdm.CogniteTimeSeriesApply(SPACE, "ts", is_step=False, time_series_type="numeric", name="TS"),
        ]
    )
    ident = dm.NodeId(SPACE, "ts")
    client.time_series.data.insert([(1000, 1.5), (2000, 2.5)], instance_id=ident)
    assert list(client.time_series.data.retrieve(instance_id=ident, start=0).value) == [1.5, 2.5]
    child = client.data_modeling.instances.retrieve_nodes((SPACE, "child"), node_cls=cdm.CogniteAsset)
    assert (child.name, child.parent.external_id) == ("Child", "root")


def test_graphql_is_not_there(model):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        model.data_modeling.graphql.query(id=(SPACE, "Field", "v1"), query="{ listWell { items { name } } }")
    assert error.value.code == 501
