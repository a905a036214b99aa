"""Which files a folder holds, and what leads to them."""

from __future__ import annotations

import os

import pytest

from fn_emulator.watch.ignored import GitFiles
from fn_emulator.watch.tree import read_tree, steps_to


@pytest.fixture
def write(tmp_path):
    def to(path, text=""):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)

    return to


def files_in(tmp_path, top="fn"):
    return [os.path.relpath(path, tmp_path) for path in read_tree([str(tmp_path / top)], GitFiles()).files]


def test_every_file_below_counts_but_what_is_ignored(tmp_path, write):
    for path in ("handler.py", "lib/a.py", "lib/__pycache__/a.pyc", ".venv/pyvenv.cfg", ".venv/lib/x.py", "out/y.csv"):
        write(f"fn/{path}")
    write("fn/.gitignore", "out/\n")
    assert files_in(tmp_path) == ["fn/.gitignore", "fn/handler.py", "fn/lib/a.py"]


def test_linked_files_and_folders_count_and_a_cycle_ends(tmp_path, write):
    write("shared/a.py")
    write("fn/handler.py")
    (tmp_path / "fn" / "lib").symlink_to("../shared")
    (tmp_path / "shared" / "back").symlink_to("../fn")
    assert files_in(tmp_path) == ["fn/handler.py", "fn/lib/a.py"]


def test_a_pipe_is_not_opened(tmp_path, write):
    write("fn/handler.py")
    os.mkfifo(tmp_path / "fn" / "pipe")
    assert files_in(tmp_path) == ["fn/handler.py"]


def test_a_single_file_counts_even_if_it_is_ignored(tmp_path, write):
    write("data.json~")
    assert files_in(tmp_path, "data.json~") == ["data.json~"]


def test_what_is_not_there_can_still_come(tmp_path):
    tree = read_tree([str(tmp_path / "data.json")], GitFiles())
    assert (tree.files, tree.turns) == ((), {os.path.realpath(tmp_path / "data.json")})


def test_the_steps_to_a_file_are_the_links_on_the_way(tmp_path, write):
    # As Kubernetes mounts a ConfigMap: ``..data`` is swapped.
    write("mount/..2024/handler.py")
    (tmp_path / "mount" / "..data").symlink_to("..2024")
    (tmp_path / "mount" / "handler.py").symlink_to("..data/handler.py")
    root = os.path.realpath(tmp_path)
    steps = [os.path.relpath(step, root) for step in steps_to(os.path.join(root, "mount/handler.py"))]
    assert steps == ["mount/handler.py", "mount/..data", "mount/..2024/handler.py"]


def test_a_link_to_itself_leads_nowhere(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    assert list(steps_to(str(tmp_path / "loop")))
    assert files_in(tmp_path, "loop") == []
