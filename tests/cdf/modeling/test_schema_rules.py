from __future__ import annotations

from typing import Any

import pytest

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.schema_rules import check_container, check_data_model, check_space, check_view

TEXT = {"type": {"type": "text"}}


def container(**more: Any) -> dict[str, Any]:
    return {"space": "s", "externalId": "C", "properties": {"p": TEXT}, **more}


def test_space_is_stored_with_its_captions():
    assert check_space({"space": "my-space_1", "name": "Mine"}) == {
        "space": "my-space_1",
        "name": "Mine",
        "isGlobal": False,
    }


@pytest.mark.parametrize("space", ["1a", "a b", "a" * 44, "", None, "cdf", "node", "ä"])
def test_space_id_must_match_the_pattern_and_not_be_reserved(space):
    with pytest.raises(CdfError, match=r"^The space .* (does not match the pattern|is reserved)"):
        check_space({"space": space})


def test_container_gets_the_fields_that_the_api_returns():
    assert check_container(container(properties={"p": {**TEXT, "nullable": False}})) == {
        "space": "s",
        "externalId": "C",
        "usedFor": "node",
        "properties": {
            "p": {
                "type": {"type": "text", "list": False, "collation": "ucs_basic"},
                "nullable": False,
                "autoIncrement": False,
                "immutable": False,
                "constraintState": {"nullability": "current"},
            }
        },
        "constraints": {},
        "indexes": {},
        "isGlobal": False,
    }


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"properties": {}}, "A container must have 1 to 100 properties. Got 0."),
        ({"externalId": "String"}, "The externalId of the container 'String' is reserved."),
        ({"usedFor": "graph"}, "The usedFor of the container must be one of node, edge, all. Got 'graph'."),
        ({"properties": {"space": TEXT}}, "The property 'space' is reserved."),
        (
            {"properties": {"p": {"type": {"type": "date", "list": 1}}}},
            "The list of property 'p' must be a boolean. Got 1.",
        ),
        (
            {"properties": {"p": {"type": {"type": "text", "maxListSize": 3}}}},
            "The property 'p' has a maxListSize, but is no list.",
        ),
        (
            {"properties": {"p": {**TEXT, "autoIncrement": True}}},
            "The property 'p' is text, which cannot have autoIncrement.",
        ),
        (
            {"properties": {"p": {"type": {"type": "enum", "values": {}}}}},
            "The enum 'p' must have 1 to 32 values. Got 0.",
        ),
        (
            {"indexes": {"i": {"indexType": "btree", "properties": ["q"]}}},
            "The index 'i' names the property 'q', which the container does not have.",
        ),
        (
            {"constraints": {"c": {"constraintType": "unique"}}},
            "The constraintType of 'c' must be one of uniqueness, requires. Got 'unique'.",
        ),
    ],
)
def test_container_that_is_wrong_is_refused(wrong, message):
    with pytest.raises(CdfError) as caught:
        check_container(container(**wrong))
    assert caught.value.message == message


def test_unknown_type_is_refused_with_the_known_ones():
    with pytest.raises(
        CdfError, match=r"The type of property 'p' must be one of boolean, date, direct, .* Got 'string'."
    ):
        check_container(container(properties={"p": {"type": {"type": "string"}}}))


def test_default_value_must_be_of_the_type():
    with pytest.raises(CdfError, match=r"The value of property 'p' must be an integer .* Got value 'x'."):
        check_container(container(properties={"p": {"type": {"type": "int32"}, "defaultValue": "x"}}))


def test_constraints_and_indexes_hold_at_once():
    stored = check_container(
        container(
            constraints={"one": {"constraintType": "uniqueness", "properties": ["p"]}},
            indexes={"quick": {"indexType": "btree", "properties": ["p"], "cursorable": True}},
        )
    )
    assert stored["constraints"]["one"]["state"] == stored["indexes"]["quick"]["state"] == "current"
    assert stored["indexes"]["quick"]["cursorable"] is True


@pytest.mark.parametrize("version", ["", "v 1", "-1", "1" * 44, 1])
def test_version_must_match_the_pattern(version):
    with pytest.raises(CdfError, match=r"^The version .* does not match the pattern"):
        check_view({"space": "s", "externalId": "V", "version": version})


MAPPED = {"container": {"space": "s", "externalId": "C"}, "containerPropertyIdentifier": "p"}
VIEW = {"space": "s", "externalId": "V", "version": "1"}


@pytest.mark.parametrize(
    ("check", "sent", "message"),
    [
        (check_view, {**VIEW, "properties": {f"p{n}": MAPPED for n in range(301)}}, "at most 300 properties. Got 301."),
        (check_view, {**VIEW, "implements": [VIEW] * 11}, "must implement at most 10 views. Got 11."),
        (check_data_model, {**VIEW, "views": [VIEW] * 101}, "must have at most 100 views. Got 101."),
        (check_space, {"space": "s", "name": "n" * 256}, "The name of the space must be a string of at most 255"),
        (
            check_container,
            container(properties={"p": {"type": {"type": "text", "maxTextSize": 0}}}),
            "is out of range. Got 0.",
        ),
        (check_container, container(properties={"p": {"type": {"type": "date", "maxTextSize": 1}}}), "but is no text."),
    ],
)
def test_sizes_are_limited(check, sent, message):
    with pytest.raises(CdfError) as caught:
        check(sent)
    assert message in caught.value.message


def test_connection_without_its_kind_is_one_to_many_edges():
    edge = {"type": {"space": "t", "externalId": "e"}, "source": VIEW, "edgeSource": VIEW}
    stored = check_view({**VIEW, "properties": {"p": edge}})["properties"]["p"]
    assert (stored["connectionType"], stored["direction"]) == ("multi_edge_connection", "outwards")
    assert stored["edgeSource"]["type"] == "view"


def test_list_has_no_default():
    listed = {"type": {"type": "text", "list": True}, "defaultValue": ["a"]}
    with pytest.raises(CdfError, match=r"The property 'p' is a list, which cannot have a defaultValue."):
        check_container(container(properties={"p": listed}))


def test_view_property_must_map_or_connect():
    with pytest.raises(CdfError, match=r"The connectionType of property 'p' is 'many', which is none."):
        check_view({"space": "s", "externalId": "V", "version": "1", "properties": {"p": {"connectionType": "many"}}})
    with pytest.raises(CdfError, match=r"container of property 'p' is None, which is no reference to a container."):
        check_view({"space": "s", "externalId": "V", "version": "1", "properties": {"p": {}}})


def test_data_model_refers_to_views():
    view = {"type": "view", "space": "s", "externalId": "V", "version": "1"}
    sent = {"space": "s", "externalId": "M", "version": "1", "views": [view]}
    assert check_data_model(sent)["views"] == [view]
    with pytest.raises(CdfError, match=r"refers to a view whose version is None, which is not a text."):
        check_data_model({**sent, "views": [{"space": "s", "externalId": "V"}]})
