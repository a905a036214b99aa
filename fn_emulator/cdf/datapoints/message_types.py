"""The layout of CDF's datapoint messages: field numbers, names and types.

From the definitions that ship with the SDK (``cognite/client/_proto``); a test compares them with every SDK at hand.
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One field of a message.

    Attributes:
        name: Its name, as in JSON.
        type: ``int64``, ``double``, ``string``, ``bool``, ``enum``, ``bytes`` (a message that is left undecoded), or
            the name of a message.
        is_repeated: Whether it is a list.
    """

    name: str
    type: str
    is_repeated: bool = False


AGGREGATES = (
    ("average", 2),
    ("max", 3),
    ("min", 4),
    ("count", 5),
    ("sum", 6),
    ("interpolation", 7),
    ("stepInterpolation", 8),
    ("continuousVariance", 9),
    ("discreteVariance", 10),
    ("totalVariation", 11),
    ("countGood", 12),
    ("countUncertain", 13),
    ("countBad", 14),
    ("durationGood", 15),
    ("durationUncertain", 16),
    ("durationBad", 17),
)
_STATE_COUNTS = ("count", "countGood", "countUncertain", "countBad", "durationGood", "durationUncertain", "durationBad")
_TIME = Field("timestamp", "int64")
_STATUS = Field("status", "Status")
_NUMBER = Field("numericValue", "int64")
_TEXT = Field("stringValue", "string")
_STATES = Field("stateAggregates", "StateAggregate", is_repeated=True)
_REFERENCE = {1: Field("id", "int64"), 2: Field("externalId", "string")}

MESSAGES: dict[str, dict[int, Field]] = {
    "Status": {1: Field("code", "int64"), 2: Field("symbol", "string")},
    "InstanceId": {1: Field("space", "string"), 2: Field("externalId", "string")},
    "NumericDatapoint": {1: _TIME, 2: Field("value", "double"), 3: _STATUS, 4: Field("nullValue", "bool")},
    "StringDatapoint": {1: _TIME, 2: Field("value", "string"), 3: _STATUS, 4: Field("nullValue", "bool")},
    "StateDatapoint": {1: _TIME, 2: _NUMBER, 3: _TEXT, 4: _STATUS},
    "StateDatapointValue": {1: _NUMBER, 2: _TEXT},
    "StateAggregate": {
        1: _NUMBER,
        2: _TEXT,
        3: Field("stateCount", "int64"),
        4: Field("stateTransitions", "int64"),
        5: Field("stateDuration", "int64"),
    },
    "AggregateDatapoint": {
        1: _TIME,
        **{number: Field(name, "double") for name, number in AGGREGATES},
        18: Field("maxDatapoint", "NumericDatapoint"),
        19: Field("minDatapoint", "NumericDatapoint"),
        20: _STATES,
    },
    "StateAggregateDatapoint": {
        1: _TIME,
        **{number: Field(name, "double") for number, name in enumerate(_STATE_COUNTS, start=2)},
        9: Field("interpolation", "StateDatapointValue"),
        10: Field("stepInterpolation", "StateDatapointValue"),
        11: _STATES,
    },
    **{
        f"{name}s": {1: Field("datapoints", name, is_repeated=True)}
        for name in (
            "NumericDatapoint",
            "StringDatapoint",
            "StateDatapoint",
            "AggregateDatapoint",
            "StateAggregateDatapoint",
        )
    },
    "DataPointInsertionItem": {
        **_REFERENCE,
        5: Field("instanceId", "InstanceId"),
        3: Field("numericDatapoints", "bytes"),
        4: Field("stringDatapoints", "bytes"),
        6: Field("stateDatapoints", "bytes"),
    },
    "DataPointInsertionRequest": {1: Field("items", "DataPointInsertionItem", is_repeated=True)},
    "DataPointListItem": {
        **_REFERENCE,
        11: Field("instanceId", "InstanceId"),
        6: Field("isString", "bool"),
        7: Field("isStep", "bool"),
        8: Field("unit", "string"),
        9: Field("nextCursor", "string"),
        10: Field("unitExternalId", "string"),
        12: Field("type", "enum"),
        3: Field("numericDatapoints", "bytes"),
        4: Field("stringDatapoints", "bytes"),
        5: Field("aggregateDatapoints", "bytes"),
        15: Field("stateAggregateDatapoints", "bytes"),
        13: Field("stateDatapoints", "bytes"),
    },
    "DataPointListResponse": {1: Field("items", "DataPointListItem", is_repeated=True)},
}

SERIES_TYPES = {1: "numeric", 2: "string", 3: "state"}
"""The enumeration ``TimeSeriesType``; 0 is "unspecified" and left away."""

DATA_FIELDS = (
    "numericDatapoints",
    "stringDatapoints",
    "aggregateDatapoints",
    "stateAggregateDatapoints",
    "stateDatapoints",
)
"""The fields of an item of which it holds one at most (``oneof datapointType``)."""
