from __future__ import annotations

import pytest

from fn_emulator.errors import SettingsError
from fn_emulator.snowflake.signature import Argument, Signature, parse_signature
from fn_emulator.snowflake.sql_type import (
    ARRAY,
    BINARY,
    BOOLEAN,
    FLOAT,
    NUMBER,
    TIMESTAMP_LTZ,
    TIMESTAMP_NTZ,
    TIMESTAMP_TZ,
    VARCHAR,
    VARIANT,
    SqlType,
    parse_type,
)

EXAMPLE = "write what follows CREATE EXTERNAL FUNCTION, e.g. 'geo(number, varchar) returns variant'"


def test_a_signature_has_a_name_arguments_and_a_returned_type():
    expected = Signature("GEO", (Argument(None, NUMBER), Argument(None, VARCHAR)), VARIANT)
    assert parse_signature("geo(number, varchar) returns variant") == expected


def test_arguments_have_names_as_snowflake_keeps_them():
    signature = parse_signature('Geo(N Number(38,0), "Postal Code" varchar(10)) RETURNS Variant NOT NULL;')
    assert [(one.name, str(one.type)) for one in signature.arguments] == [
        ("N", "NUMBER(38,0)"),
        ("Postal Code", "VARCHAR(10)"),
    ]
    assert signature.is_not_null


def test_a_signature_needs_no_name_and_no_arguments():
    assert parse_signature("() returns int") == Signature("REMOTE_FUNCTION", (), NUMBER)


@pytest.mark.parametrize(
    ("text", "name"),
    [("db.public.geo(int) returns int", "GEO"), ('"my ""geo"""(int) returns int', 'my "geo"')],
)
def test_a_name_stands_without_database_and_quotes(text, name):
    assert parse_signature(text).name == name


def test_null_after_the_type_allows_null():
    assert not parse_signature("geo(int) returns varchar null").is_not_null


def test_a_type_may_also_be_the_name_of_an_argument():
    (date, precise) = parse_signature("f(date date, precise double precision) returns int").arguments
    assert (date.name, date.type.name, precise.name, precise.type) == ("DATE", "DATE", "PRECISE", FLOAT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decimal(10, 2)", SqlType("NUMBER", precision=10, scale=2)),
        ("numeric(10)", SqlType("NUMBER", precision=10, scale=0)),
        ("BigInt", NUMBER),
        ("float8", FLOAT),
        ("double  precision", FLOAT),
        ("boolean", BOOLEAN),
        ("string", VARCHAR),
        ("text(7)", SqlType("VARCHAR", length=7)),
        ("char", SqlType("VARCHAR", length=1)),
        ("char varying(7)", SqlType("VARCHAR", length=7)),
        ("varbinary", BINARY),
        ("datetime", TIMESTAMP_NTZ),
        ("timestamp", TIMESTAMP_NTZ),
        ("timestamp_ltz(9)", TIMESTAMP_LTZ),
        ("timestamp(9) with time zone", TIMESTAMP_TZ),
        ("array", ARRAY),
    ],
)
def test_a_type_has_synonyms(text, expected):
    assert parse_type(text, "it") == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("geo", "--signature 'geo' has no list of arguments.", EXAMPLE),
        ("geo(int", "--signature 'geo(int' has a bracket that is not closed.", EXAMPLE),
        ("geo(int)) returns int", "--signature 'geo(int)) returns int' has a bracket too many.", EXAMPLE),
        ("geo(int)", "--signature 'geo(int)' does not say what the function returns.", EXAMPLE),
        ("1geo(int) returns int", "--signature '1geo(int) returns int' is not a signature.", EXAMPLE),
        (
            "geo(numbr) returns int",
            "--signature: argument 1 has the type 'numbr', which Snowflake does not have.",
            "did you mean 'number'?",
        ),
        (
            "geo(int, n wurst) returns int",
            "--signature: argument 2 (N) has the type 'wurst', which Snowflake does not have.",
            "types are e.g. number(38, 2), float, varchar, variant",
        ),
        (
            "geo(int) returns geography",
            "--signature: the returned value has the type GEOGRAPHY, which an external function can neither take nor"
            " return.",
            "pass it as a variant or a varchar, e.g. ST_ASGEOJSON(value)",
        ),
        (
            "geo(number(39)) returns int",
            "--signature: argument 1 has the type 'number(39)', and NUMBER takes a precision from 1 to 38 and a scale"
            " from 0 to 37 that is not larger.",
            "write e.g. number(38, 2)",
        ),
        (
            "geo(varchar(0)) returns int",
            "--signature: argument 1 has the type 'varchar(0)', and VARCHAR takes a length from 1 to 134,217,728.",
            "write e.g. varchar(9)",
        ),
        (
            "geo(timestamp(10) with time zone) returns int",
            "--signature: argument 1 has the type 'timestamp(10) with time zone', and TIMESTAMP WITH TIME ZONE takes a"
            " precision from 0 to 9.",
            "write e.g. timestamp(9) with time zone",
        ),
        (
            "geo(int(3)) returns int",
            "--signature: argument 1 has the type 'int(3)', and INT takes no parameters.",
            "write int",
        ),
        ("geo(varchar(x)) returns int", None, "write e.g. varchar(9)"),
        ("geo(number(1, 2, 3)) returns int", None, "write e.g. number(38, 2)"),
        ("geo(int,) returns int", "--signature: argument 2 is empty.", "write a type between two commas"),
        (
            "geo(a int, A int) returns int",
            "--signature: two arguments have the name A.",
            "give each a name of its own",
        ),
        (
            "geo(a int, int) returns int",
            "--signature: some arguments have a name and some have none.",
            "name all of them or none",
        ),
        (
            "geo(int) returns variant immutable",
            "--signature 'geo(int) returns variant immutable' goes on after the type that it returns, with"
            " 'immutable'.",
            "leave out what follows from 'immutable' on",
        ),
    ],
)
def test_what_is_wrong_with_a_signature_is_said(text, message, hint):
    with pytest.raises(SettingsError) as caught:
        parse_signature(text)
    assert caught.value.hint == hint
    assert message is None or caught.value.message == message
