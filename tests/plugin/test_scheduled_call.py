"""``@pytest.mark.fn_scheduled``: one case of a test for each due time."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

MARKED = "import pytest\n@pytest.mark.fn_scheduled({})\ndef test_it({}):\n    pass\n"
ISO = "start='2026-03-28', end='2026-03-30'"


def test_each_due_time_is_a_case_with_the_time_as_its_id(run):
    source = """
    import pytest
    from datetime import datetime, timezone
    SEEN = []
    @pytest.mark.fn_scheduled("0 */12 * * *", start="2026-03-28", end="2026-03-29")
    def test_it(scheduled_call):
        SEEN.append(scheduled_call.scheduled_time)
        assert scheduled_call.cron == "0 */12 * * *"
    def test_their_times():
        assert SEEN == [datetime(2026, 3, 28, hour, tzinfo=timezone.utc) for hour in (0, 12)]
    """
    ended = run(source, "-v", "--strict-markers")
    ended.stdout.fnmatch_lines(
        ["test_it.py::test_it[[]2026-03-28T00:00Z] PASSED*", "test_it.py::test_it[[]2026-03-28T12:00Z] PASSED*"]
    )
    ended.assert_outcomes(passed=3)


def test_start_and_end_may_be_aware_datetimes(run):
    zone = "timezone(timedelta(hours=2))"
    source = "from datetime import datetime, timedelta, timezone\n" + MARKED.format(
        f"'0 * * * *', start=datetime(2026, 3, 28, 2, tzinfo={zone}), end=datetime(2026, 3, 28, 3, tzinfo={zone})",
        "scheduled_call",
    )
    run(source, "-v").stdout.fnmatch_lines(["test_it.py::test_it[[]2026-03-28T00:00Z] PASSED*"])


def test_other_parameters_make_cases_of_each_due_time(run):
    source = "import pytest\n@pytest.mark.parametrize('n', [1, 2])\n" + MARKED.format(
        f"'0 6 * * *', {ISO}", "scheduled_call, n"
    ).removeprefix("import pytest\n")
    run(source).assert_outcomes(passed=4)


def test_it_calls_a_function_as_the_schedule_would(run, write_function):
    write_function(
        "import datetime\n"
        "CALLS = []\n"
        "def handle(data, function_call_info):\n"
        "    CALLS.append(1)\n"
        "    now = datetime.datetime.now(datetime.timezone.utc).isoformat()\n"
        "    info = function_call_info\n"
        "    return [data, len(CALLS), now, info['scheduled_time'], 'schedule_id' in info]\n"
    )
    source = """
    import pytest
    @pytest.mark.fn_scheduled("0 6 * * *", start="2026-03-28", end="2026-03-30")
    def test_it(load_function, scheduled_call):
        fn = load_function("fn")
        due = f"{scheduled_call.scheduled_time:%Y-%m-%dT%H:%M:%S}"
        for data in ({"n": 1}, {"n": 2}):
            assert scheduled_call(fn, data).response == [data, 1, f"{due}+00:00", f"{due}Z", True]
    """
    run(source).assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "takes", "message"),
    [
        (f"'0 6 * *', {ISO}", "scheduled_call", "The cron expression '0 6 [*] [*]' has 4 fields*"),
        ("'0 6 * * *', start='2026-03-28'", "scheduled_call", "fn_scheduled has no end."),
        ("start='2026-03-28', end='2026-03-29'", "scheduled_call", "fn_scheduled has no cron."),
        (f"'0 6 * * *', '2026-03-28', {ISO}", "scheduled_call", "fn_scheduled has 2 arguments without a name, *"),
        (
            f"'0 6 * * *', {ISO}, ende=1",
            "scheduled_call",
            "fn_scheduled has an argument 'ende', which it does not take.",
        ),
        ("'0 6 * * *', start='soon', end='2026'", "scheduled_call", "start='soon' of fn_scheduled is not an instant *"),
        ("'0 6 * * *', start=1, end=2", "scheduled_call", "start='1' of fn_scheduled is not a datetime."),
        (f"'0 6 29 2 *', {ISO}", "scheduled_call", "'0 6 29 2 [*]' is never due from 2026-03-28T00:00:00Z to *"),
        (
            f"'* * * * *', {ISO}",
            "scheduled_call",
            "'[*] [*] [*] [*] [*]' is due more than 1,000 times from 2026-03-28*",
        ),
        (f"'0 6 * * *', {ISO}", "", "fn_scheduled marks a test that takes no scheduled_call."),
        (f"'0 6 * * *', cron='0 9 * * *', {ISO}", "scheduled_call", "fn_scheduled has two values for cron."),
    ],
)
def test_a_marker_that_cannot_be_meant_is_refused_by_the_name_of_its_test(run, marker, takes, message):
    ended = run(MARKED.format(marker, takes))
    assert ended.ret == 2
    ended.stdout.fnmatch_lines([f"test_it.py::test_it: {message}", "Hint: *"])
    ended.stdout.no_fnmatch_line("Traceback*")


def test_two_markers_of_one_test_are_refused(run):
    twice = f"@pytest.mark.fn_scheduled('0 7 * * *', {ISO})\ndef test_it"
    ended = run(MARKED.format(f"'0 6 * * *', {ISO}", "scheduled_call").replace("def test_it", twice))
    assert ended.ret == 2
    ended.stdout.fnmatch_lines(["test_it.py::test_it: fn_scheduled marks the test twice."])


def test_a_test_without_the_marker_is_told_to_have_one(run):
    run("def test_it(scheduled_call):\n    pass\n").stdout.fnmatch_lines(
        [
            "scheduled_call needs a test function with the marker fn_scheduled.",
            "Hint: write it as @pytest.mark.fn_scheduled(*",
        ]
    )
