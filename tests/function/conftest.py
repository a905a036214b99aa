from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.function import Function, open_function

HANDLE = "def handle(data):\n    return data\n"

MakeFolder = Callable[[Mapping[str, str | bytes]], Path]
Open = Callable[..., Function]


@pytest.fixture
def make_folder(tmp_path: Path) -> MakeFolder:
    """Write files into the folder ``fn``; text keeps its line ends."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "fn"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


@pytest.fixture
def opened() -> Iterator[Open]:
    """Open functions that are closed after the test."""
    functions: list[Function] = []

    def open_one(source: Any, **options: Any) -> Function:
        functions.append(open_function(source, **options))
        return functions[-1]

    yield open_one
    for function in functions:
        function.close()


@pytest.fixture
def make_notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook; a plain text is a code cell, a pair is (cell type, source)."""

    def make(*cells: str | tuple[str, str], name: str = "demo.ipynb") -> Path:
        pairs = [cell if isinstance(cell, tuple) else ("code", cell) for cell in cells]
        content = [{"cell_type": kind, "source": source.splitlines(keepends=True)} for kind, source in pairs]
        path = tmp_path / name
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": content}))
        return path

    return make
