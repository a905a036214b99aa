from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.instances import apply_item
from fn_emulator.cdf.modeling.rendering import read_sources, render, show_typing
from fn_emulator.cdf.modeling.rows import unique_keys
from fn_emulator.cdf.modeling.schema_rules import check_container

EQUIPMENT = ("plant", "Equipment")
VIEW = {"type": "view", "space": "plant", "externalId": "Equipment", "version": "v1"}
PUMP_VIEW = {**VIEW, "externalId": "Pump"}
PUMP_CONTAINER = {"type": "container", "space": "plant", "externalId": "Pump"}


def item(properties: dict[str, Any], source: dict[str, Any] = VIEW, **more: Any) -> dict[str, Any]:
    sources = [{"source": source, "properties": properties}]
    return {"instanceType": "node", "space": "data", "externalId": "p1", "sources": sources, **more}


def test_new_node_has_defaults_version_and_times(schema):
    applied = apply_item(item({"name": "P1", "made": "2024-01-01T00:00:00Z"}), None, schema, 5)
    assert applied.was_modified
    assert applied.instance == {
        "instanceType": "node",
        "space": "data",
        "externalId": "p1",
        "version": 1,
        "createdTime": 5,
        "lastUpdatedTime": 5,
        "properties": {EQUIPMENT: {"name": "P1", "made": "2024-01-01T00:00:00.000+00:00", "count": 7}},
    }


def test_patch_changes_what_is_given_and_adds_a_version(schema, node):
    before = node("p1", pressure=1.5, kind="wet")
    after = apply_item(item({"pressure": 2, "kind": None}), before, schema, 2000).instance
    assert after["properties"][EQUIPMENT] == {"name": "p1", "pressure": 2.0, "count": 7}
    assert (after["version"], after["createdTime"], after["lastUpdatedTime"]) == (2, 1000, 2000)
    assert before["properties"][EQUIPMENT]["kind"] == "wet"


def test_same_values_again_change_nothing(schema, node):
    before = node("p1", pressure=1.5)
    applied = apply_item(item({"pressure": 1.5}), before, schema, 2000)
    assert not applied.was_modified
    assert applied.instance is before


def test_true_is_not_one_in_json(schema, node):
    before = node("p1", data={"on": 1})
    assert apply_item(item({"data": {"on": True}}), before, schema, 2000).was_modified


def test_instance_keeps_its_kind(schema, node):
    sent = {**item({}), "instanceType": "edge"}
    with pytest.raises(CdfError, match=r"The edge 'data:p1' cannot be written: it is a node already."):
        apply_item(sent, node("p1"), schema, 5)


def test_existing_version_must_be_a_number(schema):
    with pytest.raises(CdfError, match=r"The existingVersion must be an integer. Got '1'."):
        apply_item(item({"name": "n"}, existingVersion="1"), None, schema, 5)


def test_replace_resets_what_is_left_out(schema, node):
    before = node("p1", pressure=1.5, count=3)
    after = apply_item(item({"name": "P1"}), before, schema, 2000, replace=True).instance
    assert after["properties"][EQUIPMENT] == {"name": "P1", "count": 7}


def test_replace_through_a_view_resets_every_container_that_it_maps(schema, node):
    before = node("p1", rate=3.5)
    after = apply_item(item({"name": "P1"}, PUMP_VIEW), before, schema, 2000, replace=True).instance
    assert after["properties"][("plant", "Pump")] == {}


def test_required_property_must_be_given_once(schema, node):
    with pytest.raises(CdfError) as caught:
        apply_item(item({"pressure": 1}), None, schema, 5)
    assert caught.value.message == (
        "The property 'name' of the container 'plant:Equipment' is required, but was not given a value."
    )
    assert apply_item(item({"pressure": 1}), node("p1"), schema, 5).was_modified


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"colour": 1}, "'plant:Pump/v1' has no property 'colour'."),
        ({"flowsTo": []}, "The property 'flowsTo' of 'plant:Pump/v1' is a connection, which cannot be written."),
        ({"name": 5}, "The value of property 'name' must be a string of at most .* Got value '5'."),
    ],
)
def test_property_that_does_not_fit_is_refused(schema, properties, message):
    with pytest.raises(CdfError, match=message):
        apply_item(item(properties, PUMP_VIEW), None, schema, 5)


def test_immutable_property_keeps_its_first_value(schema, node):
    before = node("p1", serial="A")
    assert apply_item(item({"serial": "A"}), before, schema, 5).was_modified is False
    with pytest.raises(CdfError, match=r"The property 'serial' of the container 'plant:Equipment' is immutable"):
        apply_item(item({"serial": "B"}), before, schema, 5)


@pytest.mark.parametrize(("version", "is_conflict"), [(None, False), (0, True), (1, False), (2, False)])
def test_existing_version_guards_against_newer_ones(schema, node, version, is_conflict):
    sent = item({"pressure": 9}, existingVersion=version)
    if not is_conflict:
        assert apply_item(sent, node("p1"), schema, 5).instance["version"] == 2
        return
    with pytest.raises(CdfError) as caught:
        apply_item(sent, node("p1"), schema, 5)
    assert (caught.value.status, caught.value.message) == (400, "A version conflict caused the ingest to fail.")


def test_conflicting_item_can_be_skipped(schema, node):
    before = node("p1")
    applied = apply_item(item({}, existingVersion=0), before, schema, 5, skip_on_version_conflict=True)
    assert (applied.instance, applied.was_modified, applied.is_skipped) == (before, False, True)


