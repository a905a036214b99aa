"""Notebooks: which cell's handle is deployed, what of it, and where its lines are shown."""

from __future__ import annotations

import json
import os

import pytest

from fn_emulator.errors import SourceError
from fn_emulator.function import open_function
from fn_emulator.function.ipython import parse_cell

from .conftest import HANDLE


def refusal(path: object) -> str:
    with pytest.raises(SourceError) as caught:
        open_function(path)  # type: ignore[arg-type]
    return str(caught.value)


def deployed(function) -> str:
    return (function.root / "handler.py").read_text()


def test_only_the_source_of_handle_is_deployed(make_notebook, opened):
    function = opened(make_notebook("import json\n\ndef handle(data):\n    return 1\n\nprint(handle({}))"))
    assert deployed(function) == "def handle(data):\n    return 1\n"
    assert (function.name, function.form, function.kind) == ("demo", "notebook", "cognite")


def test_lines_are_those_of_the_cell_counted_over_all_cells(make_notebook, opened):
    path = make_notebook(("markdown", "# Demo"), "x = 1", "import json\n\ndef handle(data):\n    return 1\n")
    function = opened(path)
    assert function.place("handler.py", 2) == {"file": f"{path}[cell 3]", "line": 4}


def test_last_cell_that_defines_handle_wins(make_notebook, opened):
    function = opened(make_notebook("def handle(): return 1", "def handle(): return 2", "handle()"))
    assert deployed(function) == "def handle(): return 2\n"


def test_last_definition_of_a_cell_wins(make_notebook, opened):
    function = opened(make_notebook("def handle(): return 1\ndef handle(): return 2\nclass handle: pass"))
    assert "return 2" in deployed(function)


def test_decorators_and_comments_inside_are_deployed(make_notebook, opened):
    source = "@first\n@second(\n    1)\ndef handle(data):\n    x = 1\n    # the end\n    return x\n"
    function = opened(make_notebook(f"# before\n{source}\n# after\n"))
    assert deployed(function) == source
    assert function.place("handler.py", 1)["line"] == 2


def test_async_handle_is_deployed_as_it_is(make_notebook, opened):
    handle = opened(make_notebook("async def handle(data):\n    return 1\n")).handle
    assert handle is not None
    assert handle.form == "async"


def test_magics_do_not_hide_the_handle(make_notebook, opened):
    source = "%matplotlib inline\n!pip install pandas\nfiles = !ls\n?print\nhandle??\ndef handle(data):\n    return 1\n"
    assert deployed(opened(make_notebook(source))) == "def handle(data):\n    return 1\n"


def test_cell_of_another_language_is_passed_over(make_notebook, opened):
    assert opened(make_notebook(HANDLE, "%%bash\necho 'def handle(): '")).handle is not None


def test_magic_in_the_body_becomes_what_ipython_runs(make_notebook, opened):
    function = opened(make_notebook("def handle(data):\n    !ls -l\n    x = %time 1\n    return 1\n"))
    assert deployed(function).splitlines()[1:3] == [
        "    get_ipython().system('ls -l')",
        "    x = get_ipython().run_line_magic('time', '1')",
    ]


def test_text_that_looks_like_a_magic_is_kept():
    module = parse_cell("%time f()\nquery = '''\n%s\n!x\n'''\n")
    assert module is not None
    assert module.problem is None
    assert "\n%s\n!x\n" in module.text


@pytest.mark.parametrize(
    "source",
    [
        "!echo it's\nx = 1",
        "!pip install \\\n  'a",
        "!echo (\nx = 1",
        "%time x\n!echo '''\nx = 1",
        "if True:\n    %time f()",
    ],
)
def test_magics_that_confuse_the_parser(source):
    module = parse_cell(source)
    assert module is not None
    assert module.problem is None
    assert module.text.count("\n") == source.count("\n")


def test_a_cell_with_very_many_magics_is_read_all_the_same():
    module = parse_cell("!ls\n" * 3000 + HANDLE)
    assert module is not None
    assert module.problem is None


def test_a_line_of_odd_blanks_takes_no_time():
    module = parse_cell("x" + "\u2028" * 100_000 + "y\n")
    assert module is not None
    assert module.problem is not None


def test_modulo_is_no_magic():
    module = parse_cell("!ls\nrest = (a\n  % b)\n")
    assert module is not None
    assert "  % b)" in module.text


