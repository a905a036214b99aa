from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import islice

import pytest

from fn_emulator.errors import RowsError
from fn_emulator.snowflake.rows import read_rows, rows_from
from fn_emulator.snowflake.signature import parse_signature

GEO = parse_signature("geo(n number, name varchar) returns variant")
UNNAMED = parse_signature("geo(number, varchar) returns variant")


@pytest.fixture
def rows_of(tmp_path, monkeypatch):
    """``rows_of("rows.json", text, signature)``: the rows of a file with that name."""
    monkeypatch.chdir(tmp_path)

    def read(name, text, signature=None):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return list(read_rows(name, signature))

    return read


ROWS = [[10, "Alex"], [20, "Steve"]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.json", '[[10, "Alex"], [20, "Steve"]]'),
        ("rows.json", '{"data": [[0, 10, "Alex"], [1, 20, "Steve"]]}'),
        ("rows.json", '\ufeff[{"name": "Alex", "N": 10}, {"n": 20, "name": "Steve"}]'.replace('"n"', '"N"')),
        ("rows.jsonl", '[10, "Alex"]\n\n[20, "Steve"]'),
        ("rows.ndjson", '{"name": "Alex", "n": 10}\r\n{"n": 20, "name": "Steve"}\r\n'),
        ("ROWS.CSV", 'name,n\nAlex,10\n\n"Steve","20"\n'),
    ],
)
def test_rows_come_in_the_order_of_the_signature(rows_of, name, text):
    assert rows_of(name, text, GEO) == ROWS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rows.json", '[{"a": 10, "b": "Alex"}, {"b": "Steve", "a": 20}]'),
        ("rows.jsonl", '{"a": 10, "b": "Alex"}\n{"b": "Steve", "a": 20}\n'),
        ("rows.csv", "a,b\n10,Alex\n20,Steve\n"),
    ],
)
def test_without_names_in_the_signature_the_first_row_orders_the_columns(rows_of, name, text):
    assert rows_of(name, text, UNNAMED) == ROWS
    if name != "rows.csv":
        assert rows_of(name, text) == ROWS


def test_csv_without_a_signature_is_text_and_null(rows_of):
    text = 'a,b,c\n1,,""\n"","x,""y""",\n"two\nlines",2,3\n'
    assert rows_of("rows.csv", text) == [["1", None, ""], ["", 'x,"y"', None], ["two\nlines", "2", "3"]]


def test_rows_without_arguments_are_rows(rows_of):
    assert rows_of("rows.json", '{"data": [[0], [1]]}', parse_signature("f() returns int")) == [[], []]


def test_numbers_keep_all_their_digits(rows_of):
    (row,) = rows_of("rows.json", "[[0.1, 1.10, 12345678901234567890.12, 12345678901234567890123, 1e2]]")
    assert row == [0.1, 1.1, Decimal("12345678901234567890.12"), 12345678901234567890123, 100.0]
    assert [type(value).__name__ for value in row] == ["float", "float", "Decimal", "int", "float"]


@pytest.mark.parametrize(("name", "first"), [("rows.jsonl", "[1]\n"), ("rows.csv", "a\n1\n")])
def test_files_of_lines_are_read_as_far_as_they_are_needed(tmp_path, name, first):
    (tmp_path / name).write_text(first + "[" * 100 + '\n"' + "x" * 100_000)
    assert [list(map(str, row)) for row in islice(read_rows(str(tmp_path / name)), 1)] == [["1"]]


