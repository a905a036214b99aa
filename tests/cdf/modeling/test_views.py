from __future__ import annotations

import pytest

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.schema_rules import check_container, check_view
from fn_emulator.cdf.modeling.views import make_schema, resolve_view, show_view

PUMP = ("plant", "Pump", "v1")


def test_inherited_properties_come_first_and_own_ones_override(schema):
    pump = schema.view(PUMP)
    assert list(pump.properties)[:2] == ["name", "tags"]
    assert pump.mapped["name"] == (("plant", "Equipment"), "name")
    assert pump.mapped["tags"] == (("plant", "Pump"), "label")


def test_mapped_property_has_the_type_of_its_container(schema):
    assert schema.view(PUMP).properties["count"] == {
        "container": {"type": "container", "space": "plant", "externalId": "Equipment"},
        "containerPropertyIdentifier": "count",
        "type": {"type": "int32", "list": False},
        "nullable": True,
        "autoIncrement": False,
        "immutable": False,
        "defaultValue": 7,
        "constraintState": {},
    }


def test_source_of_a_direct_relation_is_shown_in_its_type(schema):
    site = schema.view(PUMP).properties["site"]
    assert site["type"]["source"]["externalId"] == "Equipment"
    assert "source" not in site


def test_connections_hold_no_values(schema):
    pump = schema.view(PUMP)
    assert pump.properties["flowsTo"]["direction"] == "outwards"
    assert "flowsTo" not in pump.mapped
    assert "parts" not in pump.mapped


def test_view_as_the_api_shows_it(schema):
    own = {"space": "plant", "externalId": "Pump", "version": "v1", "properties": {"rate": {}}, "isGlobal": False}
    shown = show_view(own, schema.view(PUMP), inherited=False)
    assert list(shown["properties"]) == ["rate"]
    assert (shown["usedFor"], shown["writable"], shown["queryable"]) == ("node", True, True)
    assert [one["externalId"] for one in shown["mappedContainers"]] == ["Equipment", "Pump"]
    assert "name" in show_view(own, schema.view(PUMP))["properties"]


def test_view_without_a_required_property_is_not_writable():
    held = {"type": {"type": "text"}}
    container = check_container(
        {"space": "s", "externalId": "C", "properties": {"a": {**held, "nullable": False}, "b": held}}
    )
    reference = {"type": "container", "space": "s", "externalId": "C"}
    view = check_view({
        "space": "s", "externalId": "V", "version": "1",
        "properties": {"b": {"container": reference, "containerPropertyIdentifier": "b"}},
    })  # fmt: skip
    schema = make_schema({("s", "C"): container}.get, {("s", "V", "1"): view}.get)
    assert schema.view(("s", "V", "1")).is_writable is False


@pytest.mark.parametrize(
    ("mapped", "message"),
    [
        (
            {"a": ("Equipment", "colour")},
            "maps 'colour' of the container 'plant:Equipment', which has no such property.",
        ),
        ({"a": ("Valve", "name")}, "One or more containers do not exist: 'plant:Valve'"),
        ({"a": ("Equipment", "name"), "b": ("Flow", "volume")}, "no instance can have data in both."),
    ],
)
def test_view_that_maps_what_is_not_there_is_refused(schema, mapped, message):
    properties = {
        name: {"container": {"space": "plant", "externalId": container}, "containerPropertyIdentifier": held}
        for name, (container, held) in mapped.items()
    }
    view = check_view({"space": "s", "externalId": "V", "version": "1", "properties": properties})
    with pytest.raises(CdfError) as caught:
        resolve_view(view, schema.container, {}.get)
    assert message in caught.value.message


def test_view_that_is_not_there_is_the_platforms_400(schema):
    with pytest.raises(CdfError) as caught:
        schema.view(("plant", "Valve", "v1"))
    assert (caught.value.status, caught.value.message) == (400, "One or more views do not exist: 'plant:Valve/v1'")


def test_views_cannot_implement_each_other():
    def view(name: str, parent: str):
        above = {"type": "view", "space": "s", "externalId": parent, "version": "1"}
        return check_view({"space": "s", "externalId": name, "version": "1", "implements": [above]})

    views = {("s", "A", "1"): view("A", "B"), ("s", "B", "1"): view("B", "A")}
    with pytest.raises(CdfError, match=r"in a circle: s:A/1 -> s:B/1 -> s:A/1."):
        make_schema({}.get, views.get).view(("s", "A", "1"))
