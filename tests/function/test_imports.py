"""What a handler reaches by its imports, and what it needs from elsewhere."""

from __future__ import annotations

import ast
from pathlib import Path, PurePosixPath

import pytest

from fn_emulator.function import handle, open_function
from fn_emulator.function.imports import (
    imported_names,
    preload_names,
    reachable_modules,
    third_party,
)


@pytest.fixture
def reach(make_folder):
    """Paths of the modules that the handler of these files reaches."""

    def reach(files, function_path=None):
        function = open_function(make_folder(files), function_path=function_path)
        return [str(module.path) for module in reachable_modules(function)]

    return reach


@pytest.fixture
def needed(make_folder):
    """Names of the third-party modules that the handler of these files imports."""

    def needed(files, function_path=None):
        function = open_function(make_folder(files), function_path=function_path)
        return [imported.name for imported in third_party(function, reachable_modules(function))]

    return needed


@pytest.fixture
def preload(make_folder):
    def preload(source):
        function = open_function(make_folder({"handler.py": source, "own.py": ""}))
        return preload_names(function, reachable_modules(function))

    return preload


@pytest.mark.parametrize(
    ("statement", "reached"),
    [
        ("import own", ["own.py"]),
        ("import own as o, other", ["own.py", "other.py"]),
        ("from own import thing", ["own.py"]),
        ("import pkg", ["pkg/__init__.py"]),
        ("import pkg.sub.deep as d", ["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"]),
        ("from pkg import mod", ["pkg/__init__.py", "pkg/mod.py"]),
        ("from pkg import attribute", ["pkg/__init__.py"]),
        ("from pkg.sub import deep, attribute", ["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"]),
        ("from pkg import *", ["pkg/__init__.py"]),
        ("import space.inner", ["space/inner.py"]),
        ("from space import inner", ["space/inner.py"]),
        ("def handle():\n    import own", ["own.py"]),
        ("try:\n    import own\nexcept ImportError:\n    import other", ["own.py", "other.py"]),
        ("import importlib\nimportlib.import_module('pkg.mod')", ["pkg/__init__.py", "pkg/mod.py"]),
        ("from importlib import import_module\nimport_module('own')", ["own.py"]),
        ("importlib.import_module('.mod', 'pkg')", ["pkg/__init__.py", "pkg/mod.py"]),
        ("importlib.import_module('.mod', package='pkg')", ["pkg/__init__.py", "pkg/mod.py"]),
        ("importlib.import_module('.mod', name)", []),
        ("__import__('own')", ["own.py"]),
        ("def handle():\n    x = [importlib.import_module('own')]", ["own.py"]),
        ("match 1:\n    case 1:\n        import own\n    case _:\n        import other", ["own.py", "other.py"]),
        ("for x in y:\n    import own\nelse:\n    import other", ["own.py", "other.py"]),
        ("class A:\n    async def f():\n        async with x:\n            import own", ["own.py"]),
        ("import missing, os, pandas", []),
        ("import pkg.missing.deeper", ["pkg/__init__.py"]),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import own", []),
        ("if __name__ == '__main__':\n    import own", []),
        ("from . import own", []),
        ("from .own import thing", []),
        ("import_module('../own')", []),
        ("import_module('')", []),
    ],
)
def test_import_reaches_its_files(reach, statement, reached):
    files = ["own.py", "other.py", "pkg/__init__.py", "pkg/mod.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"]
    found = reach({"handler.py": statement, **dict.fromkeys([*files, "space/inner.py"], "")})
    assert found == ["handler.py", *reached]


@pytest.mark.parametrize(
    ("statement", "reached"),
    [
        ("from . import b", ["pkg/b.py"]),
        ("from .b import thing", ["pkg/b.py"]),
        ("from .sub import c", ["pkg/sub/__init__.py", "pkg/sub/c.py"]),
        ("from importlib import import_module\nimport_module('.b', __package__)", ["pkg/b.py"]),
        ("from .. import own", []),
    ],
)
def test_relative_import_inside_a_package(reach, statement, reached):
    files = dict.fromkeys(["own.py", "pkg/__init__.py", "pkg/b.py", "pkg/sub/__init__.py", "pkg/sub/c.py"], "")
    found = reach({**files, "handler.py": "import pkg.a", "pkg/a.py": statement})
    assert found == ["handler.py", "pkg/__init__.py", "pkg/a.py", *reached]


