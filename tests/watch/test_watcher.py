"""Real files, changed as editors and tools change them, and the batches that this gives."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager, nullcontext

import pytest

from fn_emulator.watch.snapshot import Changes
from fn_emulator.watch.watcher import Watcher


@pytest.fixture
def root(tmp_path):
    """A function's folder."""
    folder = tmp_path / "fn"
    folder.mkdir()
    (folder / "handler.py").write_text("0")
    return folder


@contextmanager
def meanwhile(act):
    """Do something while the block waits."""
    errors = []

    def run():
        try:
            act()
        except Exception as exc:
            errors.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    assert errors == []


def batch(watcher, act):
    """The next batch, as names; ``act`` causes it."""
    with meanwhile(act):
        changes = watcher.wait()
    assert changes is not None
    names = (tuple(map(os.path.basename, paths)) for paths in changes[:3])
    return Changes(*names, folder=changes.folder)


CHANGED = Changes(changed=("handler.py",))


def write_in_place(path):
    path.write_text("1")


def write_in_pieces(path):
    with open(path, "w") as file:
        for piece in ("def handle():", "    return 1", "# end"):
            file.write(piece)
            file.flush()
            time.sleep(0.03)  # a slow disk: longer than any quiet that would end a burst


def write_as_vim(path):
    probe, backup = path.with_name("4913"), path.with_name("handler.py~")
    probe.touch()
    probe.unlink()
    path.rename(backup)
    with open(path, "w") as file:
        file.write("1")
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o644)
    backup.unlink()


def write_as_jetbrains(path):
    new, old = path.with_name("handler.py___jb_tmp___"), path.with_name("handler.py___jb_old___")
    new.write_text("1")
    path.rename(old)
    new.rename(path)
    old.unlink()


def write_beside_and_rename(path):
    beside = path.parent.parent / "beside"
    beside.write_text("1")
    beside.rename(path)


def take_away_and_write_again(path):
    path.unlink()
    time.sleep(0.02)
    path.write_text("1")


SAVES = (
    *(write_in_place, write_in_pieces, write_as_vim, write_as_jetbrains),
    *(write_beside_and_rename, take_away_and_write_again),
)


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_each_way_of_saving_is_one_change(root, save):
    with Watcher(str(root)) as watcher:
        assert batch(watcher, lambda: save(root / "handler.py")) == CHANGED
        assert watcher.absorb(lambda path: True) == ()
        assert batch(watcher, lambda: (root / "next.py").touch()) == Changes(created=("next.py",))


def test_what_changed_before_events_are_told_is_told(root):
    watcher = Watcher(str(root))
    (root / "handler.py").write_text("1")
    with watcher:
        assert batch(watcher, lambda: None) == CHANGED


def test_a_checkout_of_many_files_is_few_batches(root):
    # On a busy machine it may take longer than any burst is waited for.
    write = "import sys; [open(f'{sys.argv[1]}/m{number}.py', 'w').write('1') for number in range(200)]"
    with Watcher(str(root)) as watcher:
        first = batch(watcher, lambda: subprocess.run([sys.executable, "-c", write, str(root)], check=True))
        created, batches = len(first.created), 1
        while created < 200:
            created, batches = created + len(watcher.wait().created), batches + 1
    assert batches < 5


def test_files_that_are_ignored_or_only_touched_give_no_batch(root):
    (root / ".gitignore").write_text("*.log\n")

    def act():
        (root / "out.log").write_text("x")
        (root / "__pycache__").mkdir()
        (root / "__pycache__" / "handler.pyc").write_text("x")
        (root / ".handler.py.swp").write_text("x")
        os.utime(root / "handler.py")
        (root / "handler.py").chmod(0o600)
        time.sleep(0.05)
        (root / "last.py").write_text("x")

    with Watcher(str(root)) as watcher:
        assert batch(watcher, act) == Changes(created=("last.py",))


def test_a_new_folder_is_watched_too(root):
    def make():
        (root / "lib" / "deep").mkdir(parents=True)
        (root / "lib" / "deep" / "a.py").write_text("1")

    with Watcher(str(root)) as watcher:
        assert batch(watcher, make) == Changes(created=("a.py",))
        assert batch(watcher, lambda: (root / "lib/deep/a.py").write_text("2")) == Changes(changed=("a.py",))


