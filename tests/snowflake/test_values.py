from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from fn_emulator.snowflake.field_values import field_value
from fn_emulator.snowflake.sql_type import parse_type
from fn_emulator.snowflake.times import MisfitError
from fn_emulator.snowflake.values import wire_value


class NotATime(datetime):
    """As pandas.NaT, which has no equal."""

    __eq__ = object.__ne__
    __ne__ = object.__eq__
    __hash__ = None


PACIFIC = timezone(timedelta(hours=-8))


@pytest.mark.parametrize(
    ("sql_type", "value", "expected"),
    [
        ("number", 12, 12),
        ("number", 12.0, 12),
        ("number", Decimal("1E+3"), 1000),
        ("number(38, 2)", 2, Decimal("2.00")),
        ("number(38, 2)", 0.1, Decimal("0.10")),
        ("number(38, 10)", Decimal("1234567890123456789012345678.0123456789"), ...),
        ("float", 3, 3.0),
        ("float", Decimal("0.1"), 0.1),
        ("boolean", True, True),
        ("varchar(3)", "äöü", "äöü"),
        ("varchar", "", ""),
        ("binary", "48656c6c6f", "48656C6C6F"),
        ("binary(5)", b"Hello", "48656C6C6F"),
        ("date", "2014-01-01", "2014-01-01"),
        ("date", date(2014, 1, 1), "2014-01-01"),
        ("time", "16:00", "16:00:00"),
        ("time", time(16, 0, 0, 500_000), "16:00:00"),
        ("timestamp", "2014-01-01T16:00:00", "2014-01-01 16:00:00"),
        ("timestamp", "2014-01-01", "2014-01-01 00:00:00"),
        ("timestamp", "2014-01-01 16:00:00.123456789", "2014-01-01 16:00:00.123"),
        ("timestamp", datetime(2014, 1, 1, 16, tzinfo=PACIFIC), "2014-01-01 16:00:00"),
        ("timestamp_tz", "2014-01-01 16:00:00 -0800", "Wed, 01 Jan 2014 16:00:00 -0800"),
        ("timestamp_tz", "Wed, 01 Jan 2014 16:00:00 -0800", "Wed, 01 Jan 2014 16:00:00 -0800"),
        ("timestamp_ltz", "2014-01-01T16:00Z", "Wed, 01 Jan 2014 16:00:00 +0000"),
        ("timestamp_ltz", datetime(2014, 1, 1, 16), "Wed, 01 Jan 2014 16:00:00 +0000"),  # noqa: DTZ001 - such values are given
        ("variant", {"a": [1, None]}, {"a": [1, None]}),
        ("variant", b"Hi", "4869"),
        ("object", {"a": date(2014, 1, 1)}, {"a": "2014-01-01"}),
        ("array", (1, 2), [1, 2]),
        ("number", None, None),
        ("array", None, None),
    ],
)
def test_a_value_is_sent_as_its_type_is(sql_type, value, expected):
    sent = wire_value(value, parse_type(sql_type, "it"))
    expected = value if expected is ... else expected
    assert (sent, type(sent), str(sent)) == (expected, type(expected), str(expected))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5),
        (Decimal("1.10"), Decimal("1.10")),
        (b"Hi", "4869"),
        (date(2014, 1, 1), "2014-01-01"),
        (datetime(2014, 1, 1, 16, tzinfo=PACIFIC), "Wed, 01 Jan 2014 16:00:00 -0800"),
        ([True, {"when": time(16)}], [True, {"when": "16:00:00"}]),
        (10**400, 10**400),
    ],
)
def test_without_a_type_a_value_is_what_it_is_in_sql(value, expected):
    assert wire_value(value, None) == expected


