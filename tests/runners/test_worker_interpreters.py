"""A worker on each Python that functions run on, where this machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timezone

import pytest

AT = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
SOURCE = """
import datetime, sys
def handle(data):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    ours = [name for name in sys.modules if name.split(".")[0] == "fn_emulator"]
    try:
        import fn_emulator
        ours.append("fn_emulator")
    except ImportError:
        pass
    return [list(sys.version_info[:2]), ours, now if data.get("now") else None]
"""


def interpreter(version: str) -> str:
    """The path of a Python of this version, or a skip."""
    for name in (f"python{version}", shutil.which("pyenv") and f"{version}"):
        found = name and _asked(name)
        if found:
            return found
    pytest.skip(f"there is no Python {version} here")


def _asked(name: str) -> str | None:
    candidates = [shutil.which(name)] if name.startswith("python") else _pyenv(name)
    script = "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, candidates):
        asked = subprocess.run([candidate, "-c", script], capture_output=True, text=True, check=False)
        path, _, version = asked.stdout.strip().rpartition(" ")
        if asked.returncode == 0 and version == name.removeprefix("python"):
            return path
    return None


def _pyenv(version: str) -> list[str]:
    root = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout.strip()
    versions = sorted(os.listdir(f"{root}/versions")) if os.path.isdir(f"{root}/versions") else []
    return [f"{root}/versions/{each}/bin/python" for each in versions if each.startswith(f"{version}.")]


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_a_handler_runs_on_it_also_at_a_frozen_instant(load, version, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    python = interpreter(version)
    function = load({"handler.py": SOURCE}, python=python, client="none")
    running, frozen = function.call({}), function.call({"now": 1}, at=AT)
    number = [int(part) for part in version.split(".")]
    assert running.response == [number, [], None]
    assert frozen.response == [number, [], AT.isoformat()]
    assert running.where.runtime == f"py{version.replace('.', '')}"


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.11", "3.12", "3.13"])
def test_every_end_is_told_on_it(load, version):
    exits, loops = "if data['how'] == 'exit': os._exit(5)", "if data['how'] == 'loop': sum(iter(int, 1))"
    body = f"{exits}\n    {loops}\n    print('ok')"
    function = load(body, python=interpreter(version), client="none", timeout_s=0.5)
    results = [function.call({"how": how}) for how in ("exit", "loop", "none")]
    assert [result.status for result in results] == ["Died", "Timeout", "Completed"]
    assert [line.message for line in results[2].logs] == ["ok"]


def test_a_client_works_where_the_interpreter_has_an_sdk(load, fake_cdf):
    pytest.importorskip("cognite.client")
    source = "def handle(client):\n    return client.assets.create({'name': 'a'}) and len(client.assets.list())\n"
    source = "from cognite.client.data_classes import AssetWrite\n" + source.replace(
        "{'name': 'a'}", "AssetWrite(name='a')"
    )
    function = load({"handler.py": source}, python=sys.executable, client="fake", cdf=fake_cdf)
    assert function.call().response == 1


def test_an_interpreter_without_an_sdk_says_so(load, fake_cdf):
    from fn_emulator.errors import SdkMissingError

    python = interpreter("3.9")
    function = load({"handler.py": "def handle(client):\n    return 1\n"}, python=python, client="fake", cdf=fake_cdf)
    with pytest.raises(SdkMissingError, match="needs cognite-sdk, which"):
        function.call()
