"""Our layout of the datapoint messages against the definitions that ship with the SDK of this environment."""

import pytest

from fn_emulator.cdf.datapoints.message_types import MESSAGES, SERIES_TYPES

requests = pytest.importorskip("cognite.client._proto.data_point_insertion_request_pb2", reason="needs the SDK")
responses = pytest.importorskip("cognite.client._proto.data_point_list_response_pb2", reason="needs the SDK")
points = pytest.importorskip("cognite.client._proto.data_points_pb2", reason="needs the SDK")

TYPES = {1: "double", 3: "int64", 8: "bool", 9: "string", 14: "enum"}
THEIRS = {
    name: message
    for module in (requests, responses, points)
    for name, message in module.DESCRIPTOR.message_types_by_name.items()
}


@pytest.mark.parametrize("name", THEIRS)
def test_every_field_of_the_sdk_is_laid_out(name):
    ours = {field.name: (number, field.type) for number, field in MESSAGES[name].items()}
    for field in THEIRS[name].fields:
        number, kind = ours[field.name]
        expected = TYPES.get(field.type) or field.message_type.name
        assert number == field.number
        assert kind == expected or (kind == "bytes" and field.type == 11)


def test_series_types_are_those_of_the_sdk():
    theirs = responses.DESCRIPTOR.enum_types_by_name.get("TimeSeriesType")
    if theirs is None:
        pytest.skip("this SDK is older than the enumeration")
    names = {value.number: value.name.removeprefix("TIMESERIES_TYPE_").lower() for value in theirs.values}
    assert names == {0: "unspecified", **SERIES_TYPES}