@pytest.mark.parametrize(
    ("sql_type", "value", "why"),
    [
        ("number", "12", "which is not a NUMBER(38,0)"),
        ("number", True, "which is not a NUMBER(38,0)"),
        ("number", math.nan, "which is not a NUMBER(38,0)"),
        ("number(3, 1)", 100, "which has more than 2 digits before the point, as NUMBER(3,1) allows"),
        ("number", 10**38, "which has more than 38 digits before the point, as NUMBER(38,0) allows"),
        ("number", 2.5, "which NUMBER(38,0) would round to 3"),
        ("float", "1", "which is not a FLOAT"),
        ("float", math.inf, "which JSON has no number for"),
        ("float", 10**400, "which JSON has no number for"),
        ("boolean", 1, "which is not a BOOLEAN"),
        ("varchar", 1, "which is not a VARCHAR"),
        ("varchar(2)", "abc", "which has 3 characters, more than VARCHAR(2) holds"),
        ("varchar", "\ud800", "which holds half of a surrogate pair, as no text in Snowflake does"),
        ("binary", "xyz", "which is not a BINARY"),
        ("binary", 7, "which is not a BINARY"),
        ("binary(1)", "4869", "which has 2 bytes, more than BINARY(1) holds"),
        ("date", "2014-02-30", "which is not a DATE"),
        ("date", "1.1.2014", "which is not a DATE"),
        ("date", datetime(2014, 1, 1, tzinfo=PACIFIC), "which is not a DATE"),
        ("time", "25:00", "which is not a TIME"),
        ("time", "noon", "which is not a TIME"),
        ("time", 16, "which is not a TIME"),
        ("timestamp", "yesterday", "which is not a TIMESTAMP_NTZ"),
        ("timestamp", NotATime(1, 1, 1), "which is not a TIMESTAMP_NTZ"),
        ("timestamp_tz", 0, "which is not a TIMESTAMP_TZ"),
        ("object", [1], "which is not an OBJECT"),
        ("array", {"a": 1}, "which is not an ARRAY"),
        ("variant", math.nan, "which JSON has no number for"),
        ("variant", Decimal("NaN"), "which JSON has no number for"),
        ("variant", {1: 2}, "which has the key 1, and keys are texts"),
        ("variant", [UUID(int=0)], "which is of type UUID and has no form in JSON"),
    ],
)
def test_a_value_of_another_type_is_refused(sql_type, value, why):
    with pytest.raises(MisfitError) as caught:
        wire_value(value, parse_type(sql_type, "it"))
    assert caught.value.why == why


def test_a_number_that_would_be_rounded_gets_a_type_that_holds_it():
    with pytest.raises(MisfitError) as caught:
        wire_value(59.325, parse_type("number(5, 2)", "it"))
    assert caught.value.hint == "write it as 59.33, or give the column another type, e.g. number(38, 3) or float"


@pytest.mark.parametrize(
    ("sql_type", "field", "expected"),
    [
        (
            "number(38, 20)",
            "-123456789012345678.00000000000000000001",
            Decimal("-123456789012345678.00000000000000000001"),
        ),
        ("number", " 7 ", 7),
        ("float", ".5e1", 5.0),
        ("boolean", "Yes", True),
        ("boolean", "0", False),
        ("varchar", " 7 ", " 7 "),
        ("date", "2014-01-01", "2014-01-01"),
        ("variant", '{"a": 1}', {"a": 1}),
        ("variant", "7", 7),
        ("array", "[1]", [1]),
        ("number", None, None),
    ],
)
def test_a_field_of_csv_is_read_as_its_type_is(sql_type, field, expected):
    assert field_value(field, parse_type(sql_type, "it")) == expected


def test_a_field_of_csv_without_a_type_is_text():
    assert field_value("007", None) == "007"


@pytest.mark.parametrize(
    ("sql_type", "field", "why"),
    [
        ("number", "seven", "which is not a NUMBER(38,0)"),
        ("float", "nan", "which is not a FLOAT"),
        ("boolean", "maybe", "which is not a BOOLEAN"),
        ("variant", "Alex", "which is not JSON"),
    ],
)
def test_a_field_of_csv_that_is_no_value_of_its_type_is_refused(sql_type, field, why):
    with pytest.raises(MisfitError) as caught:
        field_value(field, parse_type(sql_type, "it"))
    assert caught.value.why == why
