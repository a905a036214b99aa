"""New files are written all or not at all."""

from __future__ import annotations

import os

import pytest

from fn_emulator.errors import ScaffoldError
from fn_emulator.scaffold import NewFile, write_files


def there(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def new(folder, *names):
    return [NewFile(str(folder / name), f"{name}\n") for name in names]


def test_files_are_written_with_the_folders_above_them(tmp_path):
    write_files(new(tmp_path, "a/b/c.py", "a/d.py"))
    assert there(tmp_path) == ["a", "a/b", "a/b/c.py", "a/d.py"]
    assert (tmp_path / "a/d.py").read_bytes() == b"a/d.py\n"


def test_an_interrupt_leaves_nothing(tmp_path):
    def interrupted():
        yield from new(tmp_path, "a/b/c.py", "d/e.py")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_files(interrupted())
    assert there(tmp_path) == []


def test_a_file_that_comes_into_being_meanwhile_stays_as_it_is(tmp_path):
    (tmp_path / "second").write_text("somebody else's")
    with pytest.raises(ScaffoldError) as error:
        write_files(new(tmp_path, "a/first", "second"))
    assert str(error.value) == (
        f"{tmp_path}/second cannot be written: File exists.\n"
        "Hint: nothing was written; mend that, or give another folder"
    )
    assert there(tmp_path) == ["second"]
    assert (tmp_path / "second").read_text() == "somebody else's"


def test_a_file_in_the_way_of_a_folder_stays(tmp_path):
    (tmp_path / "tests").touch()
    with pytest.raises(ScaffoldError, match=r"/tests/t\.py cannot be written: Not a directory\.\n"):
        write_files(new(tmp_path, "fn/handler.py", "tests/t.py"))
    assert there(tmp_path) == ["tests"]


def test_what_somebody_puts_into_a_new_folder_is_not_removed(tmp_path):
    def files():
        yield from new(tmp_path, "fn/handler.py")
        (tmp_path / "fn" / "notes").touch()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_files(files())
    assert there(tmp_path) == ["fn", "fn/notes"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path):
    (tmp_path / "tests").mkdir(mode=0o555)
    with pytest.raises(ScaffoldError, match=r"/tests/t\.py cannot be written: Permission denied\.\n"):
        write_files(new(tmp_path, "fn/handler.py", "tests/t.py"))
    assert there(tmp_path) == ["tests"]