def test_relative_import_in_a_package_is_relative_to_it(reach):
    files = {"handler.py": "import pkg", "pkg/__init__.py": "from .b import x", "pkg/b.py": "from ..pkg import c"}
    assert reach({**files, "pkg/c.py": ""}) == ["handler.py", "pkg/__init__.py", "pkg/b.py"]


def test_two_levels_up(reach):
    files = {"handler.py": "import a.b.c", "a/__init__.py": "", "a/b/__init__.py": "", "a/d.py": ""}
    assert reach({**files, "a/b/c.py": "from ..d import x"})[-1] == "a/d.py"


def test_nested_handler_runs_the_packages_around_it(reach):
    files = {"src/__init__.py": "import own", "src/handler.py": "from . import near", "src/near.py": "", "own.py": ""}
    found = reach(files, "src/handler.py")
    assert found == ["src/handler.py", "src/__init__.py", "own.py", "src/near.py"]


def test_import_from_the_handlers_folder_finds_nothing(reach):
    # The platform puts the zip's root on sys.path, not the handler's folder.
    assert reach({"src/handler.py": "import near", "src/near.py": ""}, "src/handler.py") == ["src/handler.py"]


def test_package_wins_over_module_and_folder(reach):
    files = {"handler.py": "import both", "both.py": "", "both/__init__.py": ""}
    assert reach(files) == ["handler.py", "both/__init__.py"]


def test_module_wins_over_folder_without_init(reach):
    assert reach({"handler.py": "import both", "both.py": "", "both/x.py": ""}) == ["handler.py", "both.py"]


def test_cycle_of_imports_ends(reach):
    files = {"handler.py": "import a", "a.py": "import b", "b.py": "import a, handler"}
    assert reach(files) == ["handler.py", "a.py", "b.py"]


def test_cycle_of_links_ends(make_folder):
    root = make_folder({"handler.py": "import loop.loop.loop.own", "own.py": ""})
    (root / "loop").symlink_to(".")
    function = open_function(root)
    assert [str(module.path) for module in reachable_modules(function)] == ["handler.py", "loop/loop/loop/own.py"]


def test_file_that_does_not_parse_is_included(make_folder):
    function = open_function(make_folder({"handler.py": "import a\nimport b", "a.py": "def", "b.py": ""}))
    modules = reachable_modules(function)
    assert [str(module.path) for module in modules] == ["handler.py", "a.py", "b.py"]
    assert modules[1].problem is not None
    assert modules[1].problem.line == 1


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that even root cannot read")
def test_file_that_cannot_be_read_is_included(make_folder):
    root = make_folder({"handler.py": "import a"})
    (root / "a.py").symlink_to("/proc/self/mem")
    module = reachable_modules(open_function(root))[1]
    assert module.problem is not None
    assert module.problem.message == "it cannot be read: Input/output error"


def test_handler_that_does_not_parse_is_all(reach):
    assert reach({"handler.py": "import a\ndef", "a.py": ""}) == ["handler.py"]


def test_function_without_handler_reaches_nothing(reach):
    assert reach({"other.py": ""}) == []


def test_every_file_is_parsed_once(make_folder, monkeypatch):
    parsed = []
    parse = ast.parse
    monkeypatch.setattr(handle.ast, "parse", lambda content, **more: parsed.append(content) or parse(content, **more))
    edit = "import sys, os\nsys.path.append(os.path.dirname(__file__) + '/lib')\nimport a, inside"
    function = open_function(make_folder({"handler.py": edit, "a.py": "import b", "b.py": "1", "lib/inside.py": "2"}))
    modules = reachable_modules(function)
    third_party(function, modules)
    assert len(parsed) == len(modules) == 4


