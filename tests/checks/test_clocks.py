"""Which clocks of a function's text a freeze does not reach."""

from __future__ import annotations

import sys
from datetime import datetime, timezone

import pytest

from fn_emulator import load_function
from fn_emulator.checks.call.clocks import uncovered_clocks
from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.call.surroundings import clock_not_covered
from fn_emulator.function import open_function
from fn_emulator.model import Call

AT = datetime(2026, 3, 29, tzinfo=timezone.utc)
HEAD = """\
import os.path, sqlite3, time
import numpy as np
import pandas as pd
from pandas import Timestamp as Stamp
from time import clock_gettime
QUERY = "select current_timestamp"
"""
FIRST = HEAD.count("\n") + 1


@pytest.fixture
def found(tmp_path):
    """What is found in ``handle`` with one expression: ``found("pd.Timestamp.now()")``."""

    def found_(expression, head=HEAD):
        (tmp_path / "handler.py").write_text(f"{head}def handle(data, path, sql):\n    return {expression}\n")
        return uncovered_clocks(open_function(tmp_path))

    return found_


@pytest.mark.parametrize(
    ("expression", "clock", "is_held_beneath"),
    [
        ("pd.Timestamp.now()", "pandas.Timestamp.now", True),
        ("pd.Timestamp.utcnow()", "pandas.Timestamp.utcnow", True),
        ("Stamp.today()", "pandas.Timestamp.today", True),
        ("pd.Period.now('D')", "pandas.Period.now", True),
        ("pd.Timestamp('now', tz='UTC')", "pandas.Timestamp('now')", True),
        ("Stamp(ts_input='today')", "pandas.Timestamp('today')", True),
        ("pd.to_datetime('today')", "pandas.to_datetime('today')", True),
        ("data.get('at', pd.Timestamp.now)", "pandas.Timestamp.now", True),
        ("time.clock_gettime(time.CLOCK_REALTIME)", "time.clock_gettime", True),
        ("clock_gettime(0)", "time.clock_gettime", True),
        ("time.clock_gettime_ns(time.CLOCK_MONOTONIC)", "time.clock_gettime_ns", False),
        ("np.datetime64('now')", "numpy.datetime64('now')", False),
        ("np.datetime64('today', 'D')", "numpy.datetime64('today')", False),
        ("sql.execute(\"select datetime('now', '-1 day')\")", "SQLite's 'now'", False),
        ("sql.executemany('insert into t values (?, CURRENT_TIMESTAMP)', data)", "SQLite's 'now'", False),
        ("sql.execute(QUERY)", "SQLite's 'now'", False),
        ("sql.execute(f\"select '{path}', date('now')\")", "SQLite's 'now'", False),
        ("os.path.getmtime(path)", "os.path.getmtime", False),
        ("path.stat().st_mtime", "st_mtime", False),
    ],
)
def test_a_clock_out_of_reach_is_found(found, expression, clock, is_held_beneath):
    (read,) = found(expression)
    assert (read.clock, read.line, read.is_held_beneath) == (clock, FIRST + 1, is_held_beneath)


@pytest.mark.parametrize(
    "expression",
    [
        "pd.Timestamp('2024-01-01')",
        "pd.to_datetime(data['now'])",
        "np.datetime64('2024-01-01')",
        "np.datetime64(data)",
        "time.time()",
        "time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)",
        "sql.execute('select current_timestamps, now from t where x = ?', ['now'])",
        "print(\"it is 'now'\")",
        "path.stat().st_size",
        "data.Timestamp.now()",
    ],
)
def test_its_close_neighbour_is_left_alone(found, expression):
    assert found(expression) == ()


def test_a_variable_that_is_no_import_is_left_alone(found):
    assert found("pandas.Timestamp.now(), np.datetime64('now')", "pandas = np = object()\n") == ()


def test_sql_is_read_only_where_there_is_sqlite(found):
    assert found("sql.execute('select current_timestamp')", "import psycopg\n") == ()


