"""The ways in which text leaves a command: a report to stdout or a file, a line for people to stderr."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from fn_emulator.errors import OutputError


def write_output(text: str, output: str | None, option: str = "--output") -> None:
    """Write a report to the file ``output``, whole or not at all; to stdout when it is None or ``-``.

    Args:
        text: The report.
        output: The file.
        option: What named it, for messages.

    Raises:
        OutputError: If the file's folder is missing, the path is a directory, or the disk refuses.
    """
    text = text if text.endswith("\n") else text + "\n"
    if output is None or output == "-":
        _to_stdout(text)
        return
    try:
        if os.path.isdir(output):
            raise OutputError(f"{option} {output} is a directory.", hint="name a file in it")
        _to_file(text, output)
    except FileNotFoundError as exc:
        folder = os.path.dirname(output) or "."
        raise OutputError(
            f"{option} {output} lies in {folder}, which does not exist.", hint=f"make {folder} first"
        ) from exc
    except OSError as exc:
        hint = "name a file that you may write"
        raise OutputError(f"{option} {output} cannot be written: {exc.strerror}.", hint=hint) from exc


@contextmanager
def lines_file(output: str) -> Iterator[Callable[[str], None]]:
    """Give a function that writes a line to the file of ``--output``, which is there, whole, only in the end.

    Raises:
        OutputError: If it cannot be written.
    """
    if os.path.isdir(output):
        raise OutputError(f"--output {output} is a directory.", hint="name a file in it")
    beside = f"{os.path.realpath(output)}.{os.getpid()}.part"
    try:
        with open(beside, "x", encoding="utf-8", errors="backslashreplace", newline="\n") as part:
            yield lambda line: print(line, file=part)
        os.replace(beside, os.path.realpath(output))
    except OSError as exc:
        raise OutputError(
            f"--output {output} cannot be written: {exc.strerror}.", hint="name a file that you may write"
        ) from exc
    finally:
        with suppress(OSError):
            os.unlink(beside)


def tell(text: str) -> None:
    """Write a line to stderr; that it is closed or full is no reason to fail."""
    try:
        click.echo(text, err=True)
    except (OSError, ValueError):
        sys.stderr = None  # what is left in its buffer cannot be written at the end either


def _to_stdout(text: str) -> None:
    try:
        click.echo(_encodable(text, getattr(sys.stdout, "encoding", None) or "utf-8"), nl=False)
    except BrokenPipeError:  # the reader has what it wanted
        raise
    except OSError as exc:
        sys.stdout = None  # as above
        raise OutputError(
            f"The report cannot be written to stdout: {exc.strerror}.", hint="write it elsewhere with --output FILE"
        ) from exc


def _encodable(text: str, encoding: str) -> str:
    """``text`` with what ``encoding`` has no bytes for (half a surrogate pair) escaped, as JSON does it."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(char if _fits(char, encoding) else json.dumps(char)[1:-1] for char in text)
    return text


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _to_file(text: str, path: str) -> None:
    status = _status(path)
    if status is not None and _is_open_as(status, 1):
        _to_stdout(text)  # through the descriptor that is open: opened again, what it leads to might be emptied
    elif status is not None and _is_open_as(status, 2):
        tell(text.rstrip("\n"))
    elif status is not None and (not stat.S_ISREG(status.st_mode) or path.startswith("/dev/")):
        # A named pipe, /dev/null or /dev/fd/3: a rename would put another file in its place.
        with open(path, "ab") as device:
            device.write(_encodable(text, "utf-8").encode())
    else:
        _replace(os.path.realpath(path), _encodable(text, "utf-8").encode(), status)


def _is_open_as(status: os.stat_result, descriptor: int) -> bool:
    try:
        return os.path.samestat(status, os.fstat(descriptor))
    except OSError:
        return False


def _replace(path: str, content: bytes, status: os.stat_result | None) -> None:
    beside = f"{path}.{os.getpid()}.part"
    try:
        with open(beside, "xb") as part:
            part.write(content)
        if status is not None:
            os.chmod(beside, stat.S_IMODE(status.st_mode))
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None
