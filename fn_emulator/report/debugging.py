"""A call that waits for an editor -> what its person is told: what to put in launch.json, and where it waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from fn_emulator.runners.debugging import USUAL_PORT


def launch_configuration(name: str, *, host: str, port: int, local_root: str, remote_root: str) -> dict[str, Any]:
    """An entry of ``configurations`` in VS Code's launch.json that attaches to debugpy.

    Args:
        name: The function's name.
        host: Where debugpy listens.
        port: Likewise.
        local_root: The folder in which the person opens the function's files.
        remote_root: The folder in which they run.
    """
    return {
        "name": f"fn-emulate: {name}",
        "type": "debugpy",
        "request": "attach",
        "connect": {"host": host, "port": port},
        "pathMappings": [{"localRoot": local_root, "remoteRoot": remote_root}],
        "justMyCode": True,
    }


def waiting_text(configuration: dict[str, Any], *, timeout_s: float, is_unpacked: bool) -> str:
    """What is told before the call begins; ``is_unpacked`` where the files are copies that go when it ends."""
    return "\n".join(_lines(configuration, timeout_s, is_unpacked=is_unpacked))


def _lines(configuration: dict[str, Any], timeout_s: float, *, is_unpacked: bool) -> Iterator[str]:
    host, port = configuration["connect"].values()
    yield "For launch.json of VS Code, under configurations:"
    yield json.dumps(configuration, indent=2)
    if is_unpacked:
        local_root = configuration["pathMappings"][0]["localRoot"]
        yield f"The code was unpacked to {local_root}: set breakpoints there; the folder goes when the call ends."
    if port != USUAL_PORT:
        yield f"Port {USUAL_PORT} is taken, so it is {port}."
    yield f"The time limit of {timeout_s:g} s is lifted."
    yield f"waiting for a debugger on {host}:{port} ..."
