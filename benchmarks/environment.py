"""The environment that is measured: the wheel, installed beside the peer, and no variable that changes Python."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEER = "awslambdalocal==1.0.9"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment, and a folder for what the measurements need."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "venv" / "bin"

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.bin / "python")


def make_environment(folder: Path, wheel: Path | None) -> Environment:
    """Install ``wheel``, or one built from the checkout, beside the peer."""
    environment = Environment(folder)
    _run(sys.executable, "-m", "venv", str(folder / "venv"))
    if wheel is None:
        _run(environment.python, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT))
        (wheel,) = folder.glob("*.whl")
    _run(environment.python, "-m", "pip", "install", "-q", f"{wheel}[cdf]", PEER)
    return environment


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env=clean_variables())


def clean_variables() -> dict[str, str]:
    """The caller's variables without those that change how Python starts, such as one that forbids bytecode files."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "COV_"))}
