"""Functions that talk to an in-memory CDF with the real client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from fn_emulator import FakeCdf, LoadedFunction, load_function

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")


@pytest.fixture
def cdf():
    """An empty in-memory CDF."""
    made = FakeCdf()
    yield made
    made.close()


@pytest.fixture
def open_handler(tmp_path: Path, cdf: FakeCdf) -> Any:
    """Open a function whose handle has these lines: ``open_handler("return len(client.assets.list())")``."""
    opened: list[LoadedFunction] = []
    (tmp_path / "cdf.toml").touch()

    def open_it(body: str, header: str = "", **options: Any) -> LoadedFunction:
        folder = tmp_path / "fn"
        folder.mkdir(exist_ok=True)
        (folder / "handler.py").write_text(f"{header}\ndef handle(client, data):\n{indent(body, '    ')}\n")
        loaded = load_function(folder, **{"cdf": cdf, "timeout_s": 30, **options})
        opened.append(loaded)
        return loaded

    yield open_it
    for loaded in opened:
        loaded.close()


@pytest.fixture
def call(open_handler: Callable[..., LoadedFunction]) -> Any:
    """Open such a function and call it once."""

    def call_it(body: str, header: str = "", **options: Any) -> Any:
        return open_handler(body, header, **options).call()

    return call_it
