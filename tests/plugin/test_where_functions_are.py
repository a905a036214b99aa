"""Which function a test means: a path, a marker, a folder of all functions."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("place", [".", "tests", "apps"])
def test_a_path_is_looked_for_here_beside_the_test_and_below_the_root(pytester, alone, write_function, place):
    write_function(path=f"{place}/fn")
    pytester.makeini("[pytest]\nfn_functions_root = apps\n")
    folder = pytester.mkdir("tests") if place != "tests" else pytester.path / "tests"
    (folder / "test_it.py").write_text("def test_it(load_function):\n    load_function('fn').call()\n")
    (pytester.path / "apps").mkdir(exist_ok=True)
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_a_path_is_looked_for_in_the_rootdir(pytester, alone, write_function, monkeypatch):
    write_function()
    pytester.makeini("[pytest]\n")
    folder = pytester.path / "deep" / "er"
    folder.mkdir(parents=True)
    (pytester.path / "deep" / "test_it.py").write_text("def test_it(load_function):\n    load_function('fn')\n")
    monkeypatch.chdir(folder)
    pytester.runpytest_subprocess("..").assert_outcomes(passed=1)


def test_a_function_here_goes_before_others(run, write_function):
    write_function("def handle():\n    return 'here'\n")
    write_function("def handle():\n    return 'below the root'\n", "apps/fn")
    source = "def test_it(load_function):\n    assert load_function('fn').call().response == 'here'\n"
    run(source, "-o", "fn_functions_root=apps").assert_outcomes(passed=1)


def test_a_path_that_is_nowhere_is_told_with_the_places(pytester, run):
    ended = run("def test_it(load_function):\n    load_function('nowhere')\n")
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(
        [
            "> *load_function('nowhere')",
            f"E *SourceError: There is no function at 'nowhere': looked for in {pytester.path}.",
            "E *Hint: give a path from one of these folders, or set the ini key fn_functions_root to the folder of your"
            " functions",
        ]
    )
    ended.stdout.no_fnmatch_line("*places.py*")


def test_without_a_path_it_is_the_function_of_the_closest_marker(run, write_function):
    write_function()
    write_function("def handle(secrets):\n    return secrets\n", "other")
    source = """
    import pytest
    pytestmark = pytest.mark.fn_function("fn")

    def test_module(load_function):
        assert load_function().call({"n": 1}).response == {"n": 1}

    @pytest.mark.fn_function("other", cloud="azure", secrets={"of": "marker"})
    class TestOther:
        def test_options_of_the_marker(self, load_function):
            fn = load_function()
            assert (fn.settings.cloud, fn.call().response) == ("azure", {"of": "marker"})

        def test_options_of_the_call_win(self, load_function):
            assert load_function(secrets={"of": "the call"}).call().response == {"of": "the call"}

        def test_a_path_is_another_function(self, load_function):
            assert load_function("fn").settings.cloud == "gcp"
    """
    run(source, "--strict-markers").assert_outcomes(passed=4)


def test_without_path_and_marker_it_says_what_to_do(run):
    ended = run("def test_it(load_function):\n    load_function()\n")
    ended.stdout.fnmatch_lines(
        [
            "E *UsageError: load_function() was called without a path, and the test has no marker fn_function.",
            'E *Hint: give the path, or mark the test with @pytest.mark.fn_function("functions/asset").',
        ]
    )


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        ("", "0 arguments before its options, where it takes the path alone", "write it as *"),
        ("'a', 'b'", "2 arguments before its options, where it takes the path alone", "write it as *"),
        ("'a', clout='gcp'", "the option 'clout', which load_function has not", "did you mean 'cloud'[?]"),
    ],
)
def test_a_marker_that_cannot_be_meant_is_refused_while_tests_are_collected(run, arguments, problem, hint):
    ended = run(
        f"import pytest\n@pytest.mark.fn_function({arguments})\ndef test_it(load_function):\n    pass\n"
        "def test_other():\n    pass\n"
    )
    assert ended.ret == 2
    ended.stdout.fnmatch_lines([f"test_it.py::test_it: fn_function has {problem}.", f"Hint: {hint}"])
    ended.stdout.no_fnmatch_line("Traceback*")


def test_no_function_is_imported_when_tests_are_collected(run, write_function):
    write_function("raise SystemExit('imported')\n")
    source = "import pytest\n@pytest.mark.fn_function('fn')\ndef test_it(load_function):\n    load_function()\n"
    assert run(source, "--collect-only").ret == 0


def test_what_is_no_path_is_an_error_of_ours(run):
    source = """
    import pytest
    from fn_emulator import EmulatorError
    @pytest.mark.parametrize("given", [5, b"fn", "a\\0b", "/a\\0b"])
    def test_it(load_function, given):
        with pytest.raises(EmulatorError):
            load_function(given)
    """
    run(source).assert_outcomes(passed=4)
