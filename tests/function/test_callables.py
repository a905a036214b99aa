"""Callables: what functions.create(function_handle=...) would deploy of them."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from fn_emulator.errors import SourceError
from fn_emulator.function import open_function


def load(tmp_path: Path, source: str, name: str = "mine") -> Any:
    """The module that ``source`` makes, from a file."""
    path = tmp_path / f"{name}.py"
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(f"package.{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def refusal(source: Any) -> str:
    with pytest.raises(SourceError) as caught:
        open_function(source)
    return str(caught.value)


def test_only_its_source_is_deployed(tmp_path, opened):
    module = load(tmp_path, "import json\n\n\ndef handle(data):\n    return json.dumps(data)\n\n\nx = 1\n")
    function = opened(module.handle)
    assert (function.root / "handler.py").read_text() == "def handle(data):\n    return json.dumps(data)\n"
    assert (function.name, function.form, function.given) == ("mine", "callable", "package.mine.handle")


def test_lines_are_those_of_the_file(tmp_path, opened):
    module = load(tmp_path, "import json\n\n\ndef handle(data):\n    return 1\n")
    assert opened(module.handle).place("handler.py", 2) == {"file": str(tmp_path / "mine.py"), "line": 5}


def test_nested_function_is_dedented(tmp_path, opened):
    source = "def make(x):\n    def handle(data):\n        return x\n    return handle\n"
    function = opened(load(tmp_path, source).make(1))
    assert (function.root / "handler.py").read_text() == "def handle(data):\n    return x\n"


def test_source_that_dedent_cannot_straighten_has_a_problem(tmp_path, opened):
    # The SDK dedents the text, so a string at the margin keeps the def indented: its upload does not compile.
    source = 'def make():\n    def handle(data):\n        return """\nat the margin"""\n    return handle\n'
    handler = opened(load(tmp_path, source).make()).handler
    assert handler.problem.message == "unexpected indent"


def test_requirements_of_the_docstring(tmp_path, opened):
    source = (
        'x = 1\n\ndef handle(data):\n    """\n    [requirements]\n    numpy\n    pandas\n    [/requirements]\n    """\n'
    )
    function = opened(load(tmp_path, source).handle)
    assert function.requirements == "numpy\npandas\n"
    assert function.place("requirements.txt", 2) == {"file": str(tmp_path / "mine.py"), "line": 7}


def test_decorator_that_wraps_is_part_of_the_source(tmp_path, opened):
    source = (
        "import functools\n\ndef twice(f):\n    @functools.wraps(f)\n    def inner(data):\n        return f(data)\n"
        "    return inner\n\n@twice\ndef handle(data):\n    return 1\n"
    )
    function = opened(load(tmp_path, source).handle)
    assert (function.root / "handler.py").read_text() == "@twice\ndef handle(data):\n    return 1\n"


def test_close_removes_the_folder(tmp_path):
    function = open_function(load(tmp_path, "def handle(data):\n    return 1\n").handle)
    assert function.root.is_dir()
    function.close()
    assert not function.root.exists()


def test_other_name_is_refused(tmp_path):
    module = load(tmp_path, "def handler(data):\n    return 1\n")
    hint = "rename 'handler' to 'handle'"
    assert refusal(module.handler) == f"package.mine.handler is named 'handler', not 'handle'.\nHint: {hint}"


def test_lambda_is_refused():
    assert "is a lambda, which has no name.\nHint: write it as 'def handle(...)'" in refusal(lambda data: data)


def test_object_that_is_no_function_is_refused():
    message = refusal(functools.partial(print))
    assert message.startswith("an object of functools.partial is not a function, and only the source of a function")


def test_builtin_function_is_refused():
    class Named:
        handle = staticmethod(print)

    assert refusal(Named.handle).startswith("builtins.print is named 'print', not 'handle'")


def test_function_that_is_not_written_in_python_is_refused(monkeypatch):
    message = refusal(type("handle", (), {"__module__": "builtins"}))
    assert message.startswith("builtins.handle is not written in Python, so it has no source to deploy.")


def test_function_made_by_exec_is_refused():
    names: dict[str, Any] = {"__name__": "made"}
    exec("def handle(data): return 1", names)
    reason = "it was typed at a prompt, made by exec, or its file is gone."
    hint = "write it in a file and import it from there"
    assert refusal(names["handle"]) == f"the source of made.handle cannot be read: {reason}\nHint: {hint}"
