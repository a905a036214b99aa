"""``fake_cdf.assert_matches``: what functions changed, against a file beside the test."""

from __future__ import annotations

import textwrap

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
pytest_plugins = ["pytester"]

HANDLER = """
from cognite.client.data_classes import EventWrite
def handle(client, data):
    client.events.create(EventWrite(external_id="a", type=data.get("type", "alarm"), start_time=0))
"""
TEST = """
def test_it(load_function, fake_cdf):
    load_function("fn").call({"type": TYPE}).raise_for_failure()
    fake_cdf.assert_matches("expected/events.yaml")
"""


@pytest.fixture(autouse=True)
def _function(write_function):
    write_function(HANDLER)


def test_the_option_writes_the_file_and_later_runs_compare_with_it(pytester, run):
    written = run(TEST.replace("TYPE", "'alarm'"), "--fn-update")
    written.assert_outcomes(passed=1)
    assert "fn-emulator: snapshots are rewritten" in written.outlines
    assert (pytester.path / "expected" / "events.yaml").read_text().splitlines()[1:] == [
        "events:",
        "  created:",
        "  - externalId: a",
        "    startTime: 0",
        "    type: alarm",
    ]
    run(TEST.replace("TYPE", "'alarm'")).assert_outcomes(passed=1)
    run(TEST.replace("TYPE", "'warning'")).stdout.fnmatch_lines(
        [
            f"E *AssertionError: What functions changed in CDF is not what {pytester.path}/expected/events.yaml has (*",
            "E * -     type: alarm",
            "E * +     type: warning",
            "E *Hint: if it is right as it is now, pytest --fn-update rewrites the file.",
        ]
    )


def test_a_file_that_is_not_there_fails_and_says_how_to_write_it(pytester, run):
    ended = run(TEST.replace("TYPE", "'alarm'"))
    ended.stdout.fnmatch_lines(
        [
            f"E *AssertionError: There is no {pytester.path}/expected/events.yaml to compare with what functions *",
            "E *Hint: run pytest --fn-update once, which writes it, and read what it wrote.",
        ]
    )
    assert not (pytester.path / "expected").exists()


def test_the_file_lies_beside_the_test_and_not_where_pytest_runs(pytester, alone):
    folder = pytester.mkdir("tests")
    (folder / "test_it.py").write_text(TEST.replace("TYPE", "'alarm'"))
    pytester.runpytest_subprocess("--fn-update").assert_outcomes(passed=1)
    assert (folder / "expected" / "events.yaml").exists()


def test_a_seeded_fixture_of_the_users_own_compares_what_is_different_since(pytester, run):
    pytester.makeconftest("""
        import pytest
        @pytest.fixture
        def fake_cdf(fake_cdf):
            return fake_cdf.seed({"events": [{"externalId": "old"}]})
        """)
    run(TEST.replace("TYPE", "'alarm'"), "--fn-update").assert_outcomes(passed=1)
    assert "old" not in (pytester.path / "expected" / "events.yaml").read_text()


def test_a_secret_that_a_function_writes_is_not_in_the_file(pytester, run):
    source = """
    from cognite.client.data_classes import EventWrite
    def handle(client, secrets):
        client.events.create(EventWrite(external_id="a", description="token " + secrets["k"]))
    """
    (pytester.path / "leaky").mkdir()
    (pytester.path / "leaky" / "handler.py").write_text(textwrap.dedent(source))
    test = """
    def test_it(load_function, fake_cdf):
        load_function("leaky", secrets={"k": "hush-hush-hush"}).call()
        fake_cdf.assert_matches("e.yaml")
    """
    run(test, "--fn-update").assert_outcomes(passed=1)
    assert "hush" not in (pytester.path / "e.yaml").read_text()
