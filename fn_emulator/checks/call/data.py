"""The data that a call was made with: is it an object, is it small enough, does it hold a secret?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.model import JSON

ECHO = "def handle(data):\n    return data\n"

# Texts, compiled (and kept by re) when there is something to search: a call without texts pays nothing for them.
_SECRET_KEY = (
    r"(^|[^a-z])(password|passwd|secret|client_?secret|api_?key|access_?key|private_?key|token|credentials?)[^a-z]*$"
)
_SECRET_VALUE = r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b"
# The words of APIs for where a list goes on: next_token, pageToken, continuation_token.
_PAGING = ("next_", "page_", "continuation_", "sync_", "cursor_")
_CAMEL = r"(?<=[a-z0-9])(?=[A-Z])"
_SHORTEST_SECRET = 8


@check(
    "error",
    source="Cognite API specification, POST /functions/{functionId}/call: data is an object",
    bad=handler(ECHO, command="run fn --data '[1, 2]'"),
    good=handler(ECHO, command="run fn --data '{\"numbers\": [1, 2]}'"),
)
def data_not_object(subject: CallSubject) -> Iterator[Saw]:
    """The data of a call is a JSON object.

    The SDK lets a list or a text pass, but the API's schema says object, and handlers expect a dict. Here the handler
    is called all the same, so that its own reaction is seen.
    """
    data = subject.evidence.call.data
    if not isinstance(data, dict):
        yield Saw(
            f"data is {_json_type(data)}, not an object.",
            hint='put it into an object, e.g. {"items": ...}',
            evidence={"type": _json_type(data)},
        )


@check(
    "error",
    source="Cognite documentation, Functions limits: 9 MB on GCP, 240 kB on AWS, 36 kB on Azure",
    bad=handler(
        ECHO, {"../data.json": json.dumps({"text": "x" * 40_000})}, command="run fn --cloud azure --data @data.json"
    ),
    good=handler(
        ECHO, {"../data.json": json.dumps({"text": "x" * 3_000})}, command="run fn --cloud azure --data @data.json"
    ),
)
def data_too_large(subject: CallSubject) -> Iterator[Saw]:
    """The data of a call is smaller than the cloud's limit.

    The platform refuses the request, so the function is never called. Upload the data to CDF and pass where it is.
    """
    limit = subject.settings.data_limit_bytes
    if len(subject.evidence.call.data_text) <= limit:
        return  # with spaces and escapes it is longer than what is sent
    size = len(
        json.dumps(subject.evidence.call.data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    )
    if size > limit:
        yield Saw(
            f"data has {size:,} bytes, more than the {limit:,} bytes that {subject.settings.cloud} accepts.",
            hint="upload it to CDF (a file, RAW) and pass where it is",
            evidence={"bytes": size, "limit": limit},
        )


@check(
    "warning",
    source="Cognite documentation, Use Functions: do not pass secrets or confidential information through data",
    bad=handler(ECHO, command='run fn --data \'{"password": "correct-horse-battery"}\''),
    good=handler(ECHO, command="run fn --data '{\"passwordLength\": 22}'"),
)
def secret_in_data(subject: CallSubject) -> Iterator[Saw]:
    """Secrets are not passed in data.

    Data is kept with the call and shown to everybody who may read it. Secrets belong into the function's own secrets,
    which the handler gets as the argument secrets.
    """
    for path, value in _texts(subject.evidence.call.data):
        if len(value) < _SHORTEST_SECRET:
            continue
        key = re.sub(_CAMEL, "_", path.rpartition(".")[2]).lower()
        has_secret_key = re.search(_SECRET_KEY, key) and not key.startswith(_PAGING)
        if has_secret_key or re.search(_SECRET_VALUE, value) or subject.masker.names_in(value):
            yield Saw(
                f"{path} holds what looks like a secret.",
                hint="give it as a secret: --secret NAME=VALUE, and take it from the argument secrets",
                evidence={"path": path},
            )


def _texts(data: JSON) -> Iterator[tuple[str, str]]:
    """Path and text of each text in data, in order; not by recursion, for data may be nested deeply."""
    waiting: list[tuple[str, JSON]] = [("$", data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            waiting += [(f"{path}.{key}", member) for key, member in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", value[index]) for index in reversed(range(len(value)))]


def _json_type(value: JSON) -> str:
    names = {list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    return names[type(value)]


RULES = (data_not_object, data_too_large, secret_in_data)
