"""What the rules of Snowflake's contract say of an answer; one that they must flag beside one that they leave alone."""

from __future__ import annotations

import json

import pytest

from fn_emulator.checks.contract import ALL_RULES, RULES
from fn_emulator.checks.contract_subject import Delivery, contract_subject
from fn_emulator.checks.registry import run_checks
from fn_emulator.observations import Place
from fn_emulator.snowflake.rows import rows_from
from fn_emulator.snowflake.signature import parse_signature
from fn_emulator.snowflake.wire import body_text

BATCH_ID = "01b02bdf-0001-7b58-0003-27d60056b5a6:1:1:0:0"
ROWS = [[10, "Alex"], [20, "Steve"], [30, "Ada"]]
SHAPE = "return [number, value] for each row; several values go into one list or object"


@pytest.fixture
def judged(function):
    """``judged(answer, rows=ROWS, numbers=None, signature=None)``: the findings about an answer to a batch."""
    opened = function("def handle(data):\n    return data\n")

    def judge(answer, *, rows=ROWS, numbers=None, signature=None, **not_json):
        numbers = tuple(range(len(rows))) if numbers is None else numbers
        text = None if not_json else json.dumps(answer)
        delivery = Delivery(BATCH_ID, numbers, body_text(rows, numbers), text, answer, **not_json)
        read = None if signature is None else parse_signature(signature)
        return list(run_checks(ALL_RULES, contract_subject(opened, delivery, read)))

    return judge


def test_a_right_answer_has_no_findings(judged):
    assert judged({"data": [[0, "a"], [1, None], [2, ["b", {}]]]}) == []
    assert judged({"data": [[7, "a"], [3, "b"], [5, "c"]]}, numbers=(7, 3, 5)) == []


def test_a_finding_has_the_row_and_both_bodies(judged):
    (finding,) = judged({"data": [[1, "ALEX"], [0, "STEVE"], [2, "ADA"]]})
    assert finding == (
        "row-order",
        "error",
        "The answer has row 1 in the place of row 0. Snowflake says: Row numbers out of order",
        "fn/handler.py",
        None,
        {
            "batch_id": BATCH_ID,
            "row": {"sent": [0, 10, "Alex"], "answered": [1, "ALEX"]},
            "request": '{\n"data":[\n[0,10,"Alex"],\n[1,20,"Steve"],\n[2,30,"Ada"]\n]\n}',
            "answer": '{"data": [[1, "ALEX"], [0, "STEVE"], [2, "ADA"]]}',
            "snowflake": {"text": "Row numbers out of order", "code": None, "sqlstate": None},
        },
        "answer the rows in their order, or sort the answer by row number",
        "Snowflake documentation, Remote service output format; Troubleshooting external functions, whose headings the"
        " messages are; their codes are not known",
    )


def test_long_bodies_and_rows_are_cut(judged):
    (finding,) = judged({"data": [[1, "y" * 9_000]]}, rows=[["x" * 9_000]])
    evidence = finding.evidence
    assert evidence["request"].endswith("... (9,021 characters)")
    assert evidence["row"]["answered"].endswith("... (9,007 characters)")
    assert len(json.dumps(evidence)) < 9_000
    assert len(finding.message) < 200


@pytest.mark.parametrize(
    ("answer", "what", "hint"),
    [
        ({"rows": [], "n": 1}, 'has "rows", "n" instead', 'return {"data": [[number, value], ...]}'),
        ({}, "is an empty object", 'return {"data": [[number, value], ...]}'),
        (["a"], 'is ["a"]', 'return {"data": [[number, value], ...]}'),
        ({"data": {"0": "a"}}, 'has {"0": "a"} as "data"', 'return {"data": [[number, value], ...]}'),
        ({"statusCode": 200, "body": "{}"}, 'has "statusCode", "body" instead', "return the body alone, decoded"),
    ],
)
def test_an_answer_without_data_is_flagged(judged, answer, what, hint):
    (finding,) = judged(answer)
    assert finding.id == "no-data"
    assert finding.message == (
        f'The answer has no list "data": it {what}. Snowflake says (100287): Error parsing JSON response for external'
        f' function FN with request batch id: {BATCH_ID}. Error: top-level JSON object must contain "data" JSON array'
        " element"
    )
    assert finding.hint == hint
    assert finding.evidence["snowflake"]["code"] == 100287
    assert finding.evidence["snowflake"]["sqlstate"] == "22P02"


def test_the_signature_names_the_function(judged):
    (finding,) = judged({}, signature="geo(int, varchar) returns variant")
    assert " external function GEO with " in finding.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            [[0, "a", 1], [1], [2, "c"]],
            "Entry 0 of the answer has 3 elements, not a row number and one value. So is another entry. Snowflake says:"
            " Error parsing JSON response for external function - index 0 contains 3 elements, but 2 elements are"
            " expected",
        ),
        (
            [[0, "a"], [1], [2, "c"]],
            "Entry 1 of the answer has 1 element, not a row number and one value. Snowflake says: Error parsing JSON"
            " response for external function - index 1 contains 1 element, but 2 elements are expected",
        ),
        (
            ["ALEX", "STEVE", "ADA", "MORE"],
            'Entry 0 of the answer is "ALEX", not a row number and one value. So are 3 other entries. Snowflake says:'
            " Error parsing JSON: Invalid response",
        ),
    ],
)
def test_an_entry_that_is_no_pair_is_flagged(judged, data, message):
    (finding,) = judged({"data": data})
    assert (finding.id, finding.message, finding.hint) == ("row-shape", message, SHAPE)