def test_edge_must_have_type_and_ends(schema, edge):
    with pytest.raises(CdfError, match=r"The edge 'data:e' must have a type."):
        apply_item({"instanceType": "edge", "space": "data", "externalId": "e"}, None, schema, 5)
    assert edge("a", "b")["endNode"] == {"space": "data", "externalId": "b"}


def test_container_for_edges_refuses_nodes(schema):
    flow = {"type": "container", "space": "plant", "externalId": "Flow"}
    with pytest.raises(CdfError, match=r"The container 'plant:Flow' is used for edges; a node cannot have data in it."):
        apply_item(item({"volume": 1}, flow), None, schema, 5)


def test_required_container_must_have_data(schema):
    with pytest.raises(
        CdfError, match=r"'isEquipment' of the container 'plant:Pump' requires data in .*'plant:Equipment'"
    ):
        apply_item(item({"rate": 1}, PUMP_CONTAINER), None, schema, 5)


def test_all_containers_of_a_view_get_data(schema):
    applied = apply_item(item({"name": "n"}, PUMP_VIEW), None, schema, 5)
    assert applied.instance["properties"]["plant", "Pump"] == {}


def test_relations_of_an_item_are_told(schema):
    site, other = {"space": "data", "externalId": "s"}, {"space": "data", "externalId": "o"}
    sent = item({"name": "n", "site": site, "neighbours": [other, site], "data": {"space": "x", "externalId": "y"}})
    assert apply_item(sent, None, schema, 5).relations == (("data", "s"), ("data", "o"))


def test_type_of_a_node_stays_until_it_is_null(schema, node):
    kind = {"space": "types", "externalId": "pump"}
    typed = apply_item(item({}, type=kind), node("p1"), schema, 5).instance
    assert apply_item(item({"pressure": 1}), typed, schema, 5).instance["type"] == kind
    assert "type" not in apply_item(item({}, type=None), typed, schema, 5).instance


def test_numbers_count_up_where_the_property_says_so(schema):
    counted = {"type": {"type": "int64"}, "autoIncrement": True}
    container = check_container({"space": "s", "externalId": "C", "properties": {"n": counted}})
    made = schema._replace(container={("s", "C"): container}.get)
    reference = {"type": "container", "space": "s", "externalId": "C"}
    applied = apply_item(item({}, reference), None, made, 5, next_number=lambda *_: 8)
    assert applied.instance["properties"] == {("s", "C"): {"n": 8}}


def test_uniqueness_is_a_key_of_the_values(schema):
    held = {"type": {"type": "text"}}
    unique = {"constraintType": "uniqueness", "properties": ["a", "b"]}
    container = check_container(
        {"space": "s", "externalId": "C", "properties": {"a": held, "b": held}, "constraints": {"one": unique}}
    )
    made = schema._replace(container={("s", "C"): container}.get)
    assert list(unique_keys({("s", "C"): {"a": "x"}}, made, "data")) == []
    (first,) = unique_keys({("s", "C"): {"a": "x", "b": "y"}}, made, "data")
    (second,) = unique_keys({("s", "C"): {"b": "y", "a": "x"}}, made, "other")
    assert first == second


def test_instance_is_shown_through_sources_with_data(schema, node):
    sources = read_sources(
        [{"source": VIEW}, {"source": {**VIEW, "externalId": "Pump"}, "properties": ["rate"]}], schema
    )
    assert render(node("p1", rate=2.0), sources)["properties"] == {
        "plant": {"Equipment/v1": {"name": "p1", "count": 7}, "Pump/v1": {"rate": 2.0}}
    }
    assert render(node("p1"), sources[1:])["properties"] == {}
    assert render(node("p1"), [])["properties"] == {}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"properties": ["name"]}, "A source must be an object with 'source'."),
        ({"source": VIEW, "properties": ["colour"]}, "'plant:Equipment/v1' has no property 'colour'."),
        ({"source": VIEW, "properties": "name"}, "The properties of a source must be an array. Got 'name'."),
        ({"source": VIEW, "targetUnits": [{}]}, "The in-memory CDF does not convert units"),
    ],
)
def test_source_that_is_wrong_is_refused(schema, source, message):
    with pytest.raises(CdfError) as caught:
        read_sources([source], schema)
    assert message in caught.value.message


def test_container_is_a_source_too(schema, node):
    sources = read_sources([{"source": {"type": "container", "space": "plant", "externalId": "Pump"}}], schema)
    assert render(node("p1", rate=2.0), sources)["properties"] == {"plant": {"Pump": {"rate": 2.0}}}


def test_typing_describes_the_selected_properties(schema):
    sources = read_sources([{"source": VIEW, "properties": ["count"]}], schema)
    assert show_typing(sources, schema)["plant"]["Equipment/v1"]["count"]["type"] == {"type": "int32", "list": False}


values = st.fixed_dictionaries(
    {"name": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)},
    optional={
        "pressure": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "tags": st.none() | st.lists(st.sampled_from("abc")),
        "isOn": st.none() | st.booleans(),
        "kind": st.none() | st.sampled_from(["wet", "dry"]),
    },
)


@given(first=values, second=values, replace=st.booleans())
def test_an_item_written_twice_is_written_once(schema, first, second, replace):
    before = apply_item(item(first), None, schema, 1).instance
    once = apply_item(item(second), before, schema, 2, replace=replace).instance
    twice = apply_item(item(second), once, schema, 3, replace=replace)
    assert not twice.was_modified
    assert twice.instance is once
