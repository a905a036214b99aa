"""The files that the SDK would upload."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from fn_emulator.function.files import FileEntry, iter_files


def test_every_file_without_any_ignore_rule(make_folder):
    root = make_folder({"handler.py": "x", ".git/HEAD": "ref", "b/__pycache__/m.pyc": b"", "a/z.txt": "12"})
    assert [(str(entry.path), entry.size) for entry in iter_files(root)] == [
        ("handler.py", 1),
        (".git/HEAD", 3),
        ("a/z.txt", 2),
        ("b/__pycache__/m.pyc", 0),
    ]


def test_link_to_a_file_is_uploaded_as_that_file(make_folder):
    root = make_folder({"a.txt": "123"})
    (root / "b.txt").symlink_to("a.txt")
    assert list(iter_files(root))[1] == FileEntry(PurePosixPath("b.txt"), 3, is_link=True)


def test_link_to_a_folder_is_not_entered(make_folder):
    root = make_folder({"a/x.txt": "1"})
    (root / "a" / "loop").symlink_to("..")
    (root / "b").symlink_to("a")
    obstacle = "it is a link to a folder, which is not uploaded"
    assert [(str(entry.path), entry.obstacle) for entry in iter_files(root)] == [
        ("b", obstacle),
        ("a/loop", obstacle),
        ("a/x.txt", None),
    ]


def test_link_that_leads_nowhere(make_folder):
    root = make_folder({})
    (root / "gone").symlink_to("nowhere")
    (root / "self").symlink_to("self")
    obstacles = {entry.obstacle for entry in iter_files(root)}
    assert obstacles == {"it is a link that leads nowhere, at which the upload fails"}


def test_named_pipe_is_not_opened(make_folder):
    root = make_folder({})
    os.mkfifo(root / "pipe")
    (entry,) = iter_files(root)
    assert entry.obstacle == "it is neither a file nor a folder, at which the upload fails or hangs"


def test_folder_that_cannot_be_read_counts_as_empty(make_folder, monkeypatch):
    root = make_folder({"a/x": "", "b/y": ""})
    scan = os.scandir

    def refuse_a(path):
        if os.fspath(path).endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse_a)
    assert [str(entry.path) for entry in iter_files(root)] == ["b/y"]


def test_missing_folder_has_no_files(tmp_path):
    assert list(iter_files(tmp_path / "gone")) == []
