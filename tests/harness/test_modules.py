from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

HANDLER = "import helper\ndef handle():\n    return helper.NAME\n"


def test_the_handler_imports_from_the_root(open_harness):
    files = {"handler.py": "from common.rules import limit\ndef handle():\n    return limit()\n"}
    files |= {
        "common/__init__.py": "",
        "common/rules.py": "from .deep.er import VALUE\ndef limit():\n    return VALUE\n",
    }
    files |= {"common/deep/er.py": "VALUE = 3\n"}
    assert open_harness(files).answer() == 3


def test_a_handler_in_a_sub_folder_is_imported_as_a_dotted_module(open_harness):
    files = {
        "sub/my-dir/handler.py": "from shared import X\ndef handle():\n    return [__name__, X]\n",
        "shared.py": "X = 1\n",
    }
    assert open_harness(files, module="sub.my-dir.handler").answer() == ["sub.my-dir.handler", 1]


def test_two_functions_with_modules_of_the_same_names_work_side_by_side(open_harness):
    one = open_harness({"handler.py": HANDLER, "helper.py": "NAME = 'one'\n"}, name="one")
    two = open_harness({"handler.py": HANDLER, "helper.py": "NAME = 'two'\n"}, name="two")
    assert [one.answer(), two.answer(), one.answer(), two.answer()] == ["one", "two", "one", "two"]


def test_an_import_inside_handle_at_the_second_call_finds_its_own_folders(open_harness):
    late = (
        "CALLS = []\ndef handle():\n    CALLS.append(1)\n"
        "    if len(CALLS) == 2:\n        import helper\n        return helper.NAME\n"
    )
    one = open_harness({"handler.py": late, "helper.py": "NAME = 'one'\n"}, name="one")
    two = open_harness({"handler.py": late, "helper.py": "NAME = 'two'\n"}, name="two")
    answers = [one.answer(), two.answer(), one.answer(), two.answer()]
    assert answers == [None, None, "one", "two"]


def test_a_module_of_the_process_with_the_same_name_is_hidden_and_comes_back(open_harness, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "helper.py").write_text("NAME = 'elsewhere'\n")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    theirs = importlib.import_module("helper")
    try:
        harness = open_harness({"handler.py": HANDLER, "helper.py": "NAME = 'own'\n"})
        assert harness.answer() == "own"
        assert sys.modules["helper"] is theirs
    finally:
        del sys.modules["helper"]


def test_the_functions_modules_and_paths_are_gone_after_a_call(open_harness):
    before = set(sys.modules), sys.path[:], sys.meta_path[:]
    open_harness({"handler.py": HANDLER, "helper.py": "NAME = 1\n"}).answer()
    assert "helper" not in sys.modules
    assert "handler" not in sys.modules
    assert (sys.path[:], [f for f in sys.meta_path if "harness" not in type(f).__module__]) == (
        before[1],
        [f for f in before[2] if "harness" not in type(f).__module__],
    )


def test_module_state_stays_warm_and_goes_with_a_cold_call(open_harness):
    harness = open_harness("N = 0\ndef handle():\n    global N\n    N += 1\n    return N\n")
    assert [harness.answer(), harness.answer(), harness.answer(cold=True), harness.answer()] == [1, 2, 1, 2]


def test_no_bytecode_is_left_in_the_users_folder(open_harness):
    harness = open_harness({"handler.py": HANDLER, "helper.py": "NAME = 1\n"})
    harness.answer()
    assert list(harness.root.rglob("__pycache__")) == []


def test_an_edit_within_the_same_second_is_seen(open_harness):
    harness = open_harness("def handle():\n    return 1\n")
    harness.answer()
    (harness.root / "handler.py").write_text("def handle():\n    return 2\n")
    assert harness.answer(cold=True) == 2


def test_paths_that_the_function_adds_stay_with_it_alone(open_harness):
    source = (
        "import os, sys\n"
        "sys.path.append(os.path.join(os.path.dirname(__file__), 'lib'))\n"
        "def handle():\n"
        "    from inside_lib import X\n"
        "    return X\n"
    )
    harness = open_harness({"handler.py": source, "lib/inside_lib.py": "X = 5\n"})
    before = sys.path[:]
    assert [harness.answer(), harness.answer()] == [5, 5]
    assert sys.path == before


def test_a_folder_without_init_yields_to_an_installed_package(open_harness):
    files = {"handler.py": "import click\ndef handle():\n    return hasattr(click, 'command')\n", "click/notes.txt": ""}
    assert open_harness(files).answer() is True


def test_a_relative_import_at_the_root_fails_as_on_the_platform(open_harness):
    files = {"handler.py": "from .helper import NAME\ndef handle():\n    return NAME\n", "helper.py": "NAME = 1\n"}
    failure = open_harness(files).call()["failure"]
    assert failure["message"] == "attempted relative import with no known parent package"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def handle(function_call_info, secrets, data):\n    return [secrets, sorted(function_call_info)]\n", 2),
        ("def handle(*, data, secrets=None):\n    return [data, secrets]\n", 2),
        ("def handle(**arguments):\n    return sorted(arguments)\n", 4),
        ("def handle():\n    return []\n", 0),
        ("class Service:\n    def __call__(self, *, client, data):\n        return [1, data]\nhandle = Service()\n", 2),
        ("import functools\ndef wrap(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k)\n"
         "    return inner\n@wrap\ndef handle(data):\n    return [data]\n", 1),
    ],
)  # fmt: skip
def test_a_handle_gets_the_arguments_that_it_names(open_harness, source, expected):
    assert len(open_harness(source).answer()) == expected


def test_shown_sources_are_compiled_under_the_users_file_and_lines(open_harness):
    shown = {"handler.py": {"file": "demo.ipynb[cell 3]", "first_line": 7}}
    reply = open_harness("def handle():\n    return 1 / 0\n", shown=shown).call()
    assert reply["place"] == ("demo.ipynb[cell 3]", 8)
    assert '  File "demo.ipynb[cell 3]", line 8, in handle\n    return 1 / 0\n' in reply["failure"]["trace"]


def test_the_working_directory_is_put_back(open_harness, tmp_path):
    before = Path.cwd()
    open_harness(f"import os\ndef handle():\n    os.chdir({str(tmp_path)!r})\n").answer()
    assert Path.cwd() == before


def test_a_client_is_an_object_that_fails_at_first_touch(open_harness):
    failure = open_harness("def handle(client):\n    client.assets.list()\n").call()["failure"]
    assert failure["type"] == "ClientNotConfiguredError"
    assert failure["message"] == (
        "client.assets was used, but this call has no client; choose one with --client fake or --client mock "
        '(client="fake" or client="mock" in Python)'
    )


def test_a_client_that_is_never_touched_does_no_harm(open_harness):
    assert open_harness("def handle(client, data):\n    return data\n").answer({"a": 1}) == {"a": 1}


def test_an_object_that_was_given_is_the_client(open_harness):
    client = object()
    harness = open_harness("def handle(client):\n    return id(client)\n", client_object=client)
    assert harness.answer() == id(client)


def test_a_specification_of_another_schema_is_refused(open_harness):
    with pytest.raises(ValueError, match="specification of schema 9, this harness speaks 1"):
        open_harness("def handle(): pass\n", schema=9)