def test_what_never_runs_on_the_platform_is_left_alone(found):
    assert found("1", HEAD + 'if __name__ == "__main__":\n    print(pd.Timestamp.now())\n') == ()


def test_modules_that_the_handler_reaches_are_read_too(tmp_path):
    (tmp_path / "handler.py").write_text("from common import rules\ndef handle():\n    return rules.now()\n")
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "rules.py").write_text("import pandas\ndef now():\n    return pandas.Timestamp.now()\n")
    (tmp_path / "other.py").write_text("import pandas\nNOW = pandas.Timestamp.now()\n")
    assert [(read.file, read.line) for read in uncovered_clocks(open_function(tmp_path))] == [("common/rules.py", 3)]


def test_the_files_are_read_once(tmp_path):
    (tmp_path / "handler.py").write_text("import numpy\ndef handle():\n    return numpy.datetime64('now')\n")
    function = open_function(tmp_path)
    first = uncovered_clocks(function)
    (tmp_path / "handler.py").write_text("def handle():\n    return 1\n")
    assert uncovered_clocks(function) is first
    assert uncovered_clocks(open_function(tmp_path)) == ()


class Seen:
    """The part of the evidence that the rule reads."""

    def __init__(self, clock, frozen_at=AT):
        self.clock = clock
        self.call = Call(1, "fn", 2, {}, "{}", frozen_at=frozen_at)


def said(tmp_path, seen):
    source = "import numpy, pandas\ndef handle():\n    return pandas.Timestamp.now(), numpy.datetime64('now')\n"
    (tmp_path / "handler.py").write_text(source)
    subject = CallSubject(open_function(tmp_path), None, seen, None)
    return [(finding.evidence["clock"], finding.line, finding.hint) for finding in clock_not_covered(subject)]


PANDAS = (
    "pandas.Timestamp.now",
    3,
    "read datetime.now(timezone.utc) instead, or install time-machine beside it",
)
NUMPY = ("numpy.datetime64('now')", 3, "read datetime.now(timezone.utc) instead")


@pytest.mark.parametrize(
    ("clock", "found"), [(None, [PANDAS, NUMPY]), ("freezegun", [PANDAS, NUMPY]), ("time-machine", [NUMPY])]
)
def test_what_time_machine_holds_is_not_named_where_it_is(tmp_path, clock, found):
    assert said(tmp_path, Seen(clock)) == found


def test_nothing_is_named_where_the_clock_runs(tmp_path):
    assert said(tmp_path, Seen(None, frozen_at=None)) == []


def test_a_finding_has_the_path_that_the_user_knows(tmp_path):
    (tmp_path / "handler.py").write_text("import os\ndef handle():\n    return os.path.getmtime(__file__)\n")
    with load_function(tmp_path) as fn:
        (finding,) = fn.call(at=AT).findings
    assert (finding.id, finding.severity, finding.file, finding.line) == (
        *("clock-not-covered", "note"),
        *(f"{tmp_path}/handler.py", 3),
    )
    assert finding.message == "os.path.getmtime gives the real time, not the frozen one."


@pytest.mark.parametrize("runner", ["inprocess", "worker"])
def test_a_call_over_time_machine_has_no_finding_for_what_it_holds(tmp_path, runner):
    source = "import pandas, time\ndef handle():\n    return [pandas.Timestamp.now().year, time.clock_gettime(0)]\n"
    (tmp_path / "handler.py").write_text(source)
    with load_function(tmp_path, runner=runner) as fn:
        result = fn.call(at=AT)
    assert (result.response, result.findings) == ([2026, AT.timestamp()], ())


def test_a_call_without_it_names_what_goes_on(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "_time_machine", None)
    (tmp_path / "handler.py").write_text("import time\ndef handle():\n    return time.clock_gettime(0)\n")
    with load_function(tmp_path) as fn:
        result = fn.call(at=datetime(2020, 1, 1, tzinfo=timezone.utc))
    assert [finding.evidence["clock"] for finding in result.findings] == ["time.clock_gettime"]
    assert result.response > AT.timestamp()
