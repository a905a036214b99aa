"""An exception of the user's -> its type, message, and a traceback that holds the user's frames and none of ours."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any

_HARNESS = os.path.dirname(os.path.abspath(__file__)) + os.sep
TIME_IS_UP = "The time limit ended the call here."
"""Ends the traceback of a call that ran out of time."""

CRASHED_HERE = "The process crashed here."
"""Ends the traceback of a process that C code ended."""

_IMPORT_MACHINERY = "<frozen importlib"


def describe(exc: BaseException) -> dict[str, str]:
    """``{"type", "message", "trace"}`` of an exception; never raises, whatever the exception does."""
    return {"type": type(exc).__name__, "message": message_of(exc), "trace": trace_of(exc)}


def message_of(exc: BaseException) -> str:
    """The exception's text, also when its ``__str__`` raises."""
    try:
        return str(exc)
    except BaseException as again:  # the user's __str__, which may raise SystemExit too
        return f"<str() of it raised {type(again).__name__}>"


def trace_of(exc: BaseException, heading: str | None = None) -> str:
    """The traceback as Python prints it, with its chain, less our own frames and those of the import system."""
    import traceback

    try:
        tree = traceback.TracebackException.from_exception(exc)
        _strip(tree, set())
        text = "".join(tree.format())
    except BaseException as again:  # code of the user's runs in __str__, __repr__ and __notes__
        text = f"{type(exc).__name__}: <formatting it raised {type(again).__name__}>\n"
    if heading is not None:
        frames = text.rpartition(f"{type(exc).__name__}")[0].rpartition("\n")[0]
        text = f"{frames}\n{heading}" if frames else heading
    return text.rstrip("\n")


def _strip(tree: Any, done: set[int]) -> None:
    if tree is None or id(tree) in done:
        return
    done.add(id(tree))
    tree.stack[:] = [frame for frame in tree.stack if not is_ours(frame.filename)]
    _strip(tree.__cause__, done)
    _strip(tree.__context__, done)
    for member in getattr(tree, "exceptions", None) or ():
        _strip(member, done)


def is_ours(filename: str) -> bool:
    """Whether a frame belongs to the harness or to the import system: nothing that a user wants to read."""
    return filename.startswith((_HARNESS, _IMPORT_MACHINERY))


def innermost(trace: TracebackType | None, is_user_file: Any) -> tuple[str, int] | None:
    """File and line of the innermost frame that is in a file of the user's, or None."""
    found = None
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if is_user_file(filename):
            found = (filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def caller(is_user_file: Any) -> tuple[str, int] | None:
    """File and line of the nearest frame on the stack that is in a file of the user's, or None."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if is_user_file(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None
