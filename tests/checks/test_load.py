"""What a function must have to be called at all: for each rule what it flags, and a close neighbour that is fine."""

from __future__ import annotations

import json
import zipfile

import pytest

from fn_emulator.checks import load, signature
from fn_emulator.checks.registry import run_checks
from fn_emulator.function import open_function


def test_a_missing_handler_is_named_with_the_file_that_defines_handle(function):
    (finding,) = load.no_handler(function(more={"src/main.py": "def handle(data):\n    return data\n"}))
    assert finding.message == "fn/handler.py cannot be the handler: it is not there."
    assert finding.hint == "give --function-path src/main.py, which defines handle"
    assert (finding.severity, finding.file, finding.line) == ("error", "fn/handler.py", None)


def test_a_missing_handler_in_an_empty_folder_asks_for_one(function):
    (finding,) = load.no_handler(function())
    assert finding.hint == "add a handler.py that defines handle, or name the file that does with --function-path"


def test_a_zip_without_a_handler_asks_for_one_in_the_zip(function, tmp_path):
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.writestr("main.py", "")
        archive.writestr("rules.py", "")
    (finding,) = load.no_handler(function(path="fn.zip"))
    assert finding.hint == (
        "add a handler.py that defines handle to the zip, or name the file that does with --function-path"
    )


def test_a_notebook_without_a_handle_asks_for_one_in_a_cell(function, tmp_path):
    (tmp_path / "fn.ipynb").write_text(notebook("x = 1"))
    (finding,) = run_checks(load.RULES, function(path="fn.ipynb"))
    assert finding.message == "fn.ipynb cannot be the handler: its one code cell does not define handle."
    assert finding.hint == "write 'def handle(...)' at the top level of a code cell: its source alone is deployed"


def test_a_file_that_cannot_be_read_is_no_hint(function, tmp_path):
    (tmp_path / "fn" / "sub").mkdir(parents=True)
    (tmp_path / "fn" / "sub" / "loop.py").symlink_to("loop.py")
    (finding,) = load.no_handler(function(more={"main.py": "def handle():\n    pass\n"}))
    assert finding.hint == "give --function-path main.py, which defines handle"


def test_a_handler_elsewhere_is_found_by_its_function_path(function):
    opened = function(more={"src/main.py": "def handle(data):\n    return data\n"}, function_path="src/main.py")
    assert list(run_checks(load.RULES, opened)) == []


def test_a_zipped_folder_is_told_how_to_be_zipped(function, tmp_path):
    with zipfile.ZipFile(tmp_path / "fn.zip", "w") as archive:
        archive.writestr("fn/handler.py", "def handle(data):\n    return data\n")
    (finding,) = run_checks(load.RULES, function(path="fn.zip"))
    assert finding.id == "wrong-zip-root"
    assert (
        finding.message == "fn.zip holds fn/handler.py instead of handler.py: the folder was zipped, not its contents."
    )
    assert finding.hint == "zip from inside the folder: cd fn && zip -r ../fn.zip ."


def test_a_syntax_error_shows_its_line_and_a_caret(function):
    (finding,) = run_checks(load.RULES, function("import json\ndef handle(data)\n    return data\n"))
    assert finding.id == "syntax-error"
    assert finding.message == "the file does not compile: expected ':' (column 17)."
    assert (finding.file, finding.line) == ("fn/handler.py", 2)
    assert finding.evidence["snippet"] == "def handle(data)\n                ^"
    assert finding.hint == "mend the syntax; the platform would say only that handle is missing"


def test_a_file_that_is_not_text_does_not_compile(function):
    (finding,) = run_checks(load.RULES, function(more={"handler.py": b"def handle(data):\0\n"}))
    assert (finding.id, finding.line, dict(finding.evidence)) == ("syntax-error", None, {})


def test_syntax_of_a_newer_python_asks_for_that_python(function, monkeypatch):
    monkeypatch.setattr("fn_emulator.checks.newer_syntax.OURS", 10)
    opened = function("def handle(data):\n    try:\n        pass\n    except * KeyError\n        pass\n")
    (finding,) = load.syntax_error(opened)
    assert finding.hint == "run fn-emulate with Python 3.11, which has except*; this one is older"


