"""A command that watches a handler's file: it is started, the file is saved, and its new answer is waited for."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from math import inf
from pathlib import Path
from time import perf_counter, sleep
from typing import Literal

from benchmarks.environment import clean_variables

Way = Literal["rename", "write"]
"""How a file is saved: another one takes its place, as most editors do it, or it is written anew."""

START_S, ANSWER_S = 60, 10
"""How long a first answer, and a later one, is waited for."""

RETRY_S = 0.0005
ENDING_S = 10


class Source:
    """A handler's file, whose answer holds the number of its last save."""

    def __init__(self, path: Path, text: str, ways: Sequence[Way]) -> None:
        """Write it for the first time.

        Args:
            path: The file.
            text: Its text; ``VERSION`` is what changes.
            ways: How it is saved, in turns.
        """
        self.version = 0
        self._path = path
        self._text = text
        self._ways = ways
        path.parent.mkdir(parents=True)
        path.write_text(self._next())

    def save(self) -> float:
        """Save the next version, and give the moment just before."""
        self.version += 1
        text, beside = self._next(), self._path.with_name("beside.tmp")
        start = perf_counter()
        if self._ways[self.version % len(self._ways)] == "write":
            self._path.write_text(text)
        else:
            beside.write_text(text)
            beside.replace(self._path)
        return start

    def _next(self) -> str:
        # Another length each time: bytecode files know theirs by second and length alone.
        return self._text.replace("VERSION", str(self.version)) + "#" * (self.version % 9) + "\n"


class Watched(ABC):
    """A command that watches and runs a handler; save for save it is asked how long an answer takes."""

    def __init__(self, source: Source) -> None:
        """Wait for its first answer."""
        self._source = source
        if not self._has_answered(START_S):
            raise SystemExit(f"{type(self).__name__}: nothing came from the handler in {START_S} s.")

    def save(self) -> float:
        """Save the file, and give the seconds from just before to the new answer; infinite if it does not come."""
        start = self._source.save()
        return perf_counter() - start if self._has_answered(ANSWER_S) else inf

    @abstractmethod
    def _has_answered(self, limit_s: float) -> bool:
        """Wait until it answers with the version that was saved last."""


class Printing(Watched):
    """A command that prints each answer."""

    def __init__(self, process: subprocess.Popen[bytes], source: Source) -> None:
        """See ``Watched``."""
        assert process.stdout is not None
        self._stdout = process.stdout.fileno()
        self._held = b""
        super().__init__(source)

    def _has_answered(self, limit_s: float) -> bool:
        answer, until = re.compile(rb'"version": %d\b' % self._source.version), perf_counter() + limit_s
        while not (found := answer.search(self._held)):
            is_there = select.select([self._stdout], [], [], max(0.0, until - perf_counter()))[0]
            if not is_there or not (text := os.read(self._stdout, 65536)):
                return False
            self._held += text
        self._held = self._held[found.end() :]
        return True


class Serving(Watched):
    """A server that is asked over and over."""

    def __init__(self, port: int, source: Source) -> None:
        """See ``Watched``."""
        self._port = port
        super().__init__(source)

    def _has_answered(self, limit_s: float) -> bool:
        wanted, until = str(self._source.version).encode(), perf_counter() + limit_s
        while self._answer(limit_s) != wanted:
            if perf_counter() > until:
                return False
            sleep(RETRY_S)
        return True

    def _answer(self, limit_s: float) -> bytes:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=limit_s)
        try:
            connection.request("GET", "/")
            return connection.getresponse().read()
        except (OSError, HTTPException):  # it starts again
            return b""
        finally:
            connection.close()


@contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the background; it ends with the block, and what it has started with it."""
    with (folder / "stderr.txt").open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=clean_variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
    with process:
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(ENDING_S)
