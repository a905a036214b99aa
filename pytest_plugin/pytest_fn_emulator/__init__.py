"""pytest fixtures of fn-emulator: ``load_function``, ``fake_cdf``, ``frozen_clock``, ``scheduled_call`` and three more.

Importing this imports pytest alone: a run that does not use it pays nothing. What the hooks and fixtures do is in the
modules beside this one, which are imported when they are needed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fn_emulator import FakeCdf, LoadedFunction
    from fn_emulator.frozen_clock import FrozenClock
    from pytest_fn_emulator.calls import CallsOfTest
    from pytest_fn_emulator.recorded import Logs
    from pytest_fn_emulator.scheduled import ScheduledCall
    from pytest_fn_emulator.snowflake import FakeSnowflake

CALLS: pytest.StashKey[CallsOfTest] = pytest.StashKey()
"""Of a test, the calls of its functions; of a run, those of the test that runs."""

LOGS: pytest.StashKey[Logs] = pytest.StashKey()
"""Of a run, where the calls of its failed tests are recorded."""

MARKERS = (
    "fn_function(path, **options): the function that load_function() opens when it is called without a path;"
    " options are those of load_function.",
    "fn_scheduled(cron, start, end): one test case for each due time in [start, end); the test takes scheduled_call.",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the ini keys of the same names."""
    group = parser.getgroup("fn-emulator", "functions under test (fn-emulator)")
    for name, choices, text in (
        ("runner", "inprocess|worker", "where load_function runs handlers"),
        ("cloud", "gcp|azure|aws", "whose limits apply"),
        ("network", "off|local|on", "which hosts handlers may reach"),
    ):
        group.addoption(f"--fn-{name}", dest=f"fn_{name}", metavar=choices, help=f"{text}.")
        parser.addini(f"fn_{name}", f"{text}: {choices}.", default="")
    group.addoption(
        "--fn-update", dest="fn_update", action="store_true", help="write what fake_cdf.assert_matches compares with."
    )
    parser.addini("fn_functions_root", "folder below which load_function looks for functions.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; refuse values of options that there are not."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    if _is_configured(config):
        from pytest_fn_emulator.options import check_options

        check_options(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say which options are not as they are by default."""
    if not _is_configured(config):
        return None
    from pytest_fn_emulator.options import header

    return header(config)


def _is_configured(config: pytest.Config) -> bool:
    names = ("fn_runner", "fn_cloud", "fn_network")
    ini = (config.getini(name) for name in (*names, "fn_functions_root"))
    return any((*map(config.getoption, (*names, "fn_update")), *ini))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a case of a test for each due time of its marker ``fn_scheduled``."""
    if metafunc.definition.get_closest_marker("fn_scheduled") is not None:
        from pytest_fn_emulator.scheduled import parametrize

        parametrize(metafunc)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Make an error of collection of each test whose markers cannot be meant, and of that test alone."""
    report = yield
    if any(_is_marked(node) for node in report.result):
        from pytest_fn_emulator.refused import with_refused

        report.result = with_refused(collector, report.result)
    return report


def _is_marked(node: pytest.Item | pytest.Collector) -> bool:
    return isinstance(node, pytest.Function) and ("fn_function" in node.keywords or "fn_scheduled" in node.keywords)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain how a response differs from what the test expected."""
    calls = config.stash.get(CALLS, None)
    if calls is None or op != "==":
        return None
    from pytest_fn_emulator.comparing import explanation

    return explanation(calls, left, right)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the calls of a failed test to its report, and record them for ``fn-emulate rerun``."""
    report = yield
    calls = item.stash.get(CALLS, None)
    if calls is None:
        return report
    if report.failed:
        from pytest_fn_emulator.recorded import add_section

        add_section(item.config, report, calls)
    if call.when == "teardown":
        del item.stash[CALLS]  # tests live as long as the run, and answers may be large
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Close the files of recorded calls."""
    logs = config.stash.get(LOGS, None)
    if logs is not None:
        logs.close()


@pytest.fixture
def fake_cdf(request: pytest.FixtureRequest) -> Iterator[FakeCdf]:
    """An empty in-memory CDF, shared by the functions that the test opens with ``load_function``.

    Example:
        >>> def test_writes_its_result(load_function, fake_cdf):
        ...     fake_cdf.seed({"timeseries": [{"externalId": "pump"}]})
        ...     load_function("functions/kpi").call()
        ...     assert fake_cdf.writes("events")[0]["item"]["type"] == "alarm"
        ...     fake_cdf.assert_matches("expected.yaml")
    """
    from fn_emulator import FakeCdf
    from fn_emulator.cdf.snapshots import Snapshots

    is_update = bool(request.config.getoption("fn_update"))
    cdf = FakeCdf(snapshots=Snapshots(str(request.path.parent), is_update=is_update))
    yield cdf
    cdf.close()


@pytest.fixture
def function_secrets() -> Mapping[str, str]:
    """What ``load_function`` gives to handlers as ``secrets``; none, unless it is overridden.

    Example:
        >>> @pytest.fixture
        ... def function_secrets():
        ...     return {"signing-key": "for-tests"}
    """
    return {}


@pytest.fixture
def function_call_info() -> Mapping[str, Any]:
    """What handlers have in ``function_call_info``, over what is there anyhow; nothing, unless it is overridden.

    Example:
        >>> @pytest.fixture
        ... def function_call_info():
        ...     return {"function_id": "42"}
    """
    return {}


@pytest.fixture
def load_function(
    request: pytest.FixtureRequest,
    fake_cdf: FakeCdf,
    function_secrets: Mapping[str, str],
    function_call_info: Mapping[str, Any],
) -> Iterator[Callable[..., LoadedFunction]]:
    """Open functions as ``fn_emulator.load_function`` does, and close them when the test ends.

    They share the test's ``fake_cdf``, ``function_secrets`` and ``function_call_info``. A relative path is looked for
    in the current directory, beside the test's file, in pytest's rootdir, and below the ini key ``fn_functions_root``;
    without a path it is that of the marker ``fn_function``.

    Example:
        >>> def test_greets(load_function):
        ...     assert load_function("functions/hello").call({"name": "Ada"}).response == {"greeting": "Hello Ada"}
        >>> @pytest.mark.fn_function("functions/hello", cloud="azure")
        ... def test_greets_on_azure(load_function):
        ...     assert load_function().call({"name": "Ada"}).status == "Completed"
    """
    from pytest_fn_emulator.loading import Loading

    loading = Loading(request, {"cdf": fake_cdf, "secrets": function_secrets, "call_info": function_call_info})
    request.node.stash[CALLS] = request.config.stash[CALLS] = loading.calls
    yield loading
    del request.config.stash[CALLS]
    loading.close()


@pytest.fixture
def fake_snowflake(load_function: Callable[..., LoadedFunction]) -> FakeSnowflake:
    """Snowflake on a bad day, for the remote service behind an external function.

    Example:
        >>> def test_it_survives_a_second_delivery(fake_snowflake):
        ...     verdict = fake_snowflake.replay("functions/freight_price", rows=[[12.5, "nordic"], [3, "domestic"]])
        ...     verdict.raise_for_findings()
    """
    from pytest_fn_emulator.snowflake import FakeSnowflake

    return FakeSnowflake(load_function)


@pytest.fixture
def frozen_clock() -> Iterator[FrozenClock]:
    """The clock of the test, of ``fake_cdf`` and of handlers, which stands until somebody moves it.

    It begins at the real time, to the second. What a handler sleeps moves it too.

    Example:
        >>> def test_yesterday_is_reported(load_function, frozen_clock):
        ...     frozen_clock.move_to("2026-03-29T06:00")
        ...     assert load_function("functions/report").call().response["day"] == "2026-03-28"
        ...     frozen_clock.tick(86_400)
    """
    from _pytest import timing

    from fn_emulator.frozen_clock import FrozenClock

    with FrozenClock(untouched=(timing,)) as clock:  # pytest goes on timing its tests
        yield clock


@pytest.fixture
def scheduled_call(request: pytest.FixtureRequest) -> ScheduledCall:
    """One due time of the marker ``fn_scheduled``; called with a function, it calls that as the schedule would.

    Example:
        >>> @pytest.mark.fn_scheduled("0 6 * * *", start="2026-03-28", end="2026-03-31")
        ... def test_each_morning(load_function, scheduled_call):
        ...     assert scheduled_call(load_function("functions/report")).status == "Completed"
        ...     assert scheduled_call.scheduled_time.hour == 6
    """
    from pytest_fn_emulator.scheduled import scheduled_call_of

    return scheduled_call_of(request)
