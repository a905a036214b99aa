"""What a function may do to a real project: read. What would change it is refused unless that was allowed."""

from __future__ import annotations

import json
from typing import Any

from fn_emulator.cdf.traffic.classify import ACTION, WRITE, Kind


def changes_project(kind: Kind) -> bool:
    """Whether a request may change a real project: it writes, or starts something (a job, a session, code)."""
    return kind.kind in (WRITE, ACTION)


def refusal(kind: Kind, method: str, path: str, mode: str) -> dict[str, Any]:
    """The 403 for a request that was not sent, as a reply of the hook."""
    does = "writes" if kind.kind == WRITE else "starts something that may write"
    message = (
        f"fn-emulate did not send {method} {path}: it {does} ({kind.operation} {kind.resource}), and --client {mode} "
        "only reads. Allow it with --allow-writes."
    )
    body = json.dumps({"error": {"code": 403, "message": message}}).encode()
    return {"status": 403, "headers": {"content-type": "application/json"}, "body": body}
