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
    check_place(output, option)
    try:
        _to_file(text, output)
    except OSError as exc:
        hint = "name a file that you may write"
        raise OutputError(f"{option} {output} cannot be written: {exc.strerror}.", hint=hint) from exc


@contextmanager
def lines_file(output: str) -> Iterator[Callable[[str], None]]:
    """Give a function that writes a line to the file of ``--output``, which is there, whole, only in the end.

    Raises:
        OutputError: If it cannot be written.
    """
    check_place(output)
    status = _status(output)
    is_file = status is None or stat.S_ISREG(status.st_mode)
    # A rename would put another file in the place of a pipe or a device.
    path = f"{os.path.realpath(output)}.{os.getpid()}.part" if is_file else output
    try:
        with _refused(output):
            part = open(path, "x" if is_file else "a", encoding="utf-8", errors="backslashreplace", newline="\n")  # noqa: SIM115

        def write_line(line: str) -> None:
            with _refused(output):
                part.write(f"{line}\n")

        try:
            yield write_line
        finally:
            with _refused(output):
                part.close()
        if is_file:
            with _refused(output):
                if status is not None:
                    os.chmod(path, stat.S_IMODE(status.st_mode))
                os.replace(path, os.path.realpath(output))
    finally:
        if is_file:
            with suppress(OSError):
                os.unlink(path)


def check_place(output: str | None, option: str = "--output") -> None:
    """Refuse a file that cannot be written, before work is done for it.

    Args:
        output: The file; None or ``-`` for stdout.
        option: What named it, for messages.

    Raises:
        OutputError: If its folder is missing, or it is a directory.
    """
    if output is None or output == "-":
        return
    if os.path.isdir(output):
        raise OutputError(f"{option} {output} is a directory.", hint="name a file in it")
    folder = os.path.dirname(output) or "."
    if not os.path.isdir(folder):
        raise OutputError(f"{option} {output} lies in {folder}, which does not exist.", hint=f"make {folder} first")


@contextmanager
def _refused(output: str) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        hint = "name a file that you may write"
        raise OutputError(f"--output {output} cannot be written: {exc.strerror}.", hint=hint) from exc


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
