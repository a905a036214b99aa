"""Rows of a table that appear as they come, beside the function's own output and, on a terminal, how far it is."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fn_emulator.cli.live import live_output
from fn_emulator.cli.output import write_output

if TYPE_CHECKING:
    from fn_emulator.runners import Show

PROGRESS_FROM = 2
"""Fewer calls have no progress to show."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows go.

    Attributes:
        write: Writes a row to stdout.
        show: Shows a line that the function wrote, on stderr.
        advance: One more call has ended.
    """

    write: Callable[[str], None]
    show: Show
    advance: Callable[[], None]


@contextmanager
def live_rows(calls: int) -> Iterator[Rows]:
    """Give a place for rows; ``calls`` is how many calls there will be."""
    if calls < PROGRESS_FROM or not _is_terminal(sys.stderr):
        with live_output() as show:
            yield Rows(lambda text: write_output(text, None), show, lambda: None)
        return
    import os

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    # A descriptor of its own: during a call in this process, number 2 leads into the capture.
    with open(os.dup(sys.stderr.fileno()), "w", encoding=sys.stderr.encoding, errors="replace") as own:
        console = Console(file=own, force_terminal=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, redirect_stdout=False) as progress:
            task = progress.add_task("", total=calls)

            def say(text: str) -> None:
                console.print(text, markup=False, highlight=False, soft_wrap=True)

            # On one terminal, the bar has to know of everything that is written.
            write = say if _is_terminal(sys.stdout) else lambda text: write_output(text, None)
            yield Rows(write, lambda stream, line: say(line), lambda: progress.advance(task))


def _is_terminal(stream: object) -> bool:
    try:
        return bool(stream.isatty())  # type: ignore[attr-defined]
    except (AttributeError, ValueError):  # closed
        return False