def test_a_misnamed_handle_is_shown_with_what_was_found(function):
    (finding,) = run_checks(load.RULES, function("def handler(data):\n    return data\n\n\ndef main():\n    pass\n"))
    assert finding.id == "no-handle"
    assert finding.message == "fn/handler.py has no function named 'handle'. Found: 'handler', 'main'."
    assert finding.hint == "rename 'handler' to 'handle'"


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("from other import handle\n", 1, "it is imported there"),
        (
            "import other\nif True:\n    def handle(data):\n        return 1\n",
            3,
            "it is defined inside a class, a function",
        ),
        ("a = handle = print\n", 1, "it is not assigned alone at the top level"),
    ],
)
def test_a_handle_that_the_sdk_does_not_see_says_why(function, source, line, reason):
    (finding,) = run_checks(load.RULES, function(source))
    assert (finding.id, finding.line) == ("no-handle", line)
    assert reason in finding.message


@pytest.mark.parametrize("source", ["handle = print\n", "handle: object = print\n", "def handle():\n    pass\n"])
def test_what_the_sdk_accepts_as_a_handle_is_left_alone(function, source):
    assert list(run_checks(load.RULES, function(source))) == []


def test_a_remote_service_needs_no_handle(function):
    opened = function("def lambda_handler(event, context):\n    return event\n")
    assert opened.kind == "remote-service"
    assert list(run_checks(load.RULES, opened)) == []


def test_an_unknown_argument_is_refused_even_with_a_default(function):
    (finding,) = run_checks(load.RULES, function("def handle(data, clients=None):\n    pass\n"))
    assert finding.id == "unknown-argument"
    assert finding.message == "handle takes 'clients', which the platform does not pass."
    assert (finding.hint, finding.line, finding.severity) == ("did you mean 'client'?", 1, "error")


def test_an_unknown_keyword_only_argument_with_a_default_is_a_warning(function):
    (finding,) = signature.unknown_argument(function("def handle(data, *, debug=False):\n    pass\n"))
    assert finding.severity == "warning"
    (finding,) = signature.unknown_argument(function("def handle(data, *, debug):\n    pass\n"))
    assert finding.severity == "error"


def test_all_four_arguments_in_any_order_are_fine(function):
    opened = function("def handle(function_call_info, *, secrets, data=None, client):\n    pass\n")
    assert list(run_checks(load.RULES, opened)) == []


def test_a_positional_only_argument_is_an_error_and_not_an_unknown_one(function):
    (finding,) = run_checks(load.RULES, function("def handle(data, /, client):\n    pass\n"))
    assert finding.id == "positional-only-argument"
    assert finding.message == "handle takes 'data' by position only, and the platform passes its arguments by name."


def test_star_arguments_are_warned_of_in_a_folder(function):
    found = list(run_checks(load.RULES, function("def handle(*args, **kwargs):\n    pass\n")))
    assert [(finding.id, finding.severity) for finding in found] == [("star-arguments", "warning")] * 2
    assert found[1].message == "handle takes **kwargs, which receives what no page of the platform tells."


def test_an_async_handle_is_an_error(function):
    (finding,) = run_checks(load.RULES, function("async def handle(data):\n    return data\n"))
    assert (finding.id, finding.line) == ("async-handle", 1)


def notebook(*cells):
    written = [{"cell_type": "code", "source": cell, "metadata": {}, "outputs": []} for cell in cells]
    return json.dumps({"cells": written, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_notebook_s_outer_name_is_placed_in_its_cell(function, tmp_path):
    source = "x = 1\n\ndef handle(data):\n    return json.dumps(data)\n"
    (tmp_path / "fn.ipynb").write_text(notebook("import json", source))
    (finding,) = run_checks(load.RULES, function(path="fn.ipynb"))
    assert finding.id == "notebook-outer-name"
    assert (
        finding.message
        == "handle uses 'json' from outside its body, which is not deployed: NameError at its first call."
    )
    assert (finding.file, finding.line) == ("fn.ipynb[cell 2]", 4)


def test_star_arguments_of_a_notebook_are_refused(function, tmp_path):
    (tmp_path / "fn.ipynb").write_text(notebook("def handle(data, **kwargs):\n    return data\n"))
    (finding,) = run_checks(load.RULES, function(path="fn.ipynb"))
    assert (finding.id, finding.severity) == ("star-arguments", "error")


def test_a_tree_of_functions_is_told_to_name_one(tmp_path, monkeypatch):
    (tmp_path / "functions" / "fn_a").mkdir(parents=True)
    (tmp_path / "functions" / "fn_a" / "handler.py").write_text("def handle(): pass\n")
    monkeypatch.chdir(tmp_path)
    (finding,) = load.no_handler(open_function("functions"))
    assert finding.hint == "name a function's own folder: functions/fn_a"
