from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from fn_emulator.errors import EmulatorError, EnvironmentBuildError
from fn_emulator.function import open_function
from fn_emulator.runners.cache import locked
from fn_emulator.runners.environments import open_environment
from fn_emulator.runners.interpreter import Interpreter, choose_interpreter
from fn_emulator.runners.needs import read_needs
from fn_emulator.runners.pip import pip_environ
from fn_emulator.runners.pip_sources import sources
from fn_emulator.settings import resolve_settings

OWN = (sys.executable, sys.prefix)
VERSION = sys.version_info[:3]
HANDLER = "def handle():\n    return 1\n"


class Place:
    """A function, a cache and a folder of wheels, from which alone pip installs."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: list[str] = []
        self.environ = {
            "PATH": "/bin:/usr/bin",
            "HOME": str(root / "home"),
            "XDG_CACHE_HOME": str(root / "cache"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(root / "wheels"),
            "PIP_CONFIG_FILE": os.devnull,
        }

    def write(self, files: dict[str, str]) -> None:
        for name, text in {"handler.py": HANDLER, **files}.items():
            (self.root / "fn" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / "fn" / name).write_text(text)

    def open(self, given: str = "fn", *, environ: dict[str, str] | None = None, **flags: object) -> Interpreter:
        environ = {**self.environ, **(environ or {})}
        path = self.root / given
        settings = resolve_settings(path, path.stem, flags={"venv": True, **flags}, environ={})
        function = open_function(path)
        try:
            return choose_interpreter(settings, environ=environ, function=function, tell=self.told.append, own=OWN)
        finally:
            function.close()

    def error(self, **given: object) -> EmulatorError:
        with pytest.raises(EmulatorError) as error:
            self.open(**given)
        return error.value

    @property
    def environments(self) -> list[str]:
        folder = self.root / "cache" / "fn-emulate" / "environments"
        return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.write({})
    return place


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Interpreter]:
    """A function with an included file, a constraint and a dependency of a dependency, installed once."""
    place = Place(tmp_path_factory.mktemp("installed"))
    for version in ("1.0", "2.0"):
        make_wheel(place.root / "wheels", "tiny", version, requires="tinier")
    make_wheel(place.root / "wheels", "tinier", "3.0")
    place.write(
        {
            "requirements.txt": "tiny  # the newest\n-r more/others.txt\n-c constraints.txt\n",
            "more/others.txt": f"{make_wheel(place.root / 'fn', 'local', '1')}\n",
            "constraints.txt": "tiny<2\n",
            "json.py": "raise ValueError('not of pip')\n",
        }
    )
    return place, place.open()


def make_wheel(folder: Path, name: str, version: str, *, requires: str | None = None) -> Path:
    """A wheel whose module of the same name holds its ``VERSION``; its path."""
    about = f"{name}-{version}.dist-info"
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    files = {
        f"{name}.py": f"VERSION = {version!r}\n",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{about}/RECORD"))
    path = folder / f"{name}-{version}-py3-none-any.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return path


def says(interpreter: Interpreter, expression: str, imports: str = "sys") -> str:
    command = [interpreter.path, "-I", "-c", f"import {imports}; print({expression})"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_what_is_required_is_installed_with_what_it_includes(installed):
    _, chosen = installed
    assert (chosen.origin, chosen.is_ours, chosen.version, chosen.notes) == ("--venv", False, VERSION, ())
    assert says(chosen, "tiny.VERSION, tinier.VERSION, local.VERSION", "tiny, tinier, local") == "1.0 3.0 1"


def test_nothing_of_ours_can_be_imported_there(installed):
    _, chosen = installed
    found = says(
        chosen, "find_spec('fn_emulator'), find_spec('click')", "importlib.util\nfrom importlib.util import find_spec"
    )
    assert found == "None None"


def test_packages_and_where_they_are_from_are_told_before(installed):
    place, _ = installed
    (told,) = place.told
    version = ".".join(map(str, VERSION))
    assert told == (
        f"Installing what {place.root / 'fn'} requires for Python {version}, from {place.root / 'wheels'}:\n"
        f"  tiny\n  {place.root / 'fn' / 'local-1-py3-none-any.whl'}"
    )


def test_the_second_time_it_is_only_found(installed, monkeypatch):
    place, chosen = installed
    monkeypatch.setattr("fn_emulator.runners.environments.run", pytest.fail)
    assert place.open() == chosen
    assert len(place.told) == 1


def test_comments_and_logins_make_no_other_environment(place):
    place.write({"requirements.txt": "--index-url https://me:one@example.com/simple\n"})
    first = place.open(index_url="https://u:one@host/simple")
    place.write({"requirements.txt": "# a comment\n\n--index-url   https://me:two@example.com/simple # mine\n"})
    assert place.open(index_url="https://u:two@host/simple").path == first.path


@pytest.mark.parametrize(
    ("files", "flags", "environ"),
    [
        ({"requirements.txt": "--pre\n-c c.txt\n"}, {}, {}),
        ({"c.txt": "tiny<3\n"}, {}, {}),
        ({}, {"index_url": "https://example.com/simple"}, {}),
        ({}, {"extra_index_urls": ("https://example.com/simple",)}, {}),
        ({}, {}, {"PIP_INDEX_URL": "https://example.com/simple"}),
        ({}, {"runtime": "py399"}, {}),
    ],
    ids=["line", "constraint", "index", "extra index", "index of pip", "runtime"],
)
def test_what_is_different_makes_another_environment(place, files, flags, environ):
    place.write({"requirements.txt": "-c c.txt\n", "c.txt": "tiny<2\n"})
    first = place.open()
    place.write(files)
    assert place.open(**flags, environ=environ).path != first.path


def test_a_local_package_that_changed_makes_another_environment(place):
    def digest(files: dict[str, str]) -> str:
        place.write(files)
        return read_needs(open_function(place.root / "fn"), ()).digest

    first = digest({"requirements.txt": "./lib[extra]\n", "lib/pyproject.toml": "", "lib/m.py": ""})
    assert digest({"lib/build/lib/m.py": "", "lib/lib.egg-info/x": "", "lib/.git/x": ""}) == first
    assert digest({"lib/m.py": "X = 1\n"}) != first


@pytest.mark.parametrize("line", ["./a.whl", "a @ file:///{}/a.whl", "-e a.whl#egg=a", "file:{}/a.whl"])
def test_a_local_file_that_changed_makes_another_environment(place, line):
    function = place.root / "fn"
    place.write(
        {"requirements.txt": line.format(str(function).lstrip("/") if "///" in line else function), "a.whl": "1"}
    )
    first = read_needs(open_function(function), ()).digest
    place.write({"a.whl": "2"})
    assert read_needs(open_function(function), ()).digest != first


def test_a_local_file_that_is_not_there_is_left_to_pip(place):
    place.write({"requirements.txt": "./gone.whl\n"})
    assert read_needs(open_function(place.root / "fn"), ()).packages == ("./gone.whl",)


def test_without_requirements_it_is_empty_and_says_so(place):
    chosen = place.open()
    assert chosen.notes == (f"{place.root / 'fn'} has no requirements.txt: its environment holds nothing but Python.",)
    assert place.told == []
    assert says(chosen, "importlib.util.find_spec('pip')", "importlib.util") == "None"


def test_an_environment_starts_as_fast_as_its_python(place):
    chosen = place.open()
    site = Path(chosen.path).parent.parent / "lib" / "python{}.{}".format(*VERSION) / "site-packages"
    assert list(site.rglob("*.pth")) == []


def test_an_installation_that_fails_quotes_pip_and_names_the_requirement(place):
    place.write({"requirements.txt": "tiny==9\n"})
    error = place.error()
    assert (type(error), error.exit_code) == (EnvironmentBuildError, 5)
    assert str(error) == (
        f"tiny==9 of {place.root}/fn/requirements.txt cannot be installed; pip says:\n"
        "  ERROR: Could not find a version that satisfies the requirement tiny==9 (from versions: none)\n"
        "  ERROR: No matching distribution found for tiny==9\n"
        "Hint: mend the requirement, or the index"
    )
    assert place.environments == []


def test_no_credentials_are_told(place):
    place.write(
        {"requirements.txt": "--extra-index-url https://me:hunter2@example.org/simple\nx @ https://t:hunter2@e.org/x\n"}
    )
    environ = {"PIP_INDEX_URL": "https://hunter2@example.com/simple", "PIP_NO_INDEX": "0"}
    environ |= {"HTTPS_PROXY": "http://127.0.0.1:9", "PIP_RETRIES": "0"}
    error = place.error(environ=environ, extra_index_urls=("https://u:hunter2@h/simple",))
    assert "hunter2" not in str(error) + "".join(place.told)
    (told,) = place.told
    shown = "https://***@example.com/simple, https://***@h/simple, https://***@example.org/simple"
    assert f", from {shown}, " in told


def test_an_included_file_that_is_not_there_is_named(place):
    place.write({"requirements.txt": "\n-r more.txt\n"})
    error = place.error()
    assert str(error) == (
        f"{place.root}/fn/requirements.txt:2: more.txt cannot be read: No such file or directory.\nHint: mend the line"
    )


def test_an_index_that_needs_a_variable_which_is_not_set_is_refused(place):
    place.write({"requirements.txt": "tiny\n"})
    error = place.error(index_url="https://${TOKEN}@example.com/")
    assert (error.exit_code, str(error)) == (
        2,
        "index-url refers to ${TOKEN}, which is not set.\nHint: set TOKEN in the environment",
    )


def test_requirements_of_a_notebook_are_those_of_its_docstring(place, monkeypatch):
    source = 'def handle():\n    """\n    [requirements]\n    some-one\n    [/requirements]\n    """\n    return 1\n'
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (place.root / "n.ipynb").write_text(json.dumps(notebook))
    installed = []
    monkeypatch.setattr("fn_emulator.runners.environments.run", leaves_a_file)
    monkeypatch.setattr("fn_emulator.runners.environments.sources", lambda *given: "nowhere")
    monkeypatch.setattr(
        "fn_emulator.runners.environments.install",
        lambda python, file, *given, **how: installed.append(Path(file).read_text()),
    )
    place.open("n.ipynb")
    assert installed == ["some-one\n"]


def leaves_a_file(command: list[str], environ: dict[str, str]) -> tuple[int, str, str]:
    Path(environ["TMPDIR"], "left").write_text("")
    return 0, "", ""


def test_it_is_made_with_the_python_of_the_runtime(place, monkeypatch):
    made_with = Path(sys.executable)
    folder = place.root / "home" / ".pyenv" / "versions" / "3.99.1" / "bin"
    folder.mkdir(parents=True)
    python = folder / "python3.99"
    answer = json.dumps([[3, 99, 1], str(python), str(folder.parent)])
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && echo \'{answer}\' || exec {made_with} "$@"\n')
    python.chmod(0o755)
    chosen = place.open(runtime="py399")
    assert (chosen.version, place.open(runtime="py399")) == ((3, 99, 1), chosen)


@pytest.mark.parametrize("fails", ["exit 127", 'echo \'[[3, 12, 0], "", ""]\''], ids=["fails", "another version"])
def test_a_script_on_the_path_that_finds_no_such_python_is_passed_over(place, fails):
    script = place.root / "bin" / "python3.99"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\n{fails}\n")
    script.chmod(0o755)
    chosen = place.open(runtime="py399", environ={"PATH": f"{script.parent}:/bin:/usr/bin"})
    version = ".".join(map(str, VERSION))
    assert chosen.version == VERSION
    assert chosen.notes[0] == (
        f"No Python for the runtime py399 was found: the environment is made with Python {version}."
    )


def test_a_python_that_is_named_makes_it(place, monkeypatch):
    runtime = f"py{VERSION[0]}{VERSION[1] - 1}"
    assert place.open(python=sys.executable, runtime=runtime).version == VERSION


def test_a_python_that_makes_no_environment_is_said(place):
    python = place.root / "python"
    answer = json.dumps([[3, 12, 1], str(python), str(place.root)])
    python.write_text(
        f"#!/bin/sh\n[ \"$1\" = -c ] && echo '{answer}' && exit 0\necho 'No module named venv' >&2\nexit 1\n"
    )
    python.chmod(0o755)
    error = place.error(python=str(python))
    assert str(error) == (
        f"{python} makes no virtual environment: No module named venv.\n"
        "Hint: install its venv and ensurepip (python3-venv on Debian and Ubuntu), or name another with --python"
    )
    assert place.environments == []


@pytest.mark.parametrize("broken", ["half-made", "python is gone"])
def test_an_environment_that_is_not_whole_is_made_again(place, broken):
    chosen = place.open()
    folder = Path(chosen.path).parent.parent
    (folder / "left").write_text("")
    (folder / "made.json" if broken == "half-made" else Path(chosen.path)).unlink()
    assert place.open() == chosen
    assert (folder / "made.json").exists()
    assert not (folder / "left").exists()


def test_an_interrupted_one_leaves_nothing(place, monkeypatch):
    def interrupted(*given, **how):
        raise KeyboardInterrupt

    place.write({"requirements.txt": "tiny\n"})
    monkeypatch.setattr("fn_emulator.runners.environments.run", leaves_a_file)
    monkeypatch.setattr("fn_emulator.runners.environments.sources", lambda *given: "nowhere")
    monkeypatch.setattr("fn_emulator.runners.environments.install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        place.open()
    assert place.environments == []


@pytest.mark.parametrize("name", ["TMPDIR", "TEMP", "TMP"])
def test_temporary_files_lie_in_what_is_removed(place, monkeypatch, name):
    seen: list[Path] = []

    def fails(command: list[str], environ: dict[str, str]) -> tuple[int, str, str]:
        seen.append(Path(environ[name]))
        assert list(seen[0].iterdir()) == []
        return 1, "", "no"

    monkeypatch.setattr("fn_emulator.runners.environments.run", fails)
    place.error(environ={name: str(place.root)})
    assert seen[0].parent.parent == place.root / "cache" / "fn-emulate" / "environments"
    assert place.environments == []


def test_a_made_one_keeps_no_temporary_files(place, monkeypatch):
    monkeypatch.setattr("fn_emulator.runners.environments.run", leaves_a_file)
    folder = Path(place.open().path).parent.parent
    assert [path.name for path in folder.iterdir()] == ["made.json"]


def test_it_is_told_before_pip_is_there(place, monkeypatch):
    place.write({"requirements.txt": "tiny\n"})

    def add_pip(plan: object) -> None:
        assert place.told == [
            f"Installing what {place.root / 'fn'} requires for Python {'.'.join(map(str, VERSION))}, "
            f"from {place.root / 'wheels'}:\n  tiny"
        ]
        raise KeyboardInterrupt

    monkeypatch.setattr("fn_emulator.runners.environments._add_pip", add_pip)
    with pytest.raises(KeyboardInterrupt):
        place.open()


def test_a_python_that_does_not_say_where_from_is_no_reason_to_stop(place, monkeypatch):
    place.write({"requirements.txt": "tiny\n"})
    monkeypatch.setattr("fn_emulator.runners.pip_sources.run", lambda *given: (1, "", "no ensurepip"))
    place.error()
    assert ", from where pip is configured to look:\n  tiny" in place.told[0]


def test_two_at_once_make_one(place):
    found: list[Interpreter] = []
    waits, folder = threading.Event(), place.root / "cache" / "fn-emulate" / "environments"
    name = Path(place.open().path).parent.parent.name
    (folder / name / "made.json").unlink()

    def tell(text: str) -> None:
        place.told.append(text)
        waits.set()

    def second() -> None:
        settings = resolve_settings(place.root / "fn", "fn", flags={"venv": True}, environ={})
        function = open_function(place.root / "fn")
        found.append(open_environment(function, settings, None, environ=place.environ, tell=tell, own=OWN))

    thread = threading.Thread(target=second)
    with locked(str(folder / f"{name}.lock"), pytest.fail):
        thread.start()
        assert waits.wait(20)
        (folder / name / "made.json").write_text('{"version": [9, 9], "notes": []}')
    thread.join(20)
    assert (found[0].version, place.told) == ((9, 9), ["Another command makes this environment; waiting for it."])


@pytest.mark.parametrize("trap", ["", "trap '' TERM; "], ids=["ends when asked", "does not"])
def test_an_interrupt_ends_what_pip_started(trap):
    ours, theirs = os.pipe()
    script = (
        "import sys\nfrom fn_emulator.runners import pip\npip._GRACE_S = 0.2\n"
        "shell = sys.argv[2] + f'echo begun > /dev/fd/{sys.argv[1]}; sleep 60 & wait; wait'\n"
        "try:\n    pip.run(['sh', '-c', shell], {'PATH': '/bin:/usr/bin'}, keep=[int(sys.argv[1])])\n"
        "except KeyboardInterrupt:\n    print('interrupted')\n"
    )
    command = [sys.executable, "-c", script, str(theirs), trap]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, pass_fds=[theirs]) as process, open(ours, "rb") as told:
        os.close(theirs)
        assert told.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        assert told.read() == b""  # the last of them has closed it
        assert process.communicate()[0] == b"interrupted\n"


def test_a_cache_that_cannot_be_made_is_said(place):
    (place.root / "cache").write_text("")
    error = place.error()
    assert str(error) == (
        f"{place.root}/cache cannot be made: File exists.\nHint: set XDG_CACHE_HOME to a folder that can be written"
    )


def test_a_cache_of_another_user_is_refused(place, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    assert str(place.error()) == (
        f"{place.root}/cache/fn-emulate belongs to another user, and what lies in it would be executed.\n"
        "Hint: set XDG_CACHE_HOME to a folder of your own"
    )


def test_without_a_cache_of_its_own_it_is_below_home(place):
    chosen = place.open(environ={"XDG_CACHE_HOME": "relative"})
    assert chosen.path.startswith(f"{place.root}/home/.cache/fn-emulate/environments/")


def test_what_pip_is_configured_to_is_told(place, tmp_path):
    config = "[global]\nindex-url = https://me:hunter2@a/\nextra-index-url =\n    https://b/\n    https://c/\n"
    (tmp_path / "pip.conf").write_text(
        f"{config}[install]\nindex-url = https://d/\n[download]\nindex-url = https://e/\n"
    )
    options = [("--extra-index-url", "https://f/"), ("--find-links", "./wheels")]
    environ = {"PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "HOME": str(tmp_path), "PATH": "/bin:/usr/bin"}
    found = sources(sys.executable, options, environ)
    assert str(found) == "https://d/, https://b/, https://c/, https://f/, ./wheels"
    assert str(sources(sys.executable, [("--no-index", "")], environ)) == "nowhere"


def test_a_developers_credentials_are_not_for_what_is_installed(place):
    settings = resolve_settings(place.root / "fn", "fn", flags={"extra_index_urls": ("https://b/",)}, environ={})
    shell = {"IDP_CLIENT_SECRET": "s", "TOKEN": "t", "HTTPS_PROXY": "p", "PIP_TARGET": "/x"}
    given = pip_environ(settings, {**shell, "PIP_EXTRA_INDEX_URL": "https://a/"}, "--index-url https://${TOKEN}@c/\n")
    own = {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
    assert given == {"TOKEN": "t", "HTTPS_PROXY": "p", "PIP_EXTRA_INDEX_URL": "https://a/ https://b/", **own}
