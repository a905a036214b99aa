"""Locks in the user's cache: held by one at a time, and gone with who held them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import nullcontext

import pytest

from fn_emulator.runners.cache import locked

pytest.importorskip("fcntl", reason="Windows has no such locks")


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "made.lock")


@pytest.mark.parametrize("error", [None, ValueError, KeyboardInterrupt])
def test_the_file_is_there_while_the_lock_is_held(path, error):
    def hold():
        with locked(path, pytest.fail):
            assert os.path.exists(path)
            if error:
                raise error

    with pytest.raises(error) if error else nullcontext():
        hold()
    assert not os.path.exists(path)


def test_who_waited_holds_the_lock_of_a_file_that_is_there(path):
    waits, seen = threading.Event(), []

    def second():
        with locked(path, waits.set):
            seen.append(os.path.exists(path))

    thread = threading.Thread(target=second)
    with locked(path, pytest.fail):
        thread.start()
        assert waits.wait(20)
    thread.join(20)
    assert (seen, os.path.exists(path)) == ([True], False)


def test_many_at_once_hold_it_one_after_the_other(path):
    inside, most = [], []

    def hold():
        for _ in range(20):
            with locked(path, lambda: None):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=hold) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (set(most), len(most), os.path.exists(path)) == ({1}, 80, False)


def test_a_process_that_inherited_it_and_goes_on_holds_it(path):
    with locked(path, pytest.fail) as descriptor:
        command = [sys.executable, "-S", "-c", "input()"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[descriptor])
    assert os.path.exists(path)

    def waiting():
        child.communicate(b"\n", timeout=20)

    with locked(path, waiting):
        assert child.returncode == 0
    assert not os.path.exists(path)


def test_a_folder_that_was_removed_meanwhile_is_no_matter(tmp_path):
    folder = tmp_path / "environments"
    folder.mkdir()
    with locked(str(folder / "made.lock"), pytest.fail):
        (folder / "made.lock").unlink()
        folder.rmdir()
    assert not folder.exists()