def test_a_moved_folder_is_watched_where_it_is_now(root):
    (root / "old").mkdir()
    (root / "old" / "a.py").write_text("1")
    with Watcher(str(root)) as watcher:
        moved = batch(watcher, lambda: (root / "old").rename(root / "new"))
        assert moved == Changes(created=("a.py",), deleted=("a.py",))
        assert batch(watcher, lambda: (root / "new" / "a.py").write_text("2")) == Changes(changed=("a.py",))


def test_many_folders_are_watched_as_one(root):
    for number in range(60):
        (root / f"p{number}").mkdir()
        (root / f"p{number}" / "a.py").write_text("1")
    threads = threading.active_count()
    with Watcher(str(root)) as watcher:
        assert threading.active_count() < threads + 10
        assert batch(watcher, lambda: (root / "p59" / "a.py").write_text("2")) == Changes(changed=("a.py",))


def test_a_deleted_file_is_told(root):
    with Watcher(str(root)) as watcher:
        assert batch(watcher, (root / "handler.py").unlink) == Changes(deleted=("handler.py",))


def test_a_folder_is_moved_away_and_back(root):
    away = root.parent / "away"
    with Watcher(str(root)) as watcher:
        assert batch(watcher, lambda: root.rename(away)) == Changes(folder="gone")
        assert batch(watcher, lambda: away.rename(root)) == Changes(folder="back")
        assert batch(watcher, lambda: (root / "handler.py").write_text("1")) == CHANGED


def test_a_folder_is_deleted_and_made_again(root):
    def delete():
        (root / "handler.py").unlink()
        root.rmdir()

    def make():
        beside = root.parent / "beside"
        beside.mkdir()
        (beside / "handler.py").write_text("1")
        beside.rename(root)

    with Watcher(str(root)) as watcher:
        with meanwhile(delete):
            gone = watcher.wait()
        while gone.folder != "gone":  # the file alone was seen to be gone first
            gone = watcher.wait()
        assert batch(watcher, make).folder == "back"
        assert batch(watcher, lambda: (root / "handler.py").write_text("2")) == CHANGED


def test_a_link_that_is_swapped_in_the_middle_changes_the_file(tmp_path, root):
    mount = tmp_path / "mount"
    for version in ("one", "two"):
        (mount / version).mkdir(parents=True)
        (mount / version / "rules.py").write_text(version)
    (mount / "..data").symlink_to("one")
    (root / "rules.py").symlink_to(mount / "..data" / "rules.py")

    def swap():
        (mount / "..new").symlink_to("two")
        (mount / "..new").rename(mount / "..data")

    with Watcher(str(root)) as watcher:
        assert batch(watcher, swap) == Changes(changed=("rules.py",))
        assert batch(watcher, lambda: (mount / "two" / "rules.py").write_text("3")) == Changes(changed=("rules.py",))


def test_single_files_elsewhere_are_watched_and_their_neighbours_are_not(tmp_path, root):
    data = tmp_path / "data.json"

    def act():
        (tmp_path / "other.json").write_text("1")
        time.sleep(0.05)
        data.write_text("1")

    with Watcher(str(root), lambda: [str(data)]) as watcher:
        assert batch(watcher, act) == Changes(created=("data.json",))


def test_without_a_folder_single_files_are_watched(tmp_path):
    archive = tmp_path / "fn.zip"
    archive.write_text("1")
    with Watcher(None, lambda: [str(archive)]) as watcher:
        assert batch(watcher, lambda: archive.write_text("2")) == Changes(changed=("fn.zip",))


def test_what_is_expected_is_absorbed_and_the_rest_is_told(root):
    with Watcher(str(root)) as watcher:
        (root / "out.csv").write_text("1")
        (root / "handler.py").write_text("1")
        assert watcher.absorb(lambda path: path.endswith(".csv")) == (str(root / "out.csv"),)
        assert batch(watcher, lambda: None) == CHANGED


def test_what_is_written_while_it_is_read_is_told_also_if_it_ends_as_it_was(root):
    (root / "notes.txt").write_text("0")
    with Watcher(str(root)) as watcher:
        seen = watcher.seen
        for name in ("handler.py", "notes.txt"):
            (root / name).write_text("")
            (root / name).write_text("0")
        watcher.doubt(seen, lambda path: path.endswith(".txt"))
        assert batch(watcher, lambda: None) == CHANGED
        watcher.doubt(watcher.seen, lambda path: False)
        assert batch(watcher, lambda: (root / "rules.py").write_text("1")) == Changes(created=("rules.py",))


