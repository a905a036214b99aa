"""The harness as it will travel: under another name, on other interpreters, with nothing of ours beside it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import fn_emulator.harness

SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from carried.session import open_session
spec = {"schema": 1, "root": sys.argv[2], "module": "handler", "shown": {}, "env": {"A": "b"}, "env_only": True,
        "network": "local", "client": "none", "needs_handle": True, "may_end_process": True}
request = {"data": '{"name": "Ada"}', "call_info": {}, "secrets": {}, "timeout_s": 30.0, "frozen_at": None,
           "cold": False, "preload": []}
session = open_session(spec)
reply = session.call(request)
session.close()
print(json.dumps({"reply": reply, "ours": [name for name in sys.modules if name.startswith("fn_emulator")]}))
"""


def interpreters() -> list[str]:
    names = ["python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"]
    return [sys.executable, *(path for name in names if (path := shutil.which(name)) and runs(path))]


def runs(path: str) -> bool:
    return subprocess.run([path, "-c", "pass"], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("python", interpreters())
def test_runs_alone_under_another_name(python, tmp_path):
    shutil.copytree(Path(fn_emulator.harness.__file__).parent, tmp_path / "lib" / "carried")
    root = tmp_path / "fn"
    root.mkdir()
    (root / "handler.py").write_text(
        "import os\ndef handle(data, client):\n    print('hi')\n    os.write(1, b'raw\\n')\n"
        "    return {'greeting': f\"Hello {data['name']}\", 'a': os.environ['A']}\n"
    )
    ended = subprocess.run(
        [python, "-I", "-W", "error", "-c", SCRIPT, str(tmp_path / "lib"), str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    printed = json.loads(ended.stdout)
    assert printed["reply"]["answer"]["value"] == {"greeting": "Hello Ada", "a": "b"}
    assert [line["message"] for line in printed["reply"]["logs"]] == ["hi", "raw"]
    assert printed["ours"] == []


TRIALS = """
import json, sys
sys.path.insert(0, sys.argv[1])
from carried.session import open_session
spec = {"schema": 1, "root": sys.argv[2], "module": "handler", "shown": {}, "env": {}, "env_only": True,
        "network": "local", "client": "none", "needs_handle": True, "may_end_process": True}
look = [True, 0, True, ["handler.KEPT"], [0], None, None]
request = {"call_info": {}, "secrets": {}, "timeout_s": 30.0, "frozen_at": None, "cold": False, "preload": [],
           "random_seed": 1, "bodies": ["{}"], "trials": [look, look, [False, *look[1:]]]}
class Told(list):
    def reply(self, reply):
        self.append(json.dumps([reply["answer"]["value"], reply["state"]]))
        return True
session, told = open_session(spec), Told()
session.run_trials(request, told)
session.close()
print("\\n".join(told))
"""


@pytest.mark.parametrize("python", interpreters())
def test_trials_run_alone(python, tmp_path):
    shutil.copytree(Path(fn_emulator.harness.__file__).parent, tmp_path / "lib" / "carried")
    root = tmp_path / "fn"
    root.mkdir()
    (root / "handler.py").write_text(
        "import uuid\nKEPT = []\ndef handle(data):\n    KEPT.append(1)\n    return [len(KEPT), str(uuid.uuid4())]\n"
    )
    ended = subprocess.run(
        [python, "-I", "-W", "error", "-c", TRIALS, str(tmp_path / "lib"), str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    (first, same, warm) = map(json.loads, ended.stdout.splitlines())
    assert first == same
    assert (first[0][0], warm[0][0], first[0][1]) == (1, 2, warm[0][1])
    assert (first[1][0]["name"], first[1][0]["line"]) == ("handler.KEPT", 4)
