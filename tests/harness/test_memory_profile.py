"""The memory profile, on code that is compiled under the name of a user's file."""

from __future__ import annotations

import sys
import textwrap
import threading
import tracemalloc

import pytest

from fn_emulator.harness.memory_profile import MemoryProfile

HANDLER = "/fn/handler.py"


@pytest.fixture
def profiled():
    """Profiles ``handle()`` of some source; gives the result and what was told meanwhile."""

    def run(source, **names):
        space = dict(names)
        exec(compile(textwrap.dedent(source), HANDLER, "exec"), space)
        told = []
        profile = MemoryProfile(HANDLER.__eq__, told.append)
        profile.start()
        try:
            space["handle"]()
        finally:
            profile.stop()
        return profile.result(), told

    return run


def held(result):
    return [(line["file"], line["line"], round(line["mb"])) for line in result["held"]]


def test_the_line_at_the_peak_is_named_with_what_was_held_then(profiled):
    result, _ = profiled("""\
        def load():
            return [bytearray(1 << 20) for _ in range(20)]
        def handle():
            kept = load()
            more = bytes(60 << 20)
            kept.clear()
            return more
        """)
    assert (round(result["peak_mb"]), result["place"]) == (80, (HANDLER, 5))
    assert held(result) == [(HANDLER, 5, 60), (HANDLER, 2, 20)]


def test_what_one_line_takes_and_gives_back_is_its_own(profiled):
    result, _ = profiled("""\
        def handle():
            kept = bytes(10 << 20)
            size = len(bytes(40 << 20))
            return size
        """)
    assert (round(result["peak_mb"]), result["place"]) == (50, (HANDLER, 3))
    assert held(result) == [(HANDLER, 3, 40), (HANDLER, 2, 10)]


def test_what_comes_after_a_call_within_a_line_belongs_to_that_line(profiled):
    result, _ = profiled("""\
        def small():
            return 1
        def handle():
            return len(bytes(30 << 20) * small())
        """)
    assert (result["place"], held(result)) == ((HANDLER, 4), [(HANDLER, 4, 30)])


def test_a_smaller_second_peak_changes_nothing(profiled):
    result, _ = profiled("""\
        def handle():
            len(bytes(40 << 20))
            len(bytes(20 << 20))
        """)
    assert (result["place"], held(result)) == ((HANDLER, 2), [(HANDLER, 2, 40)])


def test_memory_that_a_library_takes_is_that_of_the_line_that_called_it(profiled):
    library = {}
    exec(compile("def load():\n    return bytes(30 << 20)\n", "/lib/x.py", "exec"), library)
    result, _ = profiled("def handle():\n    return load()\n", load=library["load"])
    assert (result["place"], held(result)) == ((HANDLER, 2), [(HANDLER, 2, 30)])


def test_numpy_arrays_count(profiled):
    numpy = pytest.importorskip("numpy")
    result, _ = profiled(
        """\
        def handle():
            kept = np.ones(4 << 20)
            return (kept * 2 + 1).sum()
        """,
        np=numpy,
    )
    assert result["place"] == (HANDLER, 3)
    assert held(result)[-1] == (HANDLER, 2, 32)
    assert result["peak_mb"] == pytest.approx(96, abs=33)  # numpy reuses a temporary, or does not


def test_threads_are_looked_at_too(profiled):
    result, _ = profiled(
        """\
        def work():
            size = len(bytes(30 << 20))
            return size
        def handle():
            thread = Thread(target=work)
            thread.start()
            thread.join()
        """,
        Thread=threading.Thread,
    )
    assert result["place"] == (HANDLER, 2)


def test_a_table_is_told_while_the_call_runs(profiled):
    result, told = profiled("def handle():\n    kept = bytes(20 << 20)\n    return len(kept)\n")
    assert [summary["held"] for summary in told] == [result["held"]]


def test_what_raises_is_profiled_up_to_there():
    profile = MemoryProfile(HANDLER.__eq__, lambda summary: None)
    space = {}
    exec(compile("def handle():\n    kept = bytes(20 << 20)\n    raise KeyError('x')\n", HANDLER, "exec"), space)
    profile.start()
    with pytest.raises(KeyError):
        space["handle"]()
    profile.stop()
    assert profile.result()["place"] == (HANDLER, 2)


def test_a_handler_that_ends_tracemalloc_ends_the_profile_alone(profiled):
    result, _ = profiled("def handle():\n    tracemalloc.stop()\n    return bytes(9 << 20)\n", tracemalloc=tracemalloc)
    assert result["held"] == []


def test_the_trace_functions_that_were_there_are_back_afterwards(profiled):
    def tracer(frame, event, arg):
        return None

    before = sys.gettrace(), threading._trace_hook
    sys.settrace(tracer)
    threading.settrace(tracer)
    try:
        profiled("def handle():\n    pass\n")
        assert (sys.gettrace(), threading._trace_hook) == (tracer, tracer)
    finally:
        sys.settrace(before[0])
        threading.settrace(before[1])


def test_a_debugger_that_starts_meanwhile_stays(profiled):
    def debugger(frame, event, arg):
        return None

    before = sys.gettrace()
    try:
        profiled("def handle():\n    settrace(debugger)\n", settrace=sys.settrace, debugger=debugger)
        assert sys.gettrace() is debugger
    finally:
        sys.settrace(before)


def test_tracemalloc_goes_on_only_where_it_was_on(profiled):
    profiled("def handle():\n    pass\n")
    assert not tracemalloc.is_tracing()
    tracemalloc.start()
    try:
        profiled("def handle():\n    pass\n")
        assert tracemalloc.is_tracing()
    finally:
        tracemalloc.stop()


def test_a_profile_that_was_not_started_is_left_alone():
    profile = MemoryProfile(HANDLER.__eq__, print)
    profile.stop()
    assert profile.result() == {"peak_mb": 0.0, "place": None, "held": []}


def test_a_return_gives_the_word_back_to_the_users_line_that_called():
    profile = MemoryProfile(__file__.__eq__, print)
    profile._running = True
    frame = sys._getframe()
    assert profile._on_call(frame, "call", None) == profile._on_event
    assert profile._on_event(frame, "return", None) == profile._on_event
    assert profile._last is None  # nothing of the user's called this test


def test_functions_of_others_are_not_looked_at():
    profile = MemoryProfile(HANDLER.__eq__, print)
    profile._running = True
    assert profile._on_call(sys._getframe(), "call", None) is None