@pytest.mark.parametrize(
    "edit",
    [
        "print()\nsys.path.append('lib')",
        "sys.path.insert(0, './lib')",
        "sys.path.extend(['lib', 'more'])",
        "sys.path += ['lib']",
        "sys.path = ['lib'] + sys.path",
        "sys.path = ['lib', *sys.path]",
        "sys.path[:0] = ['lib']",
        "import site\nsite.addsitedir('lib')",
        "from sys import path\npath.append('lib')",
        "sys.path.append(os.path.join(os.path.dirname(__file__), 'lib'))",
        "sys.path.append(os.path.dirname(os.path.abspath(__file__)) + '/lib')",
        "sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), 'x', os.pardir, 'lib'))",
        "sys.path.append(f'{os.path.dirname(__file__)}/lib')",
        "sys.path.append(os.path.join(os.getcwd(), 'lib'))",
        "sys.path.append(str(Path(__file__).parent / 'lib'))",
        "sys.path.insert(1, (Path(__file__).resolve().parent / 'lib').as_posix())",
        "sys.path.append(str(pathlib.Path(__file__).absolute().parents[0].joinpath('lib')))",
        "HERE = Path(__file__).parent\nLIB: str = str(HERE / 'lib')\nsys.path.append(LIB)",
        "here = os.path.dirname(__file__)\nif here not in sys.path:\n    sys.path.append(here + '/lib')",
        "sys.path.append(str(Path.cwd() / 'lib'))",
        "sys.path.append(os.path.join(os.path.dirname(inspect.getfile(inspect.currentframe())), 'lib'))",
    ],
)
def test_folder_added_to_the_path_is_searched(reach, edit):
    files = {"handler.py": f"import os, sys\n{edit}\nimport inside", "lib/inside.py": "", "more/x.py": ""}
    assert reach(files) == ["handler.py", "lib/inside.py"]


def test_nested_handler_adds_the_root_above_it(reach):
    edit = "import sys\nsys.path.append(str(Path(__file__).parent.parent / 'lib'))\nimport inside"
    files = {"src/handler.py": edit, "lib/inside.py": ""}
    assert reach(files, "src/handler.py") == ["src/handler.py", "lib/inside.py"]


def test_module_is_named_as_it_is_imported(make_folder):
    edit = "import os, sys\nsys.path.append(os.path.dirname(__file__) + '/lib')\nimport pkg.a"
    root = make_folder(
        {"handler.py": edit, "lib/pkg/__init__.py": "", "lib/pkg/a.py": "from . import b", "lib/pkg/b.py": ""}
    )
    modules = reachable_modules(open_function(root))
    assert [module.name for module in modules] == ["handler", "pkg", "pkg.a", "pkg.b"]


def test_path_edit_in_another_module_counts(reach):
    files = {"handler.py": "import inside\nimport setup_path", "setup_path.py": "import sys\nsys.path.append('lib')"}
    assert set(reach({**files, "lib/inside.py": ""})) == {"handler.py", "setup_path.py", "lib/inside.py"}


def test_folder_put_first_wins_over_the_root(reach):
    edit = "import sys\nsys.path.insert(0, 'lib')\nimport both"
    assert reach({"handler.py": edit, "both.py": "", "lib/both.py": ""}) == ["handler.py", "lib/both.py"]


@pytest.mark.parametrize(
    "edit",
    [
        "sys.path.append('..')",
        "sys.path.append('/usr/lib')",
        "sys.path.append(str(Path(__file__).parent.parent))",
        "sys.path.append(os.environ['LIB'])",
        "sys.path.append(unknown)",
        "A = B\nB = A\nsys.path.append(A)",
        "sys.path.append('\\0')",
        "sys.path.append('handler.py')",
        "other.path.append('lib')",
        "if __name__ == '__main__':\n    sys.path.append('lib')",
        "sys.path.append(','.join(['lib']))",
        "sys.path.append(str(Path(__file__).parents[-1] / 'lib'))",
    ],
)
def test_path_edit_that_adds_nothing_of_the_function(reach, edit):
    assert reach({"handler.py": f"import sys\n{edit}\nimport inside", "lib/inside.py": ""}) == ["handler.py"]


def test_third_party_is_neither_standard_nor_own(needed):
    source = (
        "import os, json.decoder, own, own_folder.x, pandas.io as io\nfrom google.cloud import storage\nimport tomllib"
    )
    files = {"handler.py": source, "own.py": "import yaml", "own_folder/x.py": ""}
    assert needed(files) == ["pandas.io", "google.cloud", "yaml"]


def test_relative_import_is_never_third_party(needed):
    assert needed({"handler.py": "from . import x\nfrom .y import z"}) == []


