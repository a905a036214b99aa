from __future__ import annotations

from typing import Any

import pytest

from fn_emulator.cdf.contract import CdfError
from fn_emulator.cdf.modeling.property_types import store_value


def stored(kind: str, value: Any, **more: Any) -> Any:
    return store_value("p", {"type": {"type": kind, **more}}, value)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "Grüße", "Grüße"),
        ("boolean", False, False),
        ("int32", -(2**31), -(2**31)),
        ("int64", 2**63 - 1, 2**63 - 1),
        ("float32", 1, 1.0),
        ("float64", -0.5, -0.5),
        ("timestamp", "2024-01-31T12:00:00.5+01:00", "2024-01-31T11:00:00.500+00:00"),
        ("timestamp", "2024-01-31T12:00:00", "2024-01-31T12:00:00.000+00:00"),
        ("timestamp", "2024-01-31T12:00:00-0230", "2024-01-31T14:30:00.000+00:00"),
        ("timestamp", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000+00:00"),
        ("date", "2024-02-29", "2024-02-29"),
        ("json", {"a": [1, None]}, {"a": [1, None]}),
        ("direct", {"space": "s", "externalId": "x", "type": "node"}, {"space": "s", "externalId": "x"}),
        ("timeseries", "ts-1", "ts-1"),
    ],
)
def test_value_of_the_type_is_stored(kind, value, expected):
    assert stored(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 5),
        ("text", "a\0b"),
        ("text", "\ud800"),
        ("text", "x" * (128 * 1024 + 1)),
        ("boolean", 1),
        ("int32", 2**31),
        ("int32", True),
        ("int32", 5.0),
        ("int64", -(2**63) - 1),
        ("float32", 1e39),
        ("float64", float("nan")),
        ("float64", 10**400),
        ("float64", "1"),
        ("timestamp", "2024-02-30T00:00:00Z"),
        ("timestamp", "2024-01-31"),
        ("timestamp", "2024-01-31T12:00:00.1234Z"),
        ("timestamp", "0001-01-01T00:00:00+01:00"),
        ("date", "2023-02-29"),
        ("date", "2023-2-9"),
        ("json", "x" * 50_000),
        ("direct", {"space": "s"}),
        ("direct", "s:x"),
        ("file", ""),
    ],
)
def test_value_of_another_type_is_refused(kind, value):
    with pytest.raises(CdfError, match=r"^The value of property 'p' must be ") as caught:
        stored(kind, value)
    assert caught.value.status == 400


def test_refused_timestamp_is_explained_in_the_platforms_words():
    with pytest.raises(CdfError) as caught:
        store_value("sourceUpdatedTime", {"type": {"type": "timestamp"}}, 1740839823145)
    assert caught.value.message == (
        "The value of property 'sourceUpdatedTime' must be a string in the format "
        "'YYYY-MM-DDTHH:MM:SS[.millis][Z|time zone]' with optional milliseconds having precision of 1-3 decimal digits "
        "and optional timezone with format ±HH:MM, ±HHMM, ±HH or Z, where Z represents UTC, Year must be between 0001 "
        "and 9999. Got value '1740839823145'."
    )


def test_text_has_a_largest_size_in_bytes():
    assert stored("text", "aé", maxTextSize=3) == "aé"
    with pytest.raises(CdfError, match=r"must be a string of at most 3 bytes. Got value 'éé'."):
        stored("text", "éé", maxTextSize=3)


def test_enum_takes_its_values_only():
    assert stored("enum", "wet", values={"wet": {}}) == "wet"
    with pytest.raises(CdfError, match=r"must be one of 'wet'. Got value 'dry'."):
        stored("enum", "dry", values={"wet": {}})


def test_list_is_checked_element_by_element():
    assert stored("int32", [1, 2], list=True) == [1, 2]
    with pytest.raises(CdfError, match=r"Got value 'x'"):
        stored("int32", [1, "x"], list=True)
    with pytest.raises(CdfError, match=r"must be a list of int32 values. Got value '1'."):
        stored("int32", 1, list=True)


@pytest.mark.parametrize(
    ("kind", "more", "most"), [("int32", {}, 1000), ("int32", {"maxListSize": 3}, 3), ("direct", {}, 100)]
)
def test_list_has_a_largest_size(kind, more, most):
    value = {"space": "s", "externalId": "x"} if kind == "direct" else 1
    assert len(stored(kind, [value] * most, list=True, **more)) == most
    with pytest.raises(CdfError, match=f"must have at most {most} elements. Got {most + 1} elements."):
        stored(kind, [value] * (most + 1), list=True, **more)


def test_null_is_refused_where_the_property_is_not_nullable():
    assert stored("text", None) is None
    with pytest.raises(CdfError, match=r"must not be null"):
        store_value("p", {"type": {"type": "text"}, "nullable": False}, None)