def test_a_pair_of_a_number_and_a_list_is_left_alone(judged):
    assert judged({"data": [[0, ["a", 1]], [1, [1]], [2, {}]]}) == []


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ([[0, "a"], [2, "c"]], "The batch has 3 rows, and the answer has 2: row 1 is missing."),
        ([[0, "a"]], "The batch has 3 rows, and the answer has 1: row 1 is missing."),
        ([], "The batch has 3 rows, and the answer is empty."),
        ([[0, 1], [1, 1], [2, 1], [1, 1]], "The batch has 3 rows, and the answer has 4: row 1 comes twice."),
        ([[0, 1], [1, 1], [2, 1], [3, 1]], "The batch has 3 rows, and the answer has 4: row 3 was not sent."),
        ([[0, 1], [1, 1], [2, 1], [[], 1]], "The batch has 3 rows, and the answer has 4: row [] was not sent."),
    ],
)
def test_another_number_of_rows_is_flagged(judged, data, what):
    (finding,) = judged({"data": data})
    assert finding.id == "row-count"
    assert finding.message == f"{what} Snowflake says: Function received the wrong number of rows"


@pytest.mark.parametrize(
    ("data", "severity", "message"),
    [
        (
            [[0, 1], [0, 1], [2, 1]],
            "error",
            "Entry 1 of the answer has the row number 0 in the place of 1. Snowflake says: Row numbers out of order",
        ),
        (
            [["0", 1], ["1", 1], ["2", 1]],
            "error",
            'Entry 0 of the answer has the row number "0" in the place of 0. Snowflake says: Row numbers out of order',
        ),
        (
            [[0.0, 1], [1.0, 1], [2.0, 1]],
            "warning",
            "Entry 0 of the answer has the row number 0.0 in the place of 0.",
        ),
    ],
)
def test_another_row_number_is_flagged(judged, data, severity, message):
    (finding,) = judged({"data": data})
    assert (finding.id, finding.severity, finding.message) == ("row-number", severity, message)


def test_null_is_flagged_where_the_signature_forbids_it(judged):
    answer = {"data": [[0, None], [1, 0], [2, None]]}
    (finding,) = judged(answer, signature="geo(int, varchar) returns varchar(10) not null")
    assert (finding.id, finding.severity) == ("null-not-allowed", "error")
    assert finding.message == (
        "Row 0 is answered with null, and GEO returns VARCHAR(10) NOT NULL. So is another entry."
    )
    assert finding.evidence["row"] == {"sent": [0, 10, "Alex"], "answered": [0, None]}


def test_null_is_left_alone_where_the_signature_allows_it(judged):
    assert judged({"data": [[0, None], [1, 0], [2, None]]}, signature="geo(int, varchar) returns varchar") == []


@pytest.mark.parametrize(
    ("size_bytes", "severity", "what"),
    [(10_485_761, "error", "more than"), (10_485_760, "warning", "close to"), (10_000_001, "warning", "close to")],
)
def test_a_large_answer_is_flagged(judged, size_bytes, severity, what):
    (finding,) = judged({"data": [[0, "x" * (size_bytes - len('{"data": [[0, ""]]}'))]]}, rows=[[1]])
    assert (finding.id, finding.severity) == ("response-too-large", severity)
    assert finding.message == (
        f"The answer has {size_bytes:,} bytes, {what} the 10,485,760 that Snowflake takes for a batch."
    )


def test_an_answer_that_fits_is_left_alone(judged):
    assert judged({"data": [[0, "x" * 9_999_000]]}, rows=[[1]]) == []


def test_an_answer_that_is_not_json_is_flagged(judged):
    places = (Place("$.data[0][1]", "set", ("set",)), Place("$.data[1][1]", "set", ("set",)))
    (finding,) = judged(None, refused=places, refused_reason="TypeError: ...")
    assert (finding.id, finding.severity, finding.hint) == (
        "not-json",
        "error",
        "return it as a list, e.g. sorted(value)",
    )
    assert finding.message == (
        "$.data[0][1] is a set, which is not JSON. So is another place. Snowflake says: Error parsing JSON: Invalid"
        " response"
    )
    assert finding.evidence["answer"] is None


def test_an_answer_that_is_not_json_as_a_whole_is_flagged(judged):
    (finding,) = judged(None, refused_reason="RecursionError: too deep")
    assert finding.message.startswith("The answer is not JSON: RecursionError: too deep. Snowflake says: ")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_examples_of_a_rule_show_it(rule, judged):
    """The real command runs them as well, through the catalogue."""
    assert rule.id in ids_of(rule.bad, judged)
    assert ids_of(rule.good, judged) == []


def ids_of(example, judged):
    namespace = {}
    source = example.files["fn/handler.py"]
    exec(source, namespace)
    rows = rows_from(json.loads(example.files["rows.json"]))
    signature = example.command.partition("--signature ")[2].strip("'") or None
    answer = namespace["handle"](json.loads(body_text(rows)))
    return [finding.id for finding in judged(answer, rows=rows, signature=signature)]
