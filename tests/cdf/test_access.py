"""What a caller may: capabilities and their scopes, as the real client meets them."""

from __future__ import annotations

from importlib import import_module

import pytest

from fn_emulator.cdf.access import caller_of, covers_of, identity_of, may_of
from fn_emulator.cdf.acls import ACTIONS
from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.errors import SettingsError

from .acting import ActingCdf

exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")
data_classes = import_module("cognite.client.data_classes")

ALL = {"all": {}}


def grant(acl, *actions, **scope):
    return {acl: {"actions": [*actions], "scope": scope or ALL}}


@pytest.fixture
def fake():
    """An empty CDF."""
    cdf = ActingCdf()
    yield cdf
    cdf.close()


def call_as(fake, *wanted):
    fake.acting = caller_of(identity_of(wanted[0] if isinstance(wanted[0], str) else wanted, fake.world))


@pytest.fixture
def two_sets(fake, client):
    """Ids of two data sets, each with an event that is called after it."""
    client.data_sets.create([data_classes.DataSetWrite(external_id=name) for name in "ab"])
    ids = {one.external_id: one.id for one in client.data_sets.list()}
    client.events.create([data_classes.EventWrite(external_id=name, data_set_id=ids[name]) for name in "ab"])
    return ids


def event(data_set_id=None):
    return data_classes.EventWrite(external_id="new", data_set_id=data_set_id)


def test_default_caller_may_do_everything(client):
    assert client.events.create(event()).id


def test_reader_lists(fake, client):
    call_as(fake, "reader")
    assert client.events.list() == []


def test_reader_gets_the_403_of_the_platform(fake, client):
    call_as(fake, "reader")
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.events.create(event())
    assert (caught.value.code, caught.value.message) == (
        403,
        "Resource not found. This may also be due to insufficient access rights. (needs eventsAcl:WRITE)",
    )


def test_refused_write_stores_nothing(fake, client):
    call_as(fake, "reader")
    with pytest.raises(exceptions.CogniteAPIError):
        client.events.create(event())
    assert not fake.world.table("events").items


def test_capability_for_another_resource_does_not_help(fake, client):
    call_as(fake, grant("assetsAcl", "READ", "WRITE"))
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.events.list()
    assert caught.value.code == 403


def test_caller_can_become_everybody_again(fake, client):
    call_as(fake, "reader")
    call_as(fake, "all")
    assert client.events.create(event()).id


def test_caller_stays_the_same_in_a_fork(fake):
    fake.world.caller, fake.world.may, fake.world.covers = caller_of(identity_of("reader"))
    assert fake.world.fork().may("eventsAcl", "WRITE") is False