def test_capture_runs_its_cell_as_python(make_notebook, opened):
    function = opened(make_notebook("%%capture out\ndef handle(data):\n    return 1\n"))
    assert function.place("handler.py", 1)["line"] == 2


def test_requirements_of_the_docstring(make_notebook, opened):
    source = (
        'x = 1\ndef handle(data):\n    """Doc.\n\n    [requirements]\n    numpy==2.0\n    [/requirements]\n    """\n'
    )
    path = make_notebook(source)
    function = opened(path)
    assert function.requirements == "numpy==2.0\n"
    assert (function.root / "requirements.txt").read_text() == "numpy==2.0\n"
    assert function.place("requirements.txt", 1) == {"file": f"{path}[cell 1]", "line": 6}


def test_handle_that_does_not_parse_is_deployed_with_its_problem(make_notebook, opened):
    path = make_notebook("x = 1\ndef handle(data)\n    return 1\n")
    function = opened(path)
    assert function.handler is not None
    assert function.handler.problem is not None
    assert function.place("handler.py", function.handler.problem.line) == {"file": f"{path}[cell 1]", "line": 2}


def test_notebook_without_handle(make_notebook, opened):
    path = make_notebook("x = 1", ("markdown", "def handle(): pass"), "y = 2")
    function = opened(path)
    assert (function.handler, function.absence) == (None, "none of its 2 code cells defines handle")
    assert function.place("handler.py")["file"] == str(path)


def test_notebook_with_one_cell_without_handle(make_notebook, opened):
    assert opened(make_notebook("x = 1")).absence == "its one code cell does not define handle"


def test_assignment_cannot_be_deployed_from_a_notebook(make_notebook, opened):
    absence = "cell 2 assigns it in line 2, and from a notebook only the source of a def is deployed"
    assert opened(make_notebook(HANDLE, "x = 1\nhandle = wrap(handle)")).absence == absence


def test_handle_under_a_cell_magic_has_no_source(make_notebook, opened):
    absence = "cell 1 defines it under a cell magic, which hides its source"
    assert opened(make_notebook("%%time\ndef handle(data):\n    return 1\n")).absence == absence


def test_source_may_be_one_text(tmp_path, opened):
    path = tmp_path / "demo.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": HANDLE}]}))
    assert opened(path).handle is not None


def test_notebook_with_a_byte_order_mark(make_notebook, opened):
    path = make_notebook(HANDLE)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert opened(path).handle is not None


def test_notebook_that_is_not_json(tmp_path):
    path = tmp_path / "demo.ipynb"
    path.write_text('{"nbformat": 4,\n  "cells": oops}')
    assert refusal(path) == f"{path}:2:12 is not JSON: Expecting value.\nHint: save the notebook again in Jupyter"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "it has no nbformat and cells"),
        ('{"nbformat": 4}', "it has no nbformat and cells"),
        ('{"cells": []}', "it has no nbformat and cells"),
        ('{"nbformat": 4, "cells": [1]}', "it has a cell 1 without cell_type or source"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code"}]}', "it has a cell 1 without cell_type or source"),
        ('{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}', "it has a cell 1 without cell_type"),
        (b'{"nbformat": "\xff"}', "it is not JSON text ('utf-8' codec can't decode byte 0xff"),
        ("[" * 100_000, "it is not JSON text (maximum recursion depth exceeded"),
    ],
)
def test_json_that_is_not_a_notebook(tmp_path, content, problem):
    path = tmp_path / "demo.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert f"{path} is not a notebook: {problem}" in refusal(path)


def test_notebook_of_an_old_format(tmp_path):
    path = tmp_path / "demo.ipynb"
    path.write_text('{"nbformat": 3, "worksheets": []}')
    problem = f"{path} is a notebook of format 3, and format 4 is needed."
    assert refusal(path) == f"{problem}\nHint: convert it: jupyter nbconvert --to notebook {path}"


def test_missing_notebook_names_the_near_miss(make_notebook):
    missing = make_notebook(HANDLE).with_name("dmo.ipynb")
    assert refusal(missing) == f"{missing} does not exist.\nHint: did you mean 'demo.ipynb'?"


def test_notebook_that_is_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "demo.ipynb")
    assert "cannot be read: not a regular file" in refusal(tmp_path / "demo.ipynb")