@pytest.mark.parametrize(
    ("name", "text", "signature", "message", "hint"),
    [
        ("rows.json", " \n", None, "rows.json is empty.", 'write e.g. [[10, "Alex"], [20, "Steve"]]'),
        ("rows.json", "[]", None, "rows.json holds no rows.", "write at least one"),
        ("rows.jsonl", "\n\n", None, "rows.jsonl holds no rows.", "write at least one"),
        ("rows.csv", "", None, "rows.csv is empty.", "begin it with a line of column names"),
        ("rows.csv", "a,b\n", None, "rows.csv holds no rows.", "write at least one"),
        (
            "rows.json",
            "[[1],\n [2]",
            None,
            "rows.json is not JSON: Expecting ',' delimiter (line 2, column 5).",
            "mend it at that place",
        ),
        (
            "rows.jsonl",
            "[1]\n[2\n",
            None,
            "rows.jsonl:2 is not JSON: Expecting ',' delimiter (column 3).",
            "mend it at that place",
        ),
        (
            "rows.json",
            "[[NaN]]",
            None,
            "rows.json holds NaN, which is not a number in JSON.",
            "use null or a text instead",
        ),
        (
            "rows.jsonl",
            "[1e999]",
            None,
            "rows.jsonl:1 holds 1e999, which is not a number in JSON.",
            "use null or a text instead",
        ),
        (
            "rows.json",
            f"[[{'9' * 5000}]]",
            None,
            "rows.json holds a number of too many digits.",
            "write it as a text",
        ),
        ("rows.json", "[" * 100_000, None, "rows.json is nested too deeply.", "flatten it"),
        (
            "rows.json",
            '[["\\ud800"]]',
            None,
            "rows.json has a value which holds half of a surrogate pair, as no text in Snowflake does.",
            None,
        ),
        ("rows.json", b'[["\xff"]]', None, "rows.json is not UTF-8 text.", "save it as UTF-8"),
        (
            "rows.json",
            '{"rows": []}',
            None,
            'rows.json holds an object without a list "data".',
            'write a list of rows, e.g. [[10, "Alex"]], or a body, e.g. {"data": [[0, 10, "Alex"]]}',
        ),
        (
            "rows.json",
            '{"data": [[0, 1], ["x", 1]]}',
            None,
            "rows.json: row 1 of the body does not begin with a row number.",
            'write it as e.g. [0, 10, "Alex"], or leave out {"data": ...} around it',
        ),
        ("rows.json", "7", None, "rows.json holds no list of rows.", 'write e.g. [[10, "Alex"], [20, "Steve"]]'),
        (
            "rows.json",
            '["Alex"]',
            None,
            'rows.json: row 0 is "Alex", neither a list of arguments nor an object.',
            'write ["Alex"] for a row with one argument',
        ),
        (
            "rows.json",
            "[[1], 2]",
            None,
            "rows.json: row 1 is 2, neither a list of arguments nor an object.",
            "write [2] for a row with one argument",
        ),
        (
            "rows.jsonl",
            '{"a": 1}\n2',
            None,
            "rows.jsonl:2: row 1 is 2, neither a list of arguments nor an object.",
            "write [2] for a row with one argument",
        ),
        (
            "rows.json",
            '[[1], {"a": 1}]',
            None,
            "rows.json: row 1 is an object, and the rows before it are lists.",
            "write all rows alike",
        ),
        (
            "rows.json",
            '[{"a": 1}, [1]]',
            None,
            "rows.json: row 1 is a list, and the rows before it are objects.",
            "write all rows alike",
        ),
        (
            "rows.json",
            "[[1, 2], [1]]",
            None,
            "rows.json: row 1 has 1 value, and the first row has 2.",
            "give each row a value for each column, null for a missing one",
        ),
        (
            "rows.json",
            "[[1, 2, 3]]",
            GEO,
            "rows.json: row 0 has 3 values, and GEO(N NUMBER(38,0), NAME VARCHAR) RETURNS VARIANT takes 2.",
            "give each row a value for each column, null for a missing one",
        ),
        (
            "rows.json",
            '[{"a": 1}]',
            UNNAMED,
            "rows.json: row 0 has 1 value, and GEO(NUMBER(38,0), VARCHAR) RETURNS VARIANT takes 2.",
            "give each row a value for each column, null for a missing one",
        ),
        (
            "rows.jsonl",
            '{"lat": 1, "lon": 2}\n{"lat": 1, "lom": 2}',
            None,
            "rows.jsonl:2: row 1 has no column 'lon', which the first row has.",
            "did you mean 'lom'?",
        ),
        (
            "rows.jsonl",
            '{"lat": 1}\n{"lat": 1, "lon": 2}',
            None,
            "rows.jsonl:2: row 1 has a column 'lon', which the first row has not.",
            "write all rows alike",
        ),
        (
            "rows.json",
            '[{"n": 1, "nam": "x"}]',
            GEO,
            "rows.json: row 0 has no column 'NAME', which GEO(N NUMBER(38,0), NAME VARCHAR) RETURNS VARIANT takes.",
            "did you mean 'nam'?",
        ),
        (
            "rows.csv",
            "n,name,extra\n1,x,y\n",
            GEO,
            "rows.csv:2: row 0 has a column 'extra', which GEO(N NUMBER(38,0), NAME VARCHAR) RETURNS VARIANT does not"
            " take.",
            "leave it out",
        ),
        (
            "rows.csv",
            "n,name\n1,x\n2,y,z\n",
            None,
            "rows.csv:3 has 3 fields, and the header has 2.",
            "put a field that holds a comma or a line end into double quotes",
        ),
        (
            "rows.csv",
            "n,n\n1,x\n",
            None,
            "rows.csv:1 has the column 'n' twice.",
            "begin the file with a line of column names, each once",
        ),
        (
            "rows.csv",
            "n,\n1,x\n",
            None,
            "rows.csv:1 has a column without a name.",
            "begin the file with a line of column names, each once",
        ),
        (
            "rows.csv",
            'n,name\n1,"x"y\n',
            None,
            "rows.csv:2 is not CSV: ',' expected after '\"'.",
            "mend it there, or use JSON lines",
        ),
        (
            "rows.json",
            '[[10, "Alex"], ["x", "Steve"]]',
            GEO,
            'rows.json: row 1, column 1 (N) is "x", which is not a NUMBER(38,0).',
            "write it as e.g. 12, or give the column another type in the signature",
        ),
        (
            "rows.csv",
            "name,n\nAlex,10\nSteve,x\n",
            GEO,
            'rows.csv:3: row 1, column 1 (N) is "x", which is not a NUMBER(38,0).',
            "write it as e.g. 12, or give the column another type in the signature",
        ),
        (
            "rows.json",
            "[[10, 20]]",
            UNNAMED,
            "rows.json: row 0, column 2 is 20, which is not a VARCHAR.",
            'write it as e.g. "text", or give the column another type in the signature',
        ),
        (
            "rows.xlsx",
            "",
            None,
            "rows.xlsx has the suffix '.xlsx', by which rows are not read.",
            "name a file that ends with .json, .jsonl or .csv",
        ),
    ],
)
def test_what_is_wrong_with_rows_is_said(rows_of, name, text, signature, message, hint):
    with pytest.raises(RowsError) as caught:
        rows_of(name, text, signature)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_file_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RowsError) as caught:
        next(read_rows("rows.json"))
    assert caught.value.message == "rows.json cannot be read: No such file or directory."


