from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import fn_emulator.harness
from fn_emulator.errors import EnvironmentBuildError
from fn_emulator.runners.clock_folder import clock_folder
from fn_emulator.runners.runtime_python import candidates, first_that_runs

OURS = Path(fn_emulator.harness.__file__).parent / "freezegun_of_ours.py"
START = """
import sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("ours", sys.argv[1])
ours = module_from_spec(spec)
spec.loader.exec_module(ours)
folder, own = sys.argv[2:]
"""
STANDS = """
import datetime, pickle, time
sys.path.append(own)
path, finders = list(sys.path), list(sys.meta_path)
freezegun = ours.import_freezegun(folder)
assert (sys.path, sys.meta_path) == (path, finders)
assert freezegun.__file__.startswith(folder)
hidden = [name for name in sys.modules if name.partition(".")[0] in ("dateutil", "six")]
assert not hidden, hidden
import dateutil
assert dateutil.OWN
assert ours.import_freezegun(folder) is freezegun
with freezegun.freeze_time("2026-03-29 01:30:00", real_asyncio=True, ignore=[]) as clock:
    assert datetime.datetime.now().isoformat() == "2026-03-29T01:30:00"
    assert pickle.loads(pickle.dumps(datetime.datetime.now())) == datetime.datetime.now()
    clock.tick(datetime.timedelta(seconds=5))
    assert time.time() == 1774747805.0, time.time()
    clock.move_to("2027-01-01T00:00:00+01:00")
    assert datetime.datetime.now(datetime.timezone.utc).isoformat() == "2026-12-31T23:00:00+00:00"
    assert datetime.datetime.now().astimezone().tzinfo is not None
with freezegun.freeze_time("Jan 14th, 2012", tz_offset=-4):
    assert datetime.date.today().isoformat() == "2012-01-13"
assert datetime.datetime.now().year > 2025
"""

HAS_NONE = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name == "freezegun" and folder not in sys.path:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
folder = sys.argv[1]
sys.meta_path.insert(0, Without())
from fn_emulator.harness.freezegun_of_ours import import_freezegun
freezegun = import_freezegun(folder)
assert freezegun.__file__.startswith(folder) and "dateutil" not in sys.modules
assert import_freezegun(folder) is freezegun
freezegun.freeze_time = lambda when: None
assert import_freezegun(folder) is not freezegun
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return clock_folder(str(tmp_path_factory.mktemp("clocks")))


