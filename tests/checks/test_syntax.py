"""Syntax that is newer than a runtime, or newer than the Python that runs us."""

from __future__ import annotations

import pytest

from fn_emulator.checks.deployability.syntax import syntax_too_new
from fn_emulator.checks.newer_syntax import OURS, features, guess
from fn_emulator.function.handle import parse_module

HANDLE = "def handle(data):\n    return data\n\n\n"


def module(text):
    return parse_module("handler.py", text.encode())


@pytest.mark.skipif(OURS < 11, reason="this Python does not read the syntax of 3.11")
@pytest.mark.parametrize("text", ["try:\n    pass\nexcept* E:\n    pass\n", "a[*b]\n", "def f(*a: *T):\n    pass\n"])
def test_syntax_of_3_11_is_too_new_for_3_10(text):
    (feature,) = features(module(text), 10)
    assert feature.minor == 11
    assert list(features(module(text), 11)) == []


@pytest.mark.skipif(OURS < 12, reason="this Python does not read the syntax of 3.12")
@pytest.mark.parametrize(
    "text",
    [
        "type X = int\n",
        "def f[T](a: T): ...\n",
        "f'{a['x']}'\n",
        "f'{\"\\n\".join(a)}'\n",
        "f'''{a # why\n}'''\n",
        "f'{\na}'\n",
        'f"{f"{a}"}"\n',
    ],
)
def test_syntax_of_3_12_is_too_new_for_3_11(text):
    (feature,) = features(module(text), 11)
    assert feature.minor == 12


@pytest.mark.parametrize(
    "text",
    [
        "match x:\n    case 1:\n        pass\n",
        "a[(*b,)]\n",
        "f'{a[\"x\"]}' f\"{'a'}\"\n",
        "f'''{\na['x']}'''\n",
        "x = 1\n",
    ],
)
def test_old_syntax_is_fine_everywhere(text):
    assert list(features(module(text), 10)) == []


@pytest.mark.parametrize(
    ("text", "name", "minor"),
    [
        ("type X = int = 3\n", "the type statement", 12),
        ("def f[T](a: T:\n    pass\n", "type parameters", 12),
        ("try:\n    pass\nexcept A, B:\n    pass\n", "except without parentheses", 14),
    ],
)
def test_what_an_older_python_cannot_read_is_guessed_from_the_line(monkeypatch, text, name, minor):
    monkeypatch.setattr("fn_emulator.checks.newer_syntax.OURS", 10)
    guessed = guess(module(text))
    if guessed is None:
        assert OURS >= 12, "a newer Python reads it, or stops at another line"
        return
    assert (guessed.name, guessed.minor) == (name, minor)


@pytest.mark.parametrize("text", ["def handle(data)\n", "try:\n    pass\nexcept ValueError, e:\n    pass\n", "x = (\n"])
def test_plain_mistakes_are_not_taken_for_newer_syntax(text):
    assert guess(module(text)) is None


@pytest.mark.skipif(OURS < 11, reason="this Python does not read the syntax of 3.11")
def test_too_new_syntax_is_shown_where_it_stands(found):
    source = f"{HANDLE}try:\n    pass\nexcept* E:\n    pass\n"
    (finding,) = found(syntax_too_new, source, runtime="py310")
    assert finding.message == "Python 3.11 is needed for this (Exception groups), and the runtime is py310."
    assert (finding.severity, finding.file, finding.line) == ("error", "fn/handler.py", 7)
    assert found(syntax_too_new, runtime="py311") == []
    assert found(syntax_too_new) == []
