"""The section of a failed test's report, and the recordings of its calls."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

TITLE = "fn-emulator calls"
SPEAKS = """
def handle(data):
    print("reading", sorted(data))
    return 1 / data["by"]
"""


def section(ended):
    """The lines of the section, with what differs from run to run taken out."""
    lines = ended.outlines
    start = next((number for number, line in enumerate(lines) if f"- {TITLE} -" in line), len(lines)) + 1
    end = next((number for number in range(start, len(lines)) if re.match("[-=_]{5}", lines[number])), len(lines))
    text = "\n".join(lines[start:end])
    return re.sub(r"\d{6}-\d{9}-[0-9a-f]+-", "ID-", re.sub(r"[\d.]+ m?s\b", "TIME", text)).splitlines()


def recordings(pytester):
    return sorted((pytester.path / ".fn-emulate" / "calls").glob("*.jsonl"))


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function(SPEAKS)


def test_it_tells_the_calls_their_logs_and_how_to_rerun_them(pytester, run):
    ended = run("""
    def test_it(load_function):
        fn = load_function("fn")
        assert fn.call({"by": 2}).response == 0.5
        assert fn.call({"by": 0}).status == "Completed"
    """)
    assert [line for line in section(ended) if line.strip(" ~^")] == [  # underlined since Python 3.11
        '1. fn ({"by": 2}): Completed in TIME (inprocess)',
        "    reading ['by']",
        "    rerun it: fn-emulate rerun ID-1",
        '2. fn ({"by": 0}): Failed in TIME (inprocess): ZeroDivisionError: division by zero',
        "    reading ['by']",
        "    Traceback (most recent call last):",
        f'      File "{pytester.path}/fn/handler.py", line 4, in handle',
        '        return 1 / data["by"]',
        "    ZeroDivisionError: division by zero",
        "    rerun it: fn-emulate rerun ID-2",
    ]


def test_secrets_in_data_are_masked(run):
    ended = run("""
    def test_it(load_function):
        fn = load_function("fn", secrets={"key": "correct-horse"})
        assert fn.call({"by": 2, "word": "correct-horse"}).response == 1
    """)
    assert section(ended)[0] == '1. fn ({"by": 2, "word": "***"}): Completed in TIME (inprocess)'


def test_findings_and_effects_are_among_it(run, write_function):
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    write_function("def handle(client):\n    client.assets.list()\n    return {1, 2}\n", "asks")
    ended = run("def test_it(load_function):\n    load_function('asks').call().raise_for_failure()\n")
    assert section(ended)[1:] == [
        "    CDF  read  assets  0  asks/handler.py:2",
        "    asks/handler.py: error: $ is a set, which is not JSON. [not-json]",
        "        hint: return it as a list, e.g. sorted(value)",
        "    rerun it: fn-emulate rerun ID-1 (without what the test put into fake_cdf)",
    ]


def test_the_line_that_it_gives_runs_the_call_again(pytester, run):
    ended = run("def test_it(load_function):\n    load_function('fn').call({'by': 0}).raise_for_failure()\n")
    (name,) = re.findall(r"rerun it: fn-emulate rerun (\S+)", ended.stdout.str())
    command = [sys.executable, "-m", "fn_emulator", "rerun", name, "--no-record"]
    again = subprocess.run(command, cwd=pytester.path, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.splitlines()[-1]) == (1, "As recorded.")


def test_nothing_is_recorded_of_tests_that_pass_are_skipped_or_expected_to_fail(pytester, run):
    ended = run("""
    import pytest
    def test_passes(load_function):
        load_function("fn").call({"by": 0})
    def test_is_skipped(load_function):
        load_function("fn").call({"by": 0})
        pytest.skip("later")
    @pytest.mark.xfail
    def test_is_expected_to_fail(load_function):
        load_function("fn").call({"by": 0}).raise_for_failure()
    """)
    ended.assert_outcomes(passed=1, skipped=1, xfailed=1)
    assert recordings(pytester) == []


def test_only_the_last_calls_are_told(run):
    ended = run("""
    def test_it(load_function):
        fn = load_function("fn")
        for number in range(1, 8):
            fn.call({"by": number})
        assert False
    """)
    told = [line for line in section(ended) if not line.startswith("    ")]
    assert told[0] == "... 2 calls before"
    assert [line.partition(".")[0] for line in told[1:]] == ["3", "4", "5", "6", "7"]


def test_a_failure_of_a_fixture_tells_its_calls(run):
    ended = run("""
    import pytest
    @pytest.fixture
    def result(load_function):
        yield load_function("fn").call({"by": 0}).response
    def test_it(result):
        pass
    """)
    ended.assert_outcomes(errors=1)
    assert "rerun it: fn-emulate rerun ID-1" in section(ended)[-1]


def test_a_test_that_fails_twice_tells_its_calls_once(run):
    ended = run("""
    import pytest
    @pytest.fixture
    def fn(load_function):
        fn = load_function("fn")
        yield fn
        assert fn.call({"by": 4}).response == 0
    def test_it(fn):
        assert fn.call({"by": 2}).response == 0
    """)
    ended.assert_outcomes(failed=1, errors=1)
    told = [line for line in ended.outlines if re.match(r"\d\. fn |\.\.\. ", line)]
    assert [line.partition(":")[0] for line in told] == ["... 1 call before", '2. fn ({"by"', '1. fn ({"by"']


def test_a_frozen_clock_does_not_matter(pytester, run):
    ended = run("""
    def test_it(load_function, frozen_clock):
        frozen_clock.move_to("2001-01-01")
        assert load_function("fn").call({"by": 1}).response == {"by": 2}
    """)
    assert section(ended)[-1] == "    rerun it: fn-emulate rerun ID-1"
    (file,) = recordings(pytester)
    assert not file.name.startswith("01")


def test_the_calls_of_tests_that_are_over_are_let_go(run):
    ended = run("""
    from weakref import ref
    KEPT = []
    def test_calls(load_function):
        fn = load_function("fn")
        fn.call({"by": 1})
        KEPT.append(ref(fn))
    def test_is_gone():
        import gc
        gc.collect()
        assert KEPT[0]() is None
    """)
    ended.assert_outcomes(passed=2)


def test_a_callable_cannot_be_run_again_and_no_one_is_told_to(pytester, run):
    ended = run("""
    def test_it(load_function):
        def handle(data):
            return 1
        assert load_function(handle).call().response == 2
    """)
    assert section(ended)[0].startswith("1. test_it.test_it.<locals>.handle ({}): Completed")
    assert recordings(pytester) == []


def test_a_folder_that_cannot_be_written_is_said(pytester, run):
    (pytester.path / ".fn-emulate").symlink_to("elsewhere")
    ended = run("def test_it(load_function):\n    assert load_function('fn').call({'by': 1}).response == 2\n")
    ended.assert_outcomes(failed=1)
    assert any(line.startswith("    note: The call was not recorded: ") for line in section(ended))


def test_a_failure_without_a_call_has_no_section(run):
    ended = run("def test_it(load_function):\n    load_function('fn')\n    assert False\n")
    assert section(ended) == []
