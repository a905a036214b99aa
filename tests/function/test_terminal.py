"""Functions that stop for a person at a terminal, and close neighbours."""

from __future__ import annotations

import pytest

from fn_emulator.function import open_function
from fn_emulator.function.terminal import wants_terminal


def wants(tmp_path, body):
    (tmp_path / "handler.py").write_text(f"def handle(data):\n    {body}\n    return data\n")
    return wants_terminal(open_function(tmp_path))


@pytest.mark.parametrize("body", ["breakpoint()", "if data: breakpoint(header='x')"])
def test_a_call_of_a_debugger_wants_a_terminal(tmp_path, body):
    assert wants(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "# breakpoint()",
        "data['breakpoint'] = 'breakpoint()'",
        "data.breakpoint()",
        "import pdb; pdb.set_trace()",
    ],
)
def test_the_mere_word_does_not(tmp_path, body):
    assert not wants(tmp_path, body)


def test_a_folder_without_a_handler_does_not(tmp_path):
    assert not wants_terminal(open_function(tmp_path))