@pytest.mark.parametrize(
    "value",
    [
        [[10, "Alex"], [20, "Steve"]],
        ((10, "Alex"), (20, "Steve")),
        iter([[10, "Alex"], [20, "Steve"]]),
        {"data": [[0, 10, "Alex"], [1, 20, "Steve"]]},
        [{"n": 10, "name": "Alex"}, {"n": 20, "name": "Steve"}],
    ],
)
def test_rows_are_made_from_python_objects(value):
    assert rows_from(value, GEO if isinstance(value, list) else None) == ROWS


def test_python_objects_need_no_signature_to_have_a_form_in_sql():
    assert rows_from([[date(2014, 1, 1), b"Hi", Decimal("1.10")]]) == [["2014-01-01", "4869", Decimal("1.10")]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "rows holds no rows."),
        ("Alex", "rows holds no list of rows."),
        ([[10], [object]], "rows: row 1, column 1 is <class 'object'>, which is of type type and has no form in JSON."),
        ([[float("nan")]], "rows: row 0, column 1 is NaN, which JSON has no number for."),
        ([["x" * 100 + "\ud800"]], None),
    ],
)
def test_what_is_wrong_with_python_objects_is_said(value, message):
    with pytest.raises(RowsError) as caught:
        rows_from(value)
    assert message is None or caught.value.message == message
    assert len(caught.value.message) < 200


def test_a_row_that_holds_itself_is_said():
    row = [1]
    row.append(row)
    with pytest.raises(RowsError) as caught:
        rows_from([row])
    assert caught.value.message == "rows: row 0 is nested too deeply."


def test_a_body_that_was_written_down_can_be_read_again(rows_of):
    assert rows_of("rows.json", json.dumps({"data": [[7, 10, "Alex"], [3, 20, "Steve"]]})) == ROWS
