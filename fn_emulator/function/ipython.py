"""A notebook cell -> the Python that IPython runs for it, line by line, so that line numbers stay those of the cell.

How it works: a line such as ``!pip list`` is replaced only where the parser stops at it. A line inside a string that
looks the same is therefore left alone.
"""

from __future__ import annotations

import re

from fn_emulator.function.handle import parse_module
from fn_emulator.function.model import Module

PYTHON_CELL_MAGICS = ("%%capture",)
"""Cell magics that run the rest of their cell as an ordinary cell."""

ONE_BY_ONE = 100
"""Lines that are replaced after a look of the parser each; a cell of real work has a few."""

_MAGIC = re.compile(
    r"(?P<indent>\s*)(?P<target>[^\s=!%?'\"#][^=!%?'\"#]*=\s*)?(?P<mark>!!|[!%])(?P<rest>.*)", re.DOTALL
)
_HELP = re.compile(r"(?P<indent>\s*)(?:\?{1,2}\s*(?P<before>[\w.*]+)|(?P<after>[%\w.*]+)\s*\?{1,2})\s*")


def parse_cell(source: str) -> Module | None:
    """Parse a cell; None when a cell magic such as ``%%bash`` makes it something else than Python."""
    lines = source.replace("\r\n", "\n").split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        if not lines[first].startswith(PYTHON_CELL_MAGICS):
            return None
        lines[first] = ""
    module = _parse(lines)
    for _ in range(ONE_BY_ONE):
        if module.problem is None or not _replace(lines, (module.problem.line or 0) - 1):
            break
        module = _parse(lines)
    if module.problem is not None and _replace_all(lines):
        module = _parse(lines)
    return module


def _replace_all(lines: list[str]) -> bool:
    """Replace all lines that look like IPython's: the parser stops elsewhere than at the faulty one, or too often."""
    return True in [_replace(lines, index) for index in range(len(lines))]


def _parse(lines: list[str]) -> Module:
    return parse_module("handler.py", "\n".join(lines).encode(errors="replace"))


def _replace(lines: list[str], index: int) -> bool:
    """Turn the line into Python, with the lines that a backslash adds to it; False when IPython adds nothing there."""
    if not 0 <= index < len(lines) or (python := _as_python(lines[index])) is None:
        return False
    while lines[index].endswith("\\") and index + 1 < len(lines):
        lines[index], index = python, index + 1
        python = ""
    lines[index] = python
    return True


def _as_python(line: str) -> str | None:
    if found := _MAGIC.fullmatch(line):
        target = (found["target"] or "").lstrip()
        return f"{found['indent']}{target}get_ipython().{_magic_call(found['mark'], found['rest'].strip(), target)}"
    if found := _HELP.fullmatch(line):
        return f"{found['indent']}get_ipython().run_line_magic('pinfo', {found['before'] or found['after']!r})"
    return None


def _magic_call(mark: str, rest: str, target: str) -> str:
    if mark == "%":
        name, _, argument = rest.partition(" ")
        return f"run_line_magic({name!r}, {argument!r})"
    return f"{'getoutput' if target or mark == '!!' else 'system'}({rest!r})"
