"""``frozen_clock``: the clock of the test itself, of the in-memory CDF and of handlers."""

from __future__ import annotations

import re

import pytest

pytest_plugins = ["pytester"]

CLOCK = """
import datetime, time
CALLS = []
def handle(data):
    CALLS.append(1)
    time.sleep(data.get("sleep", 0))
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"now": now.isoformat(), "agree": time.time() == now.timestamp(), "calls": len(CALLS)}
"""


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function(CLOCK)


def test_a_handler_sees_the_time_of_the_test(run):
    source = """
    def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2026-03-29T02:00")
        response = load_function("fn").call().response
        assert response == {"now": "2026-03-29T02:00:00+00:00", "agree": True, "calls": 1}
    """
    run(source).assert_outcomes(passed=1)


def test_what_a_handler_sleeps_moves_it(run):
    source = """
    import time
    from datetime import timedelta
    def test_it(load_function, frozen_clock):
        before = frozen_clock.now
        load_function("fn").call({"sleep": 60}).raise_for_failure()
        assert frozen_clock.now == before + timedelta(seconds=60)
        assert time.time() == frozen_clock.now.timestamp()
    """
    run(source).assert_outcomes(passed=1)


def test_a_warm_handler_stays_warm_while_it_is_moved(run):
    source = """
    def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2026-03-29T02:00")
        fn = load_function("fn")
        seen = []
        for _ in range(3):
            seen.append(fn.call().response)
            frozen_clock.tick(60)
        assert [response["calls"] for response in seen] == [1, 2, 3]
        assert [response["now"][14:16] for response in seen] == ["00", "01", "02"]
        assert all(response["agree"] for response in seen)
    """
    run(source).assert_outcomes(passed=1)


@pytest.mark.parametrize("order", ["load_function, frozen_clock", "frozen_clock, load_function"])
def test_the_order_of_the_fixtures_does_not_matter(run, order):
    source = f"""
    from datetime import datetime, timezone
    def test_it({order}):
        frozen_clock.move_to("2026-03-29")
        assert load_function("fn").call().response["now"] == "2026-03-29T00:00:00+00:00"
    def test_the_next_one_has_the_real_clock(load_function):
        now = datetime.now(timezone.utc).isoformat()
        assert now != "2026-03-29T00:00:00+00:00"
        assert load_function("fn").call().response["now"][:10] == now[:10]
    """
    run(source).assert_outcomes(passed=2)


def test_the_in_memory_cdf_goes_by_it(run):
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    source = """
    def test_it(fake_cdf, frozen_clock):
        frozen_clock.move_to("2026-03-29")
        fake_cdf.seed({"timeseries": [{"externalId": "ts"}],
                       "datapoints": [{"externalId": "ts", "start": "2h-ago", "step": "1h", "values": [1, 2]}]})
        points = fake_cdf.client.time_series.data.retrieve(external_id="ts", start=0)
        assert list(points.timestamp) == [1774735200000, 1774738800000]
    """
    run(source).assert_outcomes(passed=1)


def test_tests_are_timed_by_the_real_clock(run):
    source = """
    def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2000-01-01")
        frozen_clock.tick(3600)
        load_function("fn").call({"sleep": 600})
    """
    ended = run(source, "--durations=0", "-vv")
    durations = re.findall(r"^([\d.-]+)s (?:setup|call|teardown)", ended.stdout.str(), re.MULTILINE)
    assert len(durations) == 3
    assert all(0 <= float(seconds) < 30 for seconds in durations)


def test_a_fixture_of_the_users_own_may_set_it(pytester, run):
    pytester.makeconftest("""
        import pytest
        @pytest.fixture
        def frozen_clock(frozen_clock):
            frozen_clock.move_to("2026-03-29")
            return frozen_clock
        """)
    source = """
    def test_it(load_function, frozen_clock):
        assert load_function("fn").call().response["now"] == "2026-03-29T00:00:00+00:00"
    """
    run(source).assert_outcomes(passed=1)


def test_a_handler_in_a_worker_sees_it_too(run):
    source = """
    def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2026-03-29T02:00")
        fn = load_function("fn", runner="worker")
        assert fn.call().response["now"] == "2026-03-29T02:00:00+00:00"
        frozen_clock.tick(60)
        assert fn.call().response["now"] == "2026-03-29T02:01:00+00:00"
    """
    run(source).assert_outcomes(passed=1)


def test_a_clock_that_a_handler_leaves_frozen_goes_on_in_the_test(run, write_function):
    write_function(
        "import freezegun\ndef handle():\n    freezegun.freeze_time('2020-01-01').start()\n    return 1\n", "leaves"
    )
    source = """
    import time
    def test_it(load_function):
        result = load_function("leaves").call()
        assert [finding.id for finding in result.findings if "freezegun" in finding.message] == ["left-behind"]
        assert time.gmtime().tm_year > 2020
    def test_after_it():
        assert time.gmtime().tm_year > 2020
    """
    run(source).assert_outcomes(passed=2)
