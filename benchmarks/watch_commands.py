"""The commands that run a handler again when it is saved: each is started on a handler of the same answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.startup import folder_with
from benchmarks.watched import Printing, Serving, Source, Watched, Way, started

OURS = "\n\ndef handle():\n    return {'version': VERSION}\n"
FRAMEWORK = "\n\ndef handle(request):\n    return 'VERSION'\n"
LAMBDA = "\n\ndef lambda_handler(event, context):\n    return {'version': VERSION}\n"

BOTH: Sequence[Way] = ("rename", "write")
WRITE: Sequence[Way] = ("write",)


@contextmanager
def ours(environment: Environment, folder: Path, imports: str, ways: Sequence[Way] = BOTH) -> Iterator[Watched]:
    """``fn-emulate run FOLDER --watch``, whose answers are JSON lines.

    Args:
        environment: Where it is installed.
        folder: A new folder for it.
        imports: What the handler imports.
        ways: How the handler is saved.
    """
    source = Source(folder / "fn" / "handler.py", imports + OURS, ways)
    # The mark of a project's root keeps it from looking for settings in the folders above.
    folder_with(folder, {"cdf.toml": ""})
    with started((str(environment.bin / "fn-emulate"), "run", "fn", "--watch"), folder) as process:
        yield Printing(process, source)


@contextmanager
def ours_written(environment: Environment, folder: Path, imports: str) -> Iterator[Watched]:
    """``ours``, saved in the one way that lambdarunner sees."""
    with ours(environment, folder, imports, WRITE) as watched:
        yield watched


@contextmanager
def functions_framework(environment: Environment, folder: Path, imports: str) -> Iterator[Watched]:
    """``functions-framework --debug``, a server; see ``ours``."""
    source = Source(folder / "main.py", imports + FRAMEWORK, BOTH)
    port = _free_port()
    address = ("--host", "127.0.0.1", "--port", str(port))
    command = (str(environment.bin / "functions-framework"), "--target", "handle", "--debug", *address)
    with started(command, folder):
        yield Serving(port, source)


@contextmanager
def lambdarunner(environment: Environment, folder: Path, imports: str) -> Iterator[Watched]:
    """``lambdarunner invoke --watch``; see ``ours``. What is saved by rename it misses, and all that follows."""
    source = Source(folder / "handler.py", imports + LAMBDA, WRITE)
    folder_with(folder, {"event.json": "{}"})
    invoke = ("invoke", "handler.lambda_handler", "-e", "event.json", "--watch")
    with started((str(environment.bin / "lambdarunner"), *invoke), folder) as process:
        yield Printing(process, source)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
