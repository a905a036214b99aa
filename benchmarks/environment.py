"""The environment that is measured: the wheel, installed beside the peer, and no variable that changes Python."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEER = "awslambdalocal==1.0.9"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment, and a folder for what the measurements need.

    Attributes:
        folder: The folder.
        wheel: What is measured.
    """

    folder: Path
    wheel: Path

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "venv" / "bin"

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.bin / "python")

    def install(self, *requirements: str) -> None:
        """Install more into it."""
        _run(self.python, "-m", "pip", "install", "-q", *requirements)

    def beside(self, name: str, python: str, requirements: Sequence[str]) -> Environment | None:
        """Make another one, of a peer that should not share ours; None where it cannot be made.

        Args:
            name: Its folder below this one's.
            python: Its interpreter.
            requirements: What is installed there.
        """
        environment = Environment(self.folder / name, self.wheel)
        try:
            _run(python, "-m", "venv", str(environment.folder / "venv"))
            environment.install(*requirements)
        except (OSError, subprocess.CalledProcessError):  # said on stderr by who failed
            return None
        return environment


def make_environment(folder: Path, wheel: Path | None) -> Environment:
    """Install ``wheel``, or one built from the checkout, beside the peer."""
    if wheel is None:
        _run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT))
        (wheel,) = folder.glob("*.whl")
    environment = Environment(folder, wheel.absolute())
    _run(sys.executable, "-m", "venv", str(folder / "venv"))
    environment.install(f"{environment.wheel}[cdf]", PEER)
    return environment


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env=clean_variables())


def clean_variables() -> dict[str, str]:
    """The caller's variables without those that change how Python starts, such as one that forbids bytecode files."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE", "COV_"))}
