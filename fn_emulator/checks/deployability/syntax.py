"""Text that Python reads here and something on the way to the platform does not."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from fn_emulator.checks.newer_syntax import features, guess
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.checks.subject import Subject

GROUPS = "def handle(data):\n    try:\n        return data['x']\n    except* KeyError:\n        pass\n"


@check(
    "error",
    source="Python's grammar; runtimes as the Functions API names them, py311 for the latest Python 3.11",
    bad=handler(GROUPS, command="check fn --runtime py310"),
    good=handler(GROUPS, command="check fn --runtime py311"),
)
def syntax_too_new(subject: Subject) -> Iterator[Saw]:
    """A function uses no syntax that is newer than its runtime.

    It is looked at when a runtime is configured. Covered are match, except*, starred subscripts, the f-strings of 3.12,
    type statements and type parameters with their defaults, except without parentheses and t-strings.
    """
    runtime = subject.settings.runtime
    minor = runtime_minor(runtime)
    if minor is None:
        return
    for module in subject.modules:
        guessed = guess(module)
        for feature in (*features(module, minor), *([guessed] if guessed and guessed.minor > minor else [])):
            yield Saw(
                f"Python 3.{feature.minor} is needed for this ({feature.name}), and the runtime is {runtime}.",
                **subject.function.place(module.path, feature.line),
                hint=f"choose the runtime py3{feature.minor}, or write it in the older way",
                evidence={"needs": f"3.{feature.minor}", "runtime": runtime},
            )


@check(
    "warning",
    source="cognite-sdk, validate_function_folder (observed with 8.22)",
    bad=handler("\ufeffdef handle(data):\n    return data\n"),
    good=handler("def handle(data):\n    return data\n"),
)
def not_plain_utf8(subject: Subject) -> Iterator[Saw]:
    """The handler file is UTF-8 without a byte order mark.

    Python reads a byte order mark and a coding cookie; the SDK's check of a folder does not, and refuses the function
    with the message that it must contain a function named 'handle'. A zip that is uploaded otherwise is fine.
    """
    function = subject.function
    if function.form != "folder" or function.handler is None or function.handler.problem is not None:
        return
    content = (function.root / function.handler_file).read_bytes()
    if content.startswith(codecs.BOM_UTF8):
        problem = "starts with a byte order mark"
    elif not _is_utf8(content):
        problem = "is not UTF-8"
    else:
        return
    yield Saw(
        f"the file {problem}: the SDK would not find handle in it.",
        **function.place(function.handler_file, 1),
        hint="save it as UTF-8 without a byte order mark",
    )


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def runtime_minor(runtime: str | None) -> int | None:
    """The minor version of a runtime: 11 for ``py311``."""
    return int(runtime.removeprefix("py3")) if runtime is not None else None


RULES = (syntax_too_new, not_plain_utf8)
