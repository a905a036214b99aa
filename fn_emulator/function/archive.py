"""A zip -> Function: check every member, unpack into a temporary folder, read that folder.

A zip comes from anywhere, so nothing in it is trusted: not its names, not the sizes that it declares.
"""

from __future__ import annotations

import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from fn_emulator.errors import SourceError
from fn_emulator.function.folder import DEFAULT_FUNCTION_PATH, read_folder
from fn_emulator.function.missing import explain_absent
from fn_emulator.function.model import Function, Kind
from fn_emulator.function.unpacked import new_folder

MIB = 1024 * 1024
MAX_BYTES = 512 * MIB
"""Unpacked bytes of all members together; the platform states no limit, its memory is 1.5 GB."""

MAX_MEMBERS = 50_000
MAX_RATIO = 100
"""Unpacked to packed bytes; looked at from RATIO_FROM on, because a small file of one repeated line exceeds it too."""

RATIO_FROM = 32 * MIB
CHUNK = MIB

ENCRYPTED = 0x1
NOT_A_ZIP = "zip the contents of the function's folder, or give the folder itself"
NOT_CONTENT = {"__MACOSX", ".DS_Store"}
"""What macOS adds beside the folder that was zipped."""


def read_zip(path: Path, *, given: str, function_path: str | None, kind: Kind | None) -> Function:
    """Read the function in a zip, as one that was uploaded with ``file_id``.

    Args:
        path: The zip.
        given: What the user typed.
        function_path: POSIX path of the handler file in the zip; ``handler.py`` when None.
        kind: Overrides what the code looks like.

    Raises:
        SourceError: If it is not there, not a whole zip, or holds what must not be unpacked.
    """
    with new_folder() as folder:
        root = Path(folder.name)
        with _opened(path, given) as archive:
            _unpack(archive, _checked(archive, given), root, given)
        function = read_folder(
            root, given=given, function_path=function_path, kind=kind, name=path.stem, form="zip", temporary=folder
        )
        return _with_nested_root(function, function_path or DEFAULT_FUNCTION_PATH)


@contextmanager
def _opened(path: Path, given: str) -> Iterator[ZipFile]:
    """The zip, with everything that can go wrong while it is read turned into a sentence."""
    try:
        if not path.exists():
            raise explain_absent(path, given, lambda entry: entry.suffix == ".zip")
        if not path.is_file():
            raise _refused(given, "is not a zip", NOT_A_ZIP)
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, zlib.error, EOFError, ValueError, struct.error) as exc:
        raise _not_whole(path, given, exc) from exc
    except NotImplementedError as exc:
        raise _refused(given, f"cannot be unpacked: {exc}", "zip it with the plain deflate method") from exc
    except OSError as exc:
        raise _refused(
            given, f"cannot be unpacked: {exc.strerror or exc}", "check the file and its permissions"
        ) from exc


def _not_whole(path: Path, given: str, exc: Exception) -> SourceError:
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    if not is_zip:
        return _refused(given, "is not a zip", NOT_A_ZIP)
    reason = str(exc).rstrip(".")
    if reason in ("", "File is not a zip file"):
        reason = "its end is missing"
    return _refused(given, f"is cut off or damaged: {reason}", "copy it or zip it again")


def _refused(given: str, problem: str, hint: str) -> SourceError:
    return SourceError(f"{given} {problem}.", hint=hint)


def _checked(archive: ZipFile, given: str) -> dict[PurePosixPath, ZipInfo]:
    """The members of a zip by path, if all of them are harmless."""
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS:
        raise _refused(given, f"has {len(infos):,} members, more than {MAX_MEMBERS:,}", "leave out .venv and .git")
    _expect_no_bomb(infos, given)
    members: dict[PurePosixPath, ZipInfo] = {}
    for info in infos:
        if problem := _problem(info):
            raise _refused(given, f"has a member {info.orig_filename!r} {problem[0]}", problem[1])
        path = PurePosixPath(info.filename)
        if path in members and not (info.is_dir() and members[path].is_dir()):
            raise _refused(given, f"has two members of the name {str(path)!r}", "zip the folder again, into a new file")
        members[path] = info
    for path in members:
        if both := next((folder for folder in path.parents if not _may_be_folder(members.get(folder))), None):
            raise _refused(given, f"has {str(both)!r} as a file and as a folder", "zip the folder again")
    return members


def _may_be_folder(info: ZipInfo | None) -> bool:
    return info is None or info.is_dir()


def _expect_no_bomb(members: list[ZipInfo], given: str) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_BYTES:
        raise _too_large(given)
    if unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO:
        raise _refused(
            given,
            f"unpacks from {packed:,} to {unpacked:,} bytes, more than {MAX_RATIO} times its size",
            "a function's files do not pack that well; leave out generated data",
        )


def _too_large(given: str) -> SourceError:
    return _refused(
        given, f"unpacks to more than {MAX_BYTES // MIB} MB", "leave out what the function does not need, such as .venv"
    )


def _problem(member: ZipInfo) -> tuple[str, str] | None:
    """What forbids unpacking a member, and what to do about it."""
    name = member.orig_filename
    mode = stat.S_IFMT(member.external_attr >> 16)
    if member.flag_bits & ENCRYPTED:
        return "that is encrypted", "zip it without a password: the platform has none"
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "that is not deflated", "zip it with the plain deflate method"
    if "\\" in name:
        return "with backslashes in its name", "zip it with a tool that writes '/': zip, or PowerShell 7"
    if not name or "\0" in name:
        return "whose name is not a path", "zip the folder again"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "with an absolute path", "zip from inside the function's folder"
    if ".." in PurePosixPath(name).parts:
        return "that leaves the zip", "zip from inside the function's folder"
    if mode == stat.S_IFLNK:
        return "that is a symbolic link", "zip it without -y, so that the files themselves are in it"
    if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "that is neither a file nor a folder", "leave it out of the zip"
    return None


def _unpack(archive: ZipFile, members: dict[PurePosixPath, ZipInfo], root: Path, given: str) -> None:
    left = MAX_BYTES
    for path, info in members.items():
        target = root / path
        (target if info.is_dir() else target.parent).mkdir(parents=True, exist_ok=True)
        if info.is_dir():
            continue
        with archive.open(info) as packed, target.open("xb") as file:
            while chunk := packed.read(CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise _too_large(given)
                file.write(chunk)


def _with_nested_root(function: Function, function_path: str) -> Function:
    """Say so when the folder was zipped instead of its contents."""
    if function.handler is not None:
        return function
    content = [entry for entry in function.root.iterdir() if entry.name not in NOT_CONTENT]
    if len(content) != 1 or not (content[0] / function_path).is_file():
        return function
    nested = content[0].name
    return function._replace(nested_root=nested, absence=f"it lies in the folder {nested!r} inside the zip")
