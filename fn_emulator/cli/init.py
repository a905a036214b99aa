"""``fn-emulate init``: a new function, with a test that passes."""

from __future__ import annotations

import os
import shlex
import sys

import click

from fn_emulator.cli.output import tell
from fn_emulator.cli.place import root_of_tests, working_directory
from fn_emulator.scaffold import SDK, plan_files, write_files


@click.command()
@click.argument("folder")
@click.option("--no-client", is_flag=True, help="Write a handler without client: it needs no seed and no cognite-sdk.")
def init(folder: str, no_client: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Write a new function into FOLDER, its seed beside it, and a test that passes into tests/ of the project.

    Nothing is overwritten. What was written, and what to do next, is told on stderr.
    """
    root = root_of_tests(os.path.abspath(folder), working_directory())
    files = plan_files(folder, root if os.path.isabs(folder) else os.path.relpath(root), has_client=not no_client)
    write_files(files)
    for file in files:
        tell(f"wrote {file.path}")
    if not no_client and not _has_sdk():
        tell(f"note: {sys.executable} has no cognite-sdk, without which the test is skipped: pip install {SDK!r}")
    function, test = (shlex.quote(path) for path in (_typeable(folder), files[-1].path))
    tell(f"Next:\n  fn-emulate run {function}\n  fn-emulate check {function}\n  pytest {test}")


def _has_sdk() -> bool:
    from importlib.util import find_spec

    try:
        return find_spec("cognite.client") is not None
    except ModuleNotFoundError:  # not even a package above it
        return False


def _typeable(folder: str) -> str:
    """What a command takes for a path, and for no option."""
    path = os.path.normpath(folder)
    return os.path.join(os.curdir, path) if path.startswith("-") else path
