"""What changed between two looks."""

from __future__ import annotations

import os
import time

import pytest

from fn_emulator.watch.snapshot import Changes, compare, in_words, look

LATER = 10**12
"""Nanoseconds after which nobody doubts the times of a file."""


def look_at(paths, before=None, after_ns=LATER):
    return look(map(str, paths), before or {}, time.time_ns() + after_ns)


def test_content_counts_and_not_the_time(tmp_path):
    kept, edited = tmp_path / "kept.py", tmp_path / "edited.py"
    for path in (kept, edited):
        path.write_text("1")
    before = look_at([kept, edited])
    os.utime(kept, (1, 1))
    edited.write_text("22")
    assert compare(before, look_at([kept, edited], before)) == Changes(changed=(str(edited),))


def test_files_come_and_go(tmp_path):
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text("")
    before = look_at([old])
    old.rename(new)
    assert compare(before, look_at([old, new], before)) == Changes(created=(str(new),), deleted=(str(old),))


def test_an_edit_within_a_tick_of_the_clock_is_seen(tmp_path):
    path = tmp_path / "handler.py"
    path.write_text("1")
    before = look_at([path], after_ns=0)
    same = os.stat(path)
    stamp = before[str(path)]._replace(digest=b"of what it was before")
    assert not stamp.is_certain
    assert compare({str(path): stamp}, look_at([path], {str(path): stamp})).changed == (str(path),)
    assert os.stat(path).st_mtime_ns == same.st_mtime_ns


def test_a_file_that_did_not_change_for_long_is_not_read_again(tmp_path):
    path = tmp_path / "handler.py"
    path.write_text("1")
    before = look_at([path])
    assert look_at([path], before)[str(path)] is before[str(path)]


def test_a_very_large_file_is_judged_by_time_and_size(tmp_path, monkeypatch):
    monkeypatch.setattr("fn_emulator.watch.snapshot.LARGEST_READ", 3)
    path = tmp_path / "model.bin"
    path.write_text("1234")
    before = look_at([path])
    path.write_text("12345")
    assert compare(before, look_at([path], before)).changed == (str(path),)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(changed=("a.py",)), "a.py changed"),
        (Changes(changed=("a.py", "b.py"), deleted=("c.py",)), "a.py and b.py changed, c.py deleted"),
        (Changes(created=("a", "b", "c")), "a, b and c created"),
        (Changes(created=("a", "b", "c", "d", "e")), "a, b and 3 more created"),
        (Changes(folder="gone"), ""),
    ],
)
def test_changes_in_words(changes, words):
    assert in_words(changes, str) == words


def test_a_batch_is_empty_only_if_the_folder_stayed_too():
    assert Changes().is_empty
    assert not Changes(folder="back").is_empty
    assert Changes(changed=("b",), created=("a",)).paths == ("a", "b")
