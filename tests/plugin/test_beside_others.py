"""The plugin beside other plugins, in classes of unittest, and under strict options."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

FIXTURES = ("fake_cdf", "frozen_clock", "function_call_info", "function_secrets", "load_function", "scheduled_call")
ALL_OF_IT = """
import pytest

@pytest.mark.fn_function("fn")
@pytest.mark.fn_scheduled("0 6 * * *", start="2026-03-28", end="2026-03-30")
def test_scheduled(load_function, scheduled_call, frozen_clock):
    frozen_clock.move_to(scheduled_call.scheduled_time)
    assert load_function().call({"n": 1}).response == {"n": 1}

@pytest.mark.parametrize("n", range(4))
def test_fails(load_function, n):
    assert load_function("fn").call({"n": n}).response == {}
"""


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function()


def loaded(monkeypatch, *names):
    """Load plugins by name, and ours."""
    monkeypatch.setenv("PYTEST_PLUGINS", ",".join(("pytest_fn_emulator", *names)))


@pytest.mark.parametrize(
    ("plugins", "arguments"),
    [
        ((), ("--strict-markers", "--strict-config", "-p", "no:cacheprovider")),
        (("xdist.plugin",), ("-n", "2")),
        (("pytest_randomly",), ()),
        (("anyio.pytest_plugin",), ()),
    ],
    ids=["strict", "xdist", "randomly", "anyio"],
)
def test_all_of_it_works(run, monkeypatch, plugins, arguments):
    for plugin in plugins:
        pytest.importorskip(plugin.partition(".")[0])
    loaded(monkeypatch, *plugins)
    ended = run(ALL_OF_IT, *arguments)
    ended.assert_outcomes(passed=2, failed=4)
    lines = ended.outlines
    assert sum("rerun it: fn-emulate rerun " in line for line in lines) == 4
    # Under CI pytest tells it again in its summary.
    assert sum(line.startswith("E ") and "$.n: expected nothing, got " in line for line in lines) == 4


def test_an_asynchronous_test_has_the_fixtures(run, monkeypatch):
    pytest.importorskip("anyio")
    loaded(monkeypatch, "anyio.pytest_plugin")
    source = """
    import asyncio, pytest, time
    @pytest.fixture
    def anyio_backend():
        return "asyncio"
    @pytest.mark.anyio
    async def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2026-03-29")
        await asyncio.sleep(60)
        assert f"{frozen_clock.now:%H:%M}" == "00:01"
        assert load_function("fn").call({"n": 1}).response == {"n": 1}
    """
    run(source).assert_outcomes(passed=1)


def test_a_class_of_unittest_has_the_fixtures(run):
    source = """
    import pytest, unittest
    @pytest.mark.fn_function("fn")
    @pytest.mark.usefixtures("frozen_clock")
    class TestIt(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _fixtures(self, load_function, frozen_clock):
            frozen_clock.move_to("2026-03-29")
            self.fn, self.clock = load_function(), frozen_clock
        def test_passes(self):
            self.assertEqual(self.fn.call({"n": 1}).response, {"n": 1})
            self.assertEqual(f"{self.clock.now:%d}", "29")
        def test_fails(self):
            assert self.fn.call({"n": 1}).response == {}
    """
    ended = run(source)
    ended.assert_outcomes(passed=1, failed=1)
    ended.stdout.fnmatch_lines(["E *$.n: expected nothing, got 1", "*rerun it: fn-emulate rerun *"])


@pytest.mark.parametrize("name", FIXTURES)
def test_a_fixture_of_the_users_own_wins(run, name):
    source = f"""
    import pytest
    @pytest.fixture
    def {name}():
        return "mine"
    def test_it({name}):
        assert {name} == "mine"
    """
    run(source).assert_outcomes(passed=1)


def test_no_fixture_is_used_without_being_asked_for(run):
    ended = run("def test_it(request):\n    assert request.fixturenames == ['request']\n")
    ended.assert_outcomes(passed=1)


def test_a_run_that_does_not_use_it_imports_nothing_of_ours(run, monkeypatch):
    # Coverage of the child would import the package to find its source.
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    source = """
    import sys
    def test_it():
        ours = ("fn_emulator", "pytest_fn_emulator")
        assert [name for name in sys.modules if name.partition(".")[0] in ours] == ["pytest_fn_emulator"]
    def test_that_fails():
        assert {"n": 1} == {"n": 2}
    """
    run(source).assert_outcomes(passed=1, failed=1)