def test_a_list_leaves_out_what_the_data_set_scope_does_not_cover(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", datasetScope={"ids": [two_sets["a"]]}))
    assert [one.external_id for one in client.events.list()] == ["a"]


def test_ids_of_a_scope_may_be_texts(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", datasetScope={"ids": [str(two_sets["a"])]}))
    assert [one.external_id for one in client.events.list()] == ["a"]


def test_what_a_scope_does_not_cover_is_not_there(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", datasetScope={"ids": [two_sets["a"]]}))
    assert client.events.retrieve(external_id="b") is None


def test_creation_outside_of_the_data_set_is_refused(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", "WRITE", datasetScope={"ids": [two_sets["a"]]}))
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.events.create(event())
    assert caught.value.code == 403


def test_creation_in_the_data_set_is_allowed(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", "WRITE", datasetScope={"ids": [two_sets["a"]]}))
    assert client.events.create(event(two_sets["a"])).data_set_id == two_sets["a"]


def test_an_item_cannot_be_moved_out_of_the_data_set(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ", "WRITE", datasetScope={"ids": [two_sets["a"]]}))
    change = data_classes.EventUpdate(external_id="a").data_set_id.set(None)
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.events.update(change)
    assert caught.value.code == 403


def test_deleting_what_may_only_be_read_is_refused(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "READ"), grant("eventsAcl", "WRITE", datasetScope={"ids": [two_sets["a"]]}))
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.events.delete(external_id="b")
    assert caught.value.code == 403


def test_scoped_reading_beside_unscoped_writing(fake, client, two_sets):
    call_as(fake, grant("eventsAcl", "WRITE"), grant("eventsAcl", "READ", datasetScope={"ids": [two_sets["a"]]}))
    assert client.events.create(event()).id


def test_data_sets_are_scoped_by_their_id(fake, client, two_sets):
    call_as(fake, grant("datasetsAcl", "READ", idScope={"ids": [two_sets["b"]]}))
    assert [one.external_id for one in client.data_sets.list()] == ["b"]


def test_table_of_raw_that_no_grant_names_is_refused(fake, client):
    client.raw.databases.create("db")
    client.raw.tables.create("db", ["open", "closed"])
    call_as(fake, grant("rawAcl", "READ", "LIST", tableScope={"dbsToTables": {"db": ["open"]}}))
    assert client.raw.rows.list("db", "open") == []
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.raw.rows.list("db", "closed")
    assert caught.value.code == 403


def test_tables_of_raw_that_no_grant_names_are_not_listed(fake, client):
    client.raw.databases.create("db")
    client.raw.tables.create("db", ["open", "closed"])
    call_as(fake, grant("rawAcl", "LIST", tableScope={"dbsToTables": {"db": ["open"]}}))
    assert [table.name for table in client.raw.tables.list("db")] == ["open"]


def test_databases_of_raw_that_no_grant_names_are_not_listed(fake, client):
    client.raw.databases.create(["one", "two"])
    call_as(fake, grant("rawAcl", "LIST", tableScope={"dbsToTables": {"two": []}}))
    assert [database.name for database in client.raw.databases.list()] == ["two"]


def test_table_of_raw_that_no_grant_names_is_not_created(fake, client):
    client.raw.databases.create("db")
    call_as(fake, grant("rawAcl", "WRITE", tableScope={"dbsToTables": {"db": ["open"]}}))
    assert client.raw.tables.create("db", "open").name == "open"
    with pytest.raises(exceptions.CogniteAPIError):
        client.raw.tables.create("db", "closed")


def test_scope_that_is_not_read_covers_nothing():
    covers = covers_of(identity_of([grant("timeSeriesAcl", "READ", assetRootIdScope={"rootIds": [1]})]))
    assert not covers("timeSeriesAcl", "READ", {"id": 1})


@pytest.mark.parametrize(
    "scope", [{"datasetScope": {"ids": 5}}, {"datasetScope": 1}, {"tableScope": {"dbsToTables": 1}}]
)
def test_scope_that_is_no_scope_covers_nothing(scope):
    covers = covers_of(identity_of([grant("eventsAcl", "READ", **scope)]))
    assert not covers("eventsAcl", "READ", {"dataSetId": 5, "db": "a"})


def test_grants_without_scopes_need_no_look_at_items():
    assert covers_of(identity_of("reader")) is None


def test_writing_instances_includes_writing_their_properties():
    assert may_of(identity_of([grant("dataModelInstancesAcl", "WRITE")]))("dataModelInstancesAcl", "WRITE_PROPERTIES")


def test_a_stored_group_is_an_identity(fake, client):
    client.iam.groups.create(
        data_classes.Group.load(
            {"id": 1, "isDeleted": False, "name": "loaders", "capabilities": [grant("eventsAcl", "WRITE")]}
        ).as_write()
    )
    assert may_of(identity_of("loaders", fake.world))("eventsAcl", "WRITE")


def test_unknown_identity_is_answered_with_the_near_miss():
    with pytest.raises(SettingsError) as caught:
        identity_of("raeder")
    assert str(caught.value) == "No identity is called 'raeder'.\nHint: did you mean 'reader'?"


def test_unknown_identity_is_answered_with_the_known_ones():
    with pytest.raises(SettingsError) as caught:
        identity_of("operator", FakeCdf().world)
    assert caught.value.hint == "use one of all, reader, or give a group in the seed"


@pytest.mark.parametrize(
    "wrong",
    [
        1,
        {},
        {"assetsAcl": ["READ"]},
        {"assetsAcl": {"actions": ["READ"]}},
        {"assetsAcl": {"actions": [[]], "scope": {}}},
    ],
)
def test_what_is_no_capability_is_refused(wrong):
    with pytest.raises(SettingsError) as caught:
        identity_of([wrong])
    assert caught.value.message == f"A capability is {wrong!r}."


def test_every_route_asks_for_a_capability_that_exists():
    from fn_emulator.cdf import routes

    for module in {*routes.MODULES.values()}:
        try:
            import_module(f"fn_emulator.cdf.api.{module}")
        except ModuleNotFoundError as exc:
            pytest.skip(str(exc))
    asked = {route.access for route in _routes(routes._ROOT) if route.access is not None}
    assert [one for one in asked if one.action not in ACTIONS.get(one.acl, "").split()] == []


def _routes(node):
    yield from node.by_method.values()
    for below in [*node.named.values(), *([node.placeholder] if node.placeholder else [])]:
        yield from _routes(below)


@pytest.fixture
def two_spaces(client):
    """Two spaces with a node in each, both called after the space."""
    dm = import_module("cognite.client.data_classes.data_modeling")
    client.data_modeling.spaces.apply([dm.SpaceApply("one"), dm.SpaceApply("two")])
    client.data_modeling.instances.apply([dm.NodeApply("one", "one"), dm.NodeApply("two", "two")])
    return dm


def test_spaces_that_no_grant_names_are_not_listed(fake, client, two_spaces):
    call_as(fake, grant("dataModelsAcl", "READ", spaceIdScope={"spaceIds": ["one"]}))
    assert [space.space for space in client.data_modeling.spaces.list()] == ["one"]


def test_instances_of_other_spaces_are_not_listed(fake, client, two_spaces):
    call_as(fake, grant("dataModelInstancesAcl", "READ", spaceIdScope={"spaceIds": ["one"]}))
    assert [node.external_id for node in client.data_modeling.instances.list("node")] == ["one"]


def test_instance_in_another_space_is_not_written(fake, client, two_spaces):
    call_as(fake, grant("dataModelInstancesAcl", "READ", "WRITE", spaceIdScope={"spaceIds": ["one"]}))
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.data_modeling.instances.apply(two_spaces.NodeApply("two", "new"))
    assert caught.value.code == 403
