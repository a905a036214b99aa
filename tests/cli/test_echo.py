"""Output that repeats what a failed call wrote before."""

from __future__ import annotations

from fn_emulator.cli.echo import Echo

EARLIER = [("stdout", "a"), ("stderr", "b")]


def echoed(lines, earlier=EARLIER):
    shown = []
    echo = Echo(lambda stream, line: shown.append((stream, line)), earlier)
    for stream, line in lines:
        echo(stream, line)
    return echo, shown


def test_without_earlier_lines_each_is_shown_at_once():
    echo, shown = echoed(EARLIER, earlier=[])
    assert (shown, echo.is_repeated) == (EARLIER, False)


def test_the_same_lines_are_held_back():
    echo, shown = echoed(EARLIER)
    assert (shown, echo.is_repeated, echo.lines) == ([], True, EARLIER)


def test_with_the_first_difference_all_are_shown():
    lines = [EARLIER[0], ("stderr", "c"), EARLIER[1]]
    echo, shown = echoed(lines)
    assert (shown, echo.is_repeated) == (lines, False)


def test_fewer_lines_are_no_repetition():
    echo, shown = echoed(EARLIER[:1])
    assert (shown, echo.is_repeated) == ([], False)
    echo.release()
    assert shown == EARLIER[:1]


def test_more_lines_are_no_repetition():
    echo, shown = echoed([*EARLIER, ("stdout", "d")])
    assert (shown, echo.is_repeated) == ([*EARLIER, ("stdout", "d")], False)


def test_silence_repeats_silence():
    assert echoed([], earlier=[])[0].is_repeated