def test_folder_without_python_does_not_hide_a_package(needed):
    assert needed({"handler.py": "import data, numpy", "data/x.csv": "", "numpy/readme.txt": ""}) == ["data", "numpy"]


def test_folder_of_a_namespace_that_others_share(needed):
    files = {"handler.py": "import google.cloud\nfrom google import own", "google/own.py": ""}
    assert needed(files) == ["google.cloud"]


def test_missing_module_of_an_own_package_is_not_third_party(needed):
    assert needed({"handler.py": "import own.missing", "own/__init__.py": ""}) == []


def test_extension_module_is_own(needed):
    assert needed({"handler.py": "import fast", "fast.cpython-311-x86_64-linux-gnu.so": b""}) == []


def test_import_is_taken_apart(make_folder):
    function = open_function(make_folder({"handler.py": "def handle():\n    from pandas.io import sql as s, json\n"}))
    (imported,) = imported_names(reachable_modules(function))
    assert (imported.name, imported.top, imported.names) == ("pandas.io", "pandas", ("sql", "json"))
    assert (imported.file, imported.line, imported.level) == (PurePosixPath("handler.py"), 2, 0)
    assert (imported.in_function, imported.optional, imported.skipped) == (True, False, False)


def test_relative_import_has_its_level(make_folder):
    function = open_function(make_folder({"handler.py": "from ..a import b\nfrom . import c"}))
    found = [(i.name, i.level, i.names) for i in imported_names(reachable_modules(function))]
    assert found == [("a", 2, ("b",)), ("", 1, ("c",))]


OPTIONAL = {
    "try:\n    import x\nexcept ImportError:\n    x = None": True,
    "try:\n    import x\nexcept (KeyError, ModuleNotFoundError):\n    pass": True,
    "try:\n    import x\nexcept builtins.ImportError as error:\n    print(error)": True,
    "try:\n    import x\nexcept Exception:\n    x = None": True,
    "try:\n    import x\nexcept:\n    x = None": True,
    "try:\n    pass\nexcept ImportError:\n    import x": True,
    "from contextlib import suppress\nwith suppress(ImportError):\n    import x": True,
    "if TYPE_CHECKING:\n    import x": True,
    "if typing.TYPE_CHECKING:\n    import x": True,
    "if __name__ == '__main__':\n    import x": True,
    "if False:\n    import x": True,
    "import sys\nif sys.version_info >= (3, 11):\n    pass\nelse:\n    import x": True,
    "import x": False,
    "try:\n    import x\nexcept ImportError as error:\n    raise RuntimeError('install x') from error": False,
    "try:\n    import x\n    x.run()\nexcept Exception as error:\n    print(error)": False,
    "try:\n    import x\nexcept KeyError:\n    pass": False,
    "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    import x": False,
    "try:\n    pass\nfinally:\n    import x": False,
    "if not TYPE_CHECKING:\n    import x": False,
    "if TYPE_CHECKING:\n    pass\nelse:\n    import x": False,
    "if flag:\n    import x": False,
    "with open('f') as f:\n    import x": False,
}


@pytest.mark.parametrize(("source", "optional"), OPTIONAL.items())
def test_import_with_a_fall_back_is_optional(make_folder, source, optional):
    function = open_function(make_folder({"handler.py": source}))
    (imported,) = (found for found in imported_names(reachable_modules(function)) if found.name == "x")
    assert imported.optional is optional


def test_very_long_expression_is_no_problem(needed):
    assert needed({"handler.py": f"x = {' + '.join(['1'] * 2000)}\nimport pandas"}) == ["pandas"]


def test_preload_is_what_the_import_of_the_function_imports_from_outside(preload):
    source = (
        "from __future__ import annotations\nimport own, json, pandas.io\nfrom datetime import date, time\nimport json"
    )
    assert preload(source) == ("json", "pandas.io", "datetime", "datetime.date", "datetime.time")


def test_preload_names_what_a_call_imports_late_and_leaves_out_what_is_never_imported(preload):
    source = (
        "if TYPE_CHECKING:\n    import a\nif __name__ == '__main__':\n    import b\n"
        "def handle():\n    import c\nclass A:\n    import d\n"
        "try:\n    import e\nexcept ImportError:\n    pass\nfrom f import *"
    )
    assert preload(source) == ("c", "d", "e", "f")
