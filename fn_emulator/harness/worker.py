"""The loop of a worker: takes requests from a pipe, calls the handler, sends what came of it. Never returns.

Requests and replies are frames. A request is ``{"op": "open"}`` with the session's specification, ``{"op": "call"}``
with a call as ``Session.call`` takes it, ``{"op": "each"}`` with several as ``Session.call_each`` takes them, or
``{"op": "trials"}`` as ``Session.run_trials`` does. A reply is ``{"op": "reply", "size"}``: its body is the reply of
the session, ``size`` bytes of JSON, and after it the answer's text. What came of each of several calls is in the
journal; ``{"op": "over", "journal_size"}`` says how far.
``{"op": "no-sdk"}`` stands for a client that cannot be made here.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Mapping
from json import dumps, loads  # not by the module's name: a handler may put another encoder in its place
from typing import Any, NoReturn

from .birth import begin_life
from .channel import connect
from .client import SdkMissing
from .frame import packed, read_frame, write
from .journal import Journal
from .leftovers import directory as current_directory
from .lines import STREAMS
from .memory_limit import bind, peak_mb, reset_peak
from .new_modules import Moment
from .session import Session, open_session
from .stretch import Quiet, pack_quiet

_NOT_ITS_OWN = ("__mp_main__", "time_machine")
"""Modules that no function has imported, and no zygote has to."""

BUG_EXIT_CODE = 70
"""What a worker exits with after a mistake of ours, whose traceback is then in its journal."""


def be_worker(channels: Mapping[str, int]) -> NoReturn:
    """Live as a worker until nobody asks any more.

    Args:
        channels: Its descriptors, by the names of ``birth.CHANNELS``.
    """
    code = BUG_EXIT_CODE
    try:
        begin_life(channels)
        get_ready()
        _Worker(channels).serve()
        code = 0
    except BaseException as exc:  # nobody above can tell it
        _tell(exc, channels)
    finally:
        # Python's own end would wait for the threads that handlers leave, perhaps for ever.
        os._exit(code)


def _tell(error: BaseException, channels: Mapping[str, int]) -> None:
    if isinstance(error, OSError) and error.errno == errno.EBADF:
        os.write(2, b"fn-emulator ended the process: the function closed a descriptor that it has not opened.\n")
        return
    import traceback

    Journal(channels["journal"]).mistake(traceback.format_exc())


def get_ready() -> None:
    """Import what every worker needs, while nobody waits for it yet."""
    importlib.import_module("faulthandler")
    for name in ("patching", "running_processes", "started_processes"):
        importlib.import_module(f".{name}", __package__)


class _Worker:
    """What runs in the process; it also is told what comes of several calls."""

    def __init__(self, channels: Mapping[str, int]) -> None:
        self._channels = channels
        self._memory = {stream: channels[stream] for stream in STREAMS}
        self._journal = Journal(channels["journal"])
        self._session: Session | None = None
        self._opened: Moment | None = None

    def serve(self) -> None:
        while True:
            frame = read_frame(self._channels["requests"])
            if frame is None:
                return
            header, body = frame
            content = loads(body)
            if header["op"] == "open":
                self._open(content)
            else:
                if header["new_journal"]:
                    self._journal.start_anew()
                _stand_where(content)
                reset_peak()
                try:
                    _WORK[header["op"]](self, content)
                except SdkMissing:
                    self._send(packed({"op": "no-sdk", "python": sys.executable}))
                if header.get("is_last"):
                    return

    def _open(self, spec: Mapping[str, Any]) -> None:
        bind(spec.get("memory_limit"))
        exchange = None
        if spec.get("cdf") is not None and spec["has_exchange"]:
            exchange = connect(self._channels["answers"], self._channels["asks"])
        if spec.get("tells_modules"):
            self._opened = Moment()
        self._session = open_session(spec, exchange=exchange, journal=self._journal, memory=self._memory)

    def _call(self, request: Mapping[str, Any]) -> None:
        assert self._session is not None
        reply = self._session.call(request)
        self._add_process(reply)
        reply["journal_size"] = self._journal.size
        self._send(_packed_reply(reply))

    def _call_each(self, request: Mapping[str, Any]) -> None:
        assert self._session is not None
        self._session.call_each(request, self)
        self._send(packed({"op": "over", "journal_size": self._journal.size}))

    def _run_trials(self, request: Mapping[str, Any]) -> None:
        assert self._session is not None
        self._session.run_trials(request, self)
        self._send(packed({"op": "over", "journal_size": self._journal.size}))

    def quiet(self, quiet: Quiet, answer: Any, lines: list[dict[str, Any]]) -> bool:
        """A call of several was quiet (``stretch.Tell``); in the journal, as the next one may end this process."""
        self._journal.quiet(pack_quiet(quiet))
        return not self._journal.is_long

    def reply(self, reply: dict[str, Any]) -> bool:
        """Another call of several has ended."""
        self._add_process(reply)
        answer = reply["answer"]
        if answer is not None and "text" in answer:
            del answer["value"]  # who reads the text makes it again
        self._journal.reply(reply)
        reset_peak()
        return not self._journal.is_long

    def _add_process(self, reply: dict[str, Any]) -> None:
        reply["peak_memory_mb"] = peak_mb()
        reply["python"] = list(sys.version_info[:2])
        if self._opened is not None:
            # The function's own are taken out after each call.
            reply["modules"] = sorted(name for name in self._opened.new_names() if name not in _NOT_ITS_OWN)

    def _send(self, frame: bytes) -> None:
        write(self._channels["replies"], frame)


_WORK = {"call": _Worker._call, "each": _Worker._call_each, "trials": _Worker._run_trials}


def _stand_where(request: Mapping[str, Any]) -> None:
    """Take the working directory and, where the handler sees them, the variables of who calls."""
    directory, variables = request.get("directory"), request.get("environ")
    if directory is not None and directory != current_directory():
        os.chdir(directory)
    if variables is not None and variables != os.environ:
        os.environ.clear()
        os.environ.update(variables)


def _packed_reply(reply: dict[str, Any]) -> bytes:
    answer = reply["answer"]
    text = b""
    if answer is not None and "text" in answer:
        # The text alone: who reads it makes the value of it again.
        text = answer["text"].encode("ascii")
        reply["answer"] = {"changed": answer["changed"]}
    content = dumps(reply).encode("ascii")
    body = content + text
    return packed({"op": "reply", "size": len(content)}, body) + body
