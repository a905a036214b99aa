"""Which files stand around a function, and what each means to it."""

from __future__ import annotations

import os

import pytest

from fn_emulator.settings import resolve_settings
from fn_emulator.watch.rerun import remarks, roles_in
from fn_emulator.watch.roles import role_of, roles_around
from fn_emulator.watch.snapshot import Changes


@pytest.fixture
def roles(tmp_path):
    """Roles by path from ``tmp_path``: ``roles(flags={"seed": (...)})``."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "fn").mkdir()
    source = str(tmp_path / "fn")

    def read(flags=(), environ=(), data_file=None, toolkit_env=None, source=source):
        settings = resolve_settings(source, "fn", flags=dict(flags), environ=dict(environ))
        found = roles_around(
            source,
            settings,
            flags=dict(flags),
            environ=dict(environ),
            toolkit_env=toolkit_env,
            data_file=data_file,
        )
        return {os.path.relpath(path, tmp_path): role for path, role in found.items()}

    return read


def test_what_may_be_written_later_is_waited_for(roles):
    found = roles()
    assert found == {
        "fn/pyproject.toml": "settings",
        "pyproject.toml": "settings",
        "fn/requirements.txt": "requirements",
    }


def test_settings_files_that_are_there(tmp_path, roles):
    (tmp_path.parent / "pyproject.toml").touch()
    (tmp_path / "a.Function.yaml").touch()
    (tmp_path / "config.dev.yaml").touch()
    found = roles(toolkit_env="dev")
    (tmp_path.parent / "pyproject.toml").unlink()
    for path in ("../pyproject.toml", "a.Function.yaml", "config.dev.yaml"):
        assert found[path] == "settings"


def test_files_of_secrets_and_variables(tmp_path, roles):
    (tmp_path / "s.json").write_text("{}")
    (tmp_path / "e.env").touch()
    found = roles(
        flags={"secrets_file": str(tmp_path / "s.json")}, environ={"FN_EMULATE_ENV_FILE": str(tmp_path / "e.env")}
    )
    assert (found["s.json"], found["e.env"]) == ("settings", "settings")


def test_seeds_that_are_named_or_found(tmp_path, roles):
    assert roles(flags={"seed": (str(tmp_path / "x"),)})["x"] == "seed"
    (tmp_path / "fn.seed.yaml").touch()
    assert roles()["fn.seed.yaml"] == "seed"
    assert "fn.seed.yaml" not in roles(flags={"client": "none"})


def test_a_cassette_that_is_read_counts_as_a_seed_and_one_that_is_written_does_not(tmp_path, roles):
    cassette = {"cassette": str(tmp_path / "c.yaml")}
    assert roles(flags={"client": "recorded", **cassette})["c.yaml"] == "seed"
    assert "c.yaml" not in roles(flags={"client": "record", **cassette})


def test_an_archive_is_the_function_and_data_is_data(tmp_path, roles):
    (tmp_path / "f.zip").touch()
    found = roles(source=str(tmp_path / "f.zip"), data_file=str(tmp_path / "d.json"))
    assert (found["f.zip"], found["d.json"]) == ("function", "data")


def test_a_file_takes_the_role_of_the_folder_that_was_named():
    roles = {"/p/seed": "seed", "/p/fn/requirements.txt": "requirements"}
    assert role_of("/p/seed/assets/a.yaml", roles) == "seed"
    assert role_of("/p/fn/requirements.txt", roles) == "requirements"
    assert role_of("/p/fn/lib.py", roles) == "function"


def test_what_a_batch_means_and_what_is_said_of_it():
    roles = {"/p/requirements.txt": "requirements", "/p/s": "seed", "/p/t": "settings", "/p/d": "data"}
    changes = Changes(changed=("/p/requirements.txt", "/p/a.py", "/p/d"), deleted=("/p/s",), created=("/p/t",))
    assert roles_in(changes, roles) == {"requirements", "function", "seed", "settings", "data"}
    assert list(remarks(changes, roles, os.path.basename)) == [
        "requirements.txt: what is installed stays as it is, unless --venv installs it.",
        "s: CDF starts with it.",
        "t: settings are read again.",
    ]


def test_a_folder_that_is_back_is_read_again():
    assert roles_in(Changes(folder="back"), {}) == {"function"}
