"""What is shown of a response that is not as the test expected it."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


def failed(source):
    return f"def test_it(load_function):\n    fn = load_function('fn')\n{source}"


def explanation(ended):
    """The lines that pytest marks with E, without the mark."""
    return [line[1:].strip() for line in ended.outlines if line.startswith("E ")]


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function()


def test_a_difference_is_shown_by_its_place(run):
    ended = run(
        failed("    assert fn.call({'total': 4, 'rows': [1, 2]}).response == {'total': 3, 'rows': [1], 'x': 0}\n")
    )
    assert explanation(ended) == [
        "assert response of fn == what is expected",
        "$.total: expected 3, got 4",
        "$.rows[1]: expected nothing, got 2",
        "$.x: expected 0, got nothing",
    ]


def test_the_response_may_stand_on_the_right(run):
    ended = run(failed("    assert {'n': 2} == fn.call({'n': 1}).response\n"))
    assert explanation(ended)[1] == "$.n: expected 2, got 1"


def test_a_response_that_the_test_has_changed_is_known(run):
    ended = run(failed("    got = fn.call({'n': 1}).response\n    got['m'] = 2\n    assert got == {'n': 1}\n"))
    assert explanation(ended)[1] == "$.m: expected nothing, got 2"


def test_of_two_responses_the_left_one_is_what_was_got(run):
    ended = run(
        failed("    one = fn.call({'n': 1})\n    two = fn.call({'n': 2})\n    assert two.response == one.response\n")
    )
    assert explanation(ended)[1] == "$.n: expected 1, got 2"


def test_a_secret_in_it_is_masked(run):
    source = "    fn = load_function('fn', secrets={'key': 'correct-horse'})\n"
    ended = run(failed(f"{source}    assert fn.call({{'n': 'correct-horse'}}).response == {{}}\n"))
    assert explanation(ended)[1] == '$.n: expected nothing, got "***"'


@pytest.mark.parametrize(
    "comparison",
    [
        "fn.call({'n': 1}).response['n'] == 2",
        "{'a': 1} == {'a': 2}",
        "fn.call({'n': 1}).response != {'n': 1}",
        "fn.call({'n': 1}).status == 'Failed'",
    ],
)
def test_other_comparisons_are_left_to_pytest(run, comparison):
    ended = run(failed(f"    assert {comparison}\n"))
    ended.assert_outcomes(failed=1)
    assert not any("what is expected" in line for line in explanation(ended))


def test_a_test_that_calls_no_function_is_explained_by_pytest(run):
    ended = run("def test_it():\n    assert {'n': 1} == {'n': 2}\n")
    assert "Differing items:" in explanation(ended)
