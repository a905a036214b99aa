"""Findings that are accepted: by an option, by a setting, by a comment on their line."""

from __future__ import annotations

import pytest

from fn_emulator.checks.selection import apply_selection, check_comments, check_ids, fails, ids_in_comment, lines_of
from fn_emulator.errors import SettingsError
from fn_emulator.model import Finding

STAR = Finding("star-arguments", "warning", "stars", "fn/handler.py", 2)
ASYNC = Finding("async-handle", "error", "async", "fn/handler.py", 2)
FOLDER = Finding("junk-in-folder", "note", "junk", "fn")


def no_lines(file, line):
    return ""


def test_an_ignored_finding_is_counted():
    assert apply_selection([STAR, ASYNC], ignore=["async-handle"], select=[], line_at=no_lines) == ((STAR,), 1)


def test_what_select_leaves_out_is_not_counted():
    assert apply_selection([STAR, ASYNC], ignore=[], select=["async-handle"], line_at=no_lines) == ((ASYNC,), 0)


def test_a_comment_accepts_the_finding_on_its_line_alone():
    lines = {2: "def handle(*a):  # fn-emulate: ignore[star-arguments, no-handle] old callers"}
    other = STAR._replace(line=3)
    found = apply_selection([STAR, ASYNC, other, FOLDER], ignore=[], select=[], line_at=lambda f, n: lines.get(n, ""))
    assert found == ((ASYNC, other, FOLDER), 1)


def test_an_unknown_id_is_refused_with_the_nearest():
    with pytest.raises(SettingsError) as caught:
        check_ids(["star_argument"], "--ignore")
    assert caught.value.message == "--ignore: there is no finding 'star_argument'."
    assert caught.value.hint == "did you mean 'star-arguments'?"


def test_an_id_that_is_like_none_points_to_the_list():
    with pytest.raises(SettingsError) as caught:
        check_ids(["zzz"], "--select")
    assert caught.value.hint == "fn-emulate explain lists all of them"


@pytest.mark.parametrize("comment", ["# fn-emulate: ignore", "# fn-emulate: ignore[]", "# fn-emulate: skip[no-handle]"])
def test_a_comment_that_names_nothing_is_refused(comment):
    with pytest.raises(SettingsError) as caught:
        ids_in_comment(f"x = 1  {comment}", "fn/handler.py:1")
    assert caught.value.hint == "write it as # fn-emulate: ignore[ID] reason"
    assert caught.value.message.startswith("fn/handler.py:1: the comment '# fn-emulate:")


def test_a_comment_with_an_unknown_id_is_refused_with_its_place(function):
    opened = function("def handle(data):\n    pass  # fn-emulate: ignore[no-handel] why\n")
    with pytest.raises(SettingsError) as caught:
        check_comments(opened, [opened.handler])
    assert str(caught.value) == ("fn/handler.py:2: there is no finding 'no-handel'.\nHint: did you mean 'no-handle'?")


def test_lines_are_found_by_the_place_that_findings_show(function):
    requirements = "pandas  # fn-emulate: ignore[unpinned-requirement] we follow it\n"
    opened = function("def handle(data):\n    pass\n", {"requirements.txt": requirements})
    line_at = lines_of(opened, [opened.handler])
    assert line_at("fn/requirements.txt", 1).startswith("pandas")
    assert line_at("fn/requirements.txt", 9) == line_at("fn/other.py", 1) == ""


@pytest.mark.parametrize(
    ("fail_on", "expected"), [("error", False), ("warning", True), ("note", True), ("never", False)]
)
def test_a_warning_fails_from_warning_on(fail_on, expected):
    assert fails([STAR, FOLDER], fail_on) is expected