def test_a_folder_that_goes_meanwhile_is_told_as_ever(root):
    with Watcher(str(root)) as watcher:
        seen = watcher.seen
        root.rename(root.with_name("away"))
        watcher.doubt(seen, lambda path: False)
        assert batch(watcher, lambda: None).folder == "gone"


def polled(watcher):
    """The next batch, asked for over and over; only csv files are expected to change."""
    while (changes := watcher.poll(lambda path: path.endswith(".csv"))) is None:
        pass
    return changes


@pytest.mark.parametrize("has_begun", [True, False], ids=["threads", "before its threads"])
def test_polled_changes_are_told_once_and_without_what_is_expected(root, has_begun):
    watcher = Watcher(str(root))
    with watcher if has_begun else nullcontext():
        (root / "out.csv").write_text("1")
        write_in_place(root / "handler.py")
        assert polled(watcher) == Changes(changed=(str(root / "handler.py"),))
        assert watcher.absorb(lambda path: True) == (str(root / "out.csv"),)
        assert watcher.poll(lambda path: False) is None


def test_a_burst_that_was_polled_before_its_end_is_still_told_by_wait(root):
    with Watcher(str(root)) as watcher, ExitStack() as stack:
        assert watcher.poll(lambda path: False) is None  # the next look without an event is a second away
        file = stack.enter_context(open(root / "handler.py", "w"))
        file.write("1")
        file.flush()
        while watcher._burst is None:
            assert watcher.poll(lambda path: False) is None
        assert watcher.wait() == Changes(changed=(str(root / "handler.py"),))


def test_a_folder_that_goes_is_never_absorbed(root):
    with Watcher(str(root)) as watcher:
        root.rename(root.parent / "away")
        assert watcher.absorb(lambda path: True) == ()
        assert batch(watcher, lambda: None).folder == "gone"


def test_files_of_the_command_itself_are_never_told(root):
    with Watcher(str(root), own=frozenset({str(root / "out.json")})) as watcher:
        (root / "out.json").write_text("1")
        assert batch(watcher, lambda: (root / "handler.py").write_text("1")) == CHANGED


def test_another_descriptor_ends_the_wait(root):
    readable, writable = os.pipe()
    with Watcher(str(root)) as watcher:
        os.write(writable, b"q")
        assert watcher.wait(readable) is None
    os.close(readable)
    os.close(writable)


def test_batches_come_one_after_the_other(root):
    with Watcher(str(root)) as watcher:
        batches = iter(watcher)
        for number in ("1", "2"):
            (root / "handler.py").write_text(number)
            assert next(batches).changed == (str(root / "handler.py"),)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (errno.ENOSPC, "the limit of watched folders is reached (fs.inotify.max_user_watches)"),
        (errno.EMFILE, "the limit of watchers is reached (fs.inotify.max_user_instances)"),
    ],
)
def test_where_the_limit_is_reached_files_are_looked_at_instead(root, monkeypatch, number, problem):
    from watchdog.observers.api import BaseObserver

    def refuse(*_, **__):
        raise OSError(number, "no more")

    monkeypatch.setattr(BaseObserver, "schedule", refuse)
    with Watcher(str(root)) as watcher:
        assert batch(watcher, lambda: (root / "handler.py").write_text("1")) == CHANGED
        assert watcher.problem == problem


def test_a_place_that_tells_no_events_is_noticed(root, monkeypatch):
    monkeypatch.setattr("fn_emulator.watch.events.FileEvents.cover", lambda *_: False)
    monkeypatch.setattr("fn_emulator.watch.watcher.RARE_LOOK_S", 0.05)
    with Watcher(str(root)) as watcher:
        for number in ("1", "2"):
            assert batch(watcher, lambda text=number: (root / "handler.py").write_text(text)) == CHANGED
        assert watcher.problem == "no events of these files are told here"


def test_nothing_is_left_running(root):
    before = (set(threading.enumerate()), len(os.listdir("/proc/self/fd")))
    for _ in range(3):
        with Watcher(str(root)):
            pass
    assert (set(threading.enumerate()), len(os.listdir("/proc/self/fd"))) == before
