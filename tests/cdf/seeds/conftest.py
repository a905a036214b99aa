"""Seed files in a folder of the test's own."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.seeds import load_seed, read_seed
from fn_emulator.cdf.world import World
from fn_emulator.errors import SeedError

NOW = 1_700_000_000_000


@pytest.fixture
def write(tmp_path):
    """``write({"a.yaml": "text"})`` writes files and returns the folder."""

    def write_files(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


@pytest.fixture
def load_files(write):
    """``load_files({"a.yaml": "text"})``: the world that starts from these files."""

    def load(files):
        world = World()
        load_seed(world, read_seed(str(write(files))), NOW)
        return world

    return load


@pytest.fixture
def problem_of(load_files, tmp_path):
    """``problem_of({"a.yaml": "text"})``: the whole message, with the folder's path left out."""

    def problem(files):
        with pytest.raises(SeedError) as caught:
            load_files(files)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return problem
