"""The command as it is typed: a folder to type it in, and a process for each call."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write a function folder: ``folder(source, name="fn", **{"requirements.txt": ...})``."""

    def write(source: str, name: str = "fn", **files: str) -> Path:
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        (root / "handler.py").write_text(source)
        for path, text in files.items():
            (root / path).write_text(text)
        return root

    return write


@pytest.fixture
def emulate(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own: ``emulate("run", "fn", environ={...}, stdin="...")``."""

    def run(
        *arguments: object, environ: dict[str, str] | None = None, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith("COV") or name == "PATH"}
        return subprocess.run(
            [sys.executable, "-m", "fn_emulator", *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, **(environ or {})},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


# Python reads this at its start: what an interpreter without the SDK says of it is said here.
NO_SDK = """\
import sys


class NoSdk:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "cognite":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, NoSdk())
"""


@pytest.fixture
def without_sdk(tmp_path: Path) -> dict[str, str]:
    """The environment of an interpreter that has no cognite-sdk."""
    place = tmp_path / "no_sdk"
    place.mkdir()
    (place / "sitecustomize.py").write_text(NO_SDK)
    return {"PYTHONPATH": str(place)}


@pytest.fixture
def shell(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[bytes]]:
    """Run a line in a shell: ``shell("cd fn && fn-emulate run . >&-")``."""

    def run(line: str) -> subprocess.CompletedProcess[bytes]:
        line = line.replace("fn-emulate ", f"{sys.executable} -m fn_emulator ")
        return subprocess.run(line, cwd=tmp_path, shell=True, capture_output=True, check=False, timeout=30)

    return run
