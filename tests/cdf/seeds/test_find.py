"""Which seed belongs to a function that named none."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.seeds import find_seed


@pytest.mark.parametrize("name", ["seed.yaml", "seed.yml", "seed.json", "f.seed.yaml", "f.seed.json"])
def test_a_file_beside_the_folder_is_found(write, name):
    folder = write({"f/handler.py": "", name: ""})
    assert find_seed(str(folder / "f")) == str(folder / name)


@pytest.mark.parametrize("name", ["seed", "f.seed"])
def test_a_folder_beside_the_folder_is_found(write, name):
    folder = write({"f/handler.py": "", f"{name}/a.yaml": ""})
    assert find_seed(str(folder / "f")) == str(folder / name)


def test_a_seed_of_its_own_goes_first(write):
    folder = write({"f/handler.py": "", "seed.yaml": "", "f.seed/a.yaml": "", "g.seed.yaml": ""})
    assert find_seed(str(folder / "f")) == str(folder / "f.seed")


def test_the_seed_of_a_zip_is_named_without_its_ending(write):
    folder = write({"f.zip": "", "f.seed.yaml": ""})
    assert find_seed(str(folder / "f.zip")) == str(folder / "f.seed.yaml")


def test_nothing_inside_the_folder_counts(write):
    assert find_seed(str(write({"f/handler.py": "", "f/seed.yaml": ""}) / "f")) is None


def test_a_function_in_a_folder_called_seed_is_not_its_own_seed(write):
    assert find_seed(str(write({"seed/handler.py": ""}) / "seed")) is None