def run(script: str, folder: str, own: Path, python: str = sys.executable) -> None:
    # Without our packages: -S leaves out the folders of installed ones.
    command = [python, "-I", "-S", "-W", "error", "-c", START + script, str(OURS), folder, str(own)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert (ended.stderr, ended.returncode) == ("", 0)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("runtime", ["py39", "py310", "py311", "py312", "py313"])
def test_the_clock_stands_where_nothing_of_ours_is_installed_and_the_function_has_its_own(runtime, folder, tmp_path):
    found = first_that_runs(candidates(runtime, os.environ), runtime, os.environ)
    if found is None:
        pytest.skip(f"there is no Python for {runtime} here")
    write(tmp_path / "dateutil" / "__init__.py", "OWN = True\n")
    run(STANDS, folder, tmp_path, found.path)


def test_the_harness_imports_it_from_the_folder_as_often_as_it_has_to(folder):
    ended = subprocess.run([sys.executable, "-c", HAS_NONE, folder], capture_output=True, text=True, check=False)
    assert (ended.stderr, ended.returncode) == ("", 0)


def test_an_interpreters_own_freezegun_is_used(folder, tmp_path):
    write(tmp_path / "freezegun.py", "def freeze_time(when, real_asyncio=False):\n    pass\n")
    run("sys.path.append(own)\nassert ours.import_freezegun(folder).__file__.startswith(own)\n", folder, tmp_path)


def test_one_that_is_too_old_for_us_gives_way(folder, tmp_path):
    write(tmp_path / "freezegun.py", "def freeze_time(when):\n    pass\n")
    run("sys.path.append(own)\nassert ours.import_freezegun(folder).__file__.startswith(folder)\n", folder, tmp_path)


def test_a_dateutil_that_was_imported_before_is_used_and_left_alone(folder, tmp_path):
    shutil.copytree(Path(folder) / "dateutil", tmp_path / "dateutil")
    script = (
        "sys.path.append(own)\nimport dateutil\nours.import_freezegun(folder)\n"
        "assert sys.modules['dateutil'] is dateutil\nassert sys.modules['dateutil.parser'].__file__.startswith(own)\n"
    )
    run(script, folder, tmp_path)


def test_without_a_folder_a_missing_freezegun_is_an_import_error(folder, tmp_path):
    script = (
        "try:\n    ours.import_freezegun(None)\n"
        "except ImportError as exc:\n    assert exc.name == 'freezegun'\nelse:\n    raise AssertionError\n"
    )
    run(script, folder, tmp_path)


def test_a_freezegun_that_cannot_be_imported_says_what_it_misses(folder, tmp_path):
    write(tmp_path / "freezegun.py", "import not_there\n")
    script = (
        "sys.path.append(own)\ntry:\n    ours.import_freezegun(folder)\n"
        "except ImportError as exc:\n    assert exc.name == 'not_there'\nelse:\n    raise AssertionError\n"
    )
    run(script, folder, tmp_path)


def test_the_folder_holds_files_of_ours_and_their_versions_in_its_name(folder):
    held = Path(folder)
    assert f"freezegun-{version('freezegun')}-python-dateutil-{version('python-dateutil')}" in held.name
    assert {"freezegun", "dateutil"} <= {path.name for path in held.iterdir()} <= {"freezegun", "dateutil", "six.py"}
    assert not [path for path in held.rglob("*") if path.is_symlink()]


def test_it_is_made_once(tmp_path, monkeypatch):
    first = clock_folder(str(tmp_path))
    monkeypatch.setattr(shutil, "copytree", pytest.fail)
    assert clock_folder(str(tmp_path)) == first
    assert os.listdir(tmp_path) == [os.path.basename(first)]


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt, OSError(28, "No space left on device")], ids=["interrupt", "full"]
)
def test_one_that_is_not_finished_leaves_nothing(tmp_path, monkeypatch, error):
    def stopped(*given, **how):
        raise error

    monkeypatch.setattr(shutil, "copytree", stopped)
    with pytest.raises((KeyboardInterrupt, EnvironmentBuildError)) as raised:
        clock_folder(str(tmp_path))
    assert os.listdir(tmp_path) == []
    if isinstance(error, OSError):
        assert "cannot be made: No space left on device." in str(raised.value)


def test_another_command_that_was_faster_is_fine(tmp_path, monkeypatch):
    (tmp_path / "made").mkdir()
    made = clock_folder(str(tmp_path / "made"))
    theirs = tmp_path / os.path.basename(made)
    copytree = shutil.copytree

    def after_theirs(*given, **how):
        if not theirs.exists():
            os.rename(made, theirs)
        return copytree(*given, **how)

    monkeypatch.setattr(shutil, "copytree", after_theirs)
    assert clock_folder(str(tmp_path)) == str(theirs)
    assert sorted(os.listdir(tmp_path)) == sorted([theirs.name, "made"])


def test_a_module_that_was_imported_and_says_that_it_is_a_package_is_one_file(tmp_path, monkeypatch):
    write(tmp_path / "own" / "six_like.py", "__path__ = []\n__spec__.submodule_search_locations = []\n")
    write(tmp_path / "own" / "other.py", "")
    monkeypatch.syspath_prepend(tmp_path / "own")
    importlib.import_module("six_like")
    monkeypatch.setattr("fn_emulator.runners.clock_folder._PARTS", (("six-like", "six_like"),))
    monkeypatch.setattr("fn_emulator.runners.clock_folder._installed", lambda: iter((("six-like", "1.0"),)))
    (tmp_path / "cache").mkdir()
    assert os.listdir(clock_folder(str(tmp_path / "cache"))) == ["six_like.py"]
