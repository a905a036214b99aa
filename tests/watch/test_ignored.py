"""What a watched folder's events are not worth a reload."""

from __future__ import annotations

import pytest

from fn_emulator.watch.ignored import GitFiles, is_ignored, is_passed_over


@pytest.mark.parametrize(
    "name",
    [
        *("__pycache__", "handler.cpython-311.pyc", ".mypy_cache", ".git", ".fn-emulate", "node_modules"),
        *("4913", ".handler.py.swp", "handler.py~", ".#handler.py", "#handler.py#"),
        *("handler.py___jb_tmp___", "handler.py___jb_old___"),
    ],
)
def test_caches_and_editors_own_files_are_passed_over(name):
    assert is_passed_over(name)


@pytest.mark.parametrize("name", ["handler.py", "4913.csv", "pycache.py", "git", ".env", "swp.py", "data~1.csv"])
def test_their_neighbours_are_not(name):
    assert not is_passed_over(name)


def rules_of(tmp_path, **files):
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "fn" / "data"
    folder.mkdir(parents=True)
    for place, text in files.items():
        (tmp_path / {"top": "."}.get(place, place) / ".gitignore").write_text(text)
    git = GitFiles()
    rules = git.with_rules_of(str(tmp_path / "fn"), git.rules_above(str(tmp_path / "fn")))
    return git.with_rules_of(str(folder), rules)


@pytest.mark.parametrize(
    ("path", "is_folder", "expected"),
    [
        ("fn/out.log", False, True),
        ("fn/keep.log", False, False),
        ("fn/build", True, True),
        ("fn/build", False, False),
        ("fn/data/rows.csv", False, True),
        ("fn/handler.py", False, False),
    ],
)
def test_gitignore_files_hold_from_the_repository_down(tmp_path, path, is_folder, expected):
    rules = rules_of(tmp_path, top="*.log\nbuild/\n", fn="!keep.log\n/data/*.csv\n")
    assert is_ignored(str(tmp_path / path), rules, is_folder=is_folder) == expected


def test_a_folder_that_its_repository_ignores_is_watched_all_the_same(tmp_path):
    rules = rules_of(tmp_path, top="fn/\n")
    assert not is_ignored(str(tmp_path / "fn" / "handler.py"), rules, is_folder=False)


def test_outside_of_a_repository_the_folders_above_say_nothing(tmp_path):
    (tmp_path / ".gitignore").write_text("*\n")
    assert GitFiles().rules_above(str(tmp_path / "fn")) == ()


def test_rules_that_changed_are_read_again(tmp_path):
    git, path = GitFiles(), str(tmp_path / "out.csv")
    for text, expected in (("*.csv", True), ("*.txt", False)):
        (tmp_path / ".gitignore").write_text(text)
        assert is_ignored(path, git.with_rules_of(str(tmp_path), ()), is_folder=False) == expected
