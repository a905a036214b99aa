"""A handler in an interpreter of its own, where nothing was imported before."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BEFORE = """
import json, os, sys
sys.path.insert(0, sys.argv[3])
SPEC = {"schema": 1, "root": sys.argv[1], "module": "handler", "shown": {}, "env": {}, "env_only": False,
        "network": "local", "client": "fake", "needs_handle": True, "may_end_process": False}
REQUEST = {"data": "{}", "call_info": {}, "secrets": {}, "timeout_s": 30.0, "frozen_at": None, "cold": False,
           "preload": [], **json.loads(sys.argv[2])}
from exchange import CDF
SPEC["cdf"] = CDF
"""

CALL = """
from exchange import TinyCdf
from fn_emulator.harness.session import open_session
cdf = TinyCdf()
session = open_session(SPEC, exchange=cdf)
reply = session.call(REQUEST)
assert reply["failure"] is None, reply["failure"]
print(json.dumps({"answer": reply["answer"]["value"], "paths": cdf.paths}))
sys.stdout.flush()
session.close()
"""


def run_alone(tmp_path: Path, handler: str, **request: object) -> str:
    """Calls a handler there; what it printed: the answer and the paths that CDF was asked for."""
    return run_script(tmp_path, CALL, handler, **request)


def run_script(tmp_path: Path, script: str, handler: str, **request: object) -> str:
    """Runs a script that finds ``SPEC`` and ``REQUEST`` for a handler; what it printed."""
    root = tmp_path / "fn"
    root.mkdir()
    (root / "handler.py").write_text(handler)
    places = [str(root), json.dumps(request), str(Path(__file__).parent)]
    command = [sys.executable, "-W", "error", "-c", BEFORE + script, *places]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert (ended.stderr, ended.returncode) == ("", 0)
    return ended.stdout
