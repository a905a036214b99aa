"""A project on disk, and settings resolved in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.settings import Settings, resolve_settings

Write = Callable[..., Path]
Resolve = Callable[..., Settings]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's root with a function ``fn`` in it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "fn").mkdir()
    return tmp_path


@pytest.fixture
def write(project: Path) -> Write:
    """Write files below the project: ``write({"fn.Function.yaml": "..."})``."""

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            (project / name).write_text(text, encoding="utf-8")
        return project

    return write


@pytest.fixture
def resolve(project: Path) -> Resolve:
    """Resolve the settings of a function in the project; what is not given is empty."""

    def resolve(
        folder: str = "fn", *, environ: dict[str, str] | None = None, toolkit_env: str | None = None, **flags: Any
    ) -> Settings:
        path = project / folder
        return resolve_settings(path, path.name, flags=flags, environ=environ or {}, toolkit_env=toolkit_env)

    return resolve
