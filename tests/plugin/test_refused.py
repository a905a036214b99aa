"""Markers that cannot be meant: an error of collection of the test that they mark, and of no other."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

DAILY = "'0 6 * * *', start='2026-03-28', end='2026-03-30'"
GO_ON = "--continue-on-collection-errors"


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        (f"fn_scheduled({DAILY})", "fn_scheduled marks a method of unittest.TestCase, of which pytest makes no cases."),
        ("fn_function(5)", "fn_function has 5, which is neither a path nor a callable."),
        ("fn_function('fn', colour='red')", "fn_function has the option 'colour', which load_function has not."),
    ],
)
def test_a_method_of_unittest_with_a_wrong_marker_is_refused(run, marker, name):
    source = f"""
    import pytest, unittest
    class TestIt(unittest.TestCase):
        @pytest.mark.{marker}
        def test_marked(self):
            pass
        def test_other(self):
            pass
    """
    ended = run(source, GO_ON)
    ended.stdout.fnmatch_lines([f"test_it.py::TestIt::test_marked: {name}", "Hint: *"])
    ended.assert_outcomes(passed=1, errors=1)


def test_a_class_of_unittest_may_have_a_function(run, write_function):
    write_function()
    source = """
    import pytest, unittest
    @pytest.mark.fn_function("fn")
    class TestIt(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _function(self, load_function):
            self.function = load_function()
        def test_it(self):
            assert self.function.call({"n": 1}).response == {"n": 1}
    """
    run(source).assert_outcomes(passed=1)


@pytest.mark.parametrize("head", ["", "class TestIt:\n"])
def test_the_other_tests_of_the_same_class_or_module_are_collected(run, head):
    indent, self = ("    ", "self") if head else ("", "")
    lines = (
        "@pytest.mark.fn_function(5)",
        f"def test_marked({self}): pass",
        "@pytest.mark.fn_scheduled('0 6 * *', start='2026-03-28', end='2026-03-30')",
        f"def test_scheduled({', '.join(filter(None, (self, 'scheduled_call')))}): pass",
        f"def test_other({self}): pass",
    )
    source = "import pytest\n" + head + "".join(f"{indent}{line}\n" for line in lines)
    run(source, GO_ON).assert_outcomes(passed=1, errors=2)
    assert run(source).ret == pytest.ExitCode.INTERRUPTED


def test_a_test_with_a_wrong_marker_is_refused_when_it_is_named(run):
    source = "import pytest\n@pytest.mark.fn_function(5)\ndef test_marked(): pass\ndef test_other(): pass\n"
    run(source)
    assert run(source, "test_it.py::test_other").ret == 0
    ended = run(source, "test_it.py::test_marked")
    ended.stdout.fnmatch_lines(["test_it.py::test_marked: fn_function has 5, *"])


def test_all_cases_of_a_test_are_one_error(run):
    source = """
    import pytest
    @pytest.mark.parametrize("n", [1, 2])
    @pytest.mark.fn_function(5)
    def test_it(n):
        pass
    """
    run(source).assert_outcomes(errors=1)


def test_a_single_case_can_have_a_function_and_no_schedule(run):
    source = f"""
    import pytest
    SCHEDULED = pytest.mark.fn_scheduled({DAILY})
    MARKED = pytest.mark.fn_function("a")
    @pytest.mark.parametrize("n", [pytest.param(1, marks=MARKED), pytest.param(2, marks=SCHEDULED)])
    def test_it(n, request):
        request.getfixturevalue("load_function")
    @pytest.mark.parametrize("n", [pytest.param(1, marks=SCHEDULED)])
    def test_scheduled(n, scheduled_call):
        pass
    """
    ended = run(source, GO_ON)
    ended.assert_outcomes(passed=1, errors=2)
    ended.stdout.fnmatch_lines(["test_it.py::test_scheduled: fn_scheduled marks a single case of a test.", "Hint: *"])


def test_xdist_shows_it(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_fn_emulator,xdist.plugin")
    pytester.makepyfile("import pytest\n@pytest.mark.fn_function(5)\ndef test_it(): pass\ndef test_other(): pass\n")
    ended = pytester.runpytest_subprocess("-n", "1", GO_ON)
    ended.stdout.fnmatch_lines(["*::test_it: fn_function has 5, *", "Hint: *"])
    ended.assert_outcomes(passed=1, errors=1)
