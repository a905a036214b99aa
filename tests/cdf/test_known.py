"""Names that a test hands over: what nothing has is refused, with the near miss."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.faults import parse_fault
from fn_emulator.cdf.known import check_fault_path, check_resource, check_script_answer, check_script_name
from fn_emulator.errors import SettingsError


@pytest.mark.parametrize(
    "path", ["assets", "timeseries/data", "raw/rows", "/raw/dbs/d/tables/t/rows", "/assets/update", "models/instances"]
)
def test_what_can_be_written_is_known(path):
    check_resource(path)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("asset", "Nothing is ever written to 'asset'.\nHint: did you mean 'assets'?"),
        ("/asset", "Nothing is ever written to '/asset'.\nHint: did you mean '/assets'?"),
        ("timeseries/datapoints", "Nothing is ever written to 'timeseries/datapoints'.\nHint: did you mean"),
        ("/assets/list", "Nothing is ever written to '/assets/list'."),
        (5, "A resource is not a text but of type int.\nHint: give a str"),
    ],
)
def test_what_is_never_written_is_refused(path, problem):
    with pytest.raises(SettingsError) as caught:
        check_resource(path)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize("name", ["diagram/detect", "entitymatching/predict", "functions/a/b/call"])
def test_scripts_that_can_be_asked_for_are_known(name):
    check_script_name(name)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("diagrams/detect", "No answer is called 'diagrams/detect'.\nHint: did you mean 'diagram/detect'?"),
        (
            "functions/other",
            "No answer is called 'functions/other'.\nHint: use one of diagram/detect, diagram/convert, vision/extract, "
            "entitymatching/fit, entitymatching/predict, functions/NAME/call",
        ),
    ],
)
def test_a_script_that_nothing_asks_for_is_refused(name, problem):
    with pytest.raises(SettingsError) as caught:
        check_script_name(name)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("diagram/detect", []),
        ("diagram/detect", {"items": []}),
        ("vision/extract", {"errorMessage": "blurred"}),
        ("entitymatching/fit", {}),
        ("functions/f/call", {"response": 1, "logs": None}),
        ("functions/f/call", lambda data: 5),
    ],
)
def test_an_answer_of_the_right_shape_is_taken(name, answer):
    check_script_answer(name, answer)


@pytest.mark.parametrize(
    ("name", "answer", "problem"),
    [
        (
            "functions/f/call",
            {"x": 1},
            "The script of 'functions/f/call' must give an object with some of response, status, logs, error.\n"
            "Hint: it was given {'x': 1}",
        ),
        (
            "functions/f/call",
            {"status": "Done"},
            "The script of 'functions/f/call' must give status Completed, Failed, Timeout and logs as a list.",
        ),
        ("diagram/detect", {}, "The script of 'diagram/detect' must give a list of items, or an object with items"),
        ("diagram/detect", {1, 2}, "The script of 'diagram/detect' gave what JSON cannot hold: "),
    ],
)
def test_an_answer_of_another_shape_is_refused(name, answer, problem):
    with pytest.raises(SettingsError) as caught:
        check_script_answer(name, answer)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    "fault",
    [
        *("503@3", "429@1 POST", "500 /raw", "500 POST /raw/dbs/d", "500 /assets/5", "500 POST /assets/list"),
        *("500 /token/inspect", "500 POST /oauth2/token"),
    ],
)
def test_a_fault_that_can_strike_is_taken(fault):
    check_fault_path(parse_fault(fault))


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("500@1x9 /asset", "No endpoint of CDF is /asset.\nHint: did you mean '/assets'?"),
        ("500 GET /assets/list", "No endpoint of CDF is GET /assets/list.\nHint: its method is POST"),
        ("500 /qqq", "No endpoint of CDF is /qqq.\nHint: paths begin below the project, such as /assets/list"),
        ("500 DELETE", "No endpoint of CDF is DELETE.\nHint: its method is GET or POST or PUT"),
    ],
)
def test_a_fault_that_never_strikes_is_refused(fault, problem):
    with pytest.raises(SettingsError) as caught:
        check_fault_path(parse_fault(fault))
    assert str(caught.value) == problem
