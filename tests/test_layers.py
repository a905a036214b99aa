"""Every import of the project, held against the layers: nothing imports upward, no cycles, a light start."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import fn_emulator
import pytest_fn_emulator

LAYERS = (
    ("harness",),
    ("model", "observations", "trials", "errors", "clock", "masking", "uninterrupted"),
    ("settings", "function", "cdf", "snowflake", "schedule", "calls", "call_maker", "recording", "scaffold"),
    ("runners",),
    ("replay", "checks", "report", "doctor"),
    ("emulator", "loaded", "judge", "answering", "adopted_clock", "frozen_clock", "stress", "replaying"),
    ("server", "watch"),
    ("cli", "pytest_fn_emulator", ""),  # "" is fn_emulator/__init__.py, which names the spine for readers
    ("__main__",),
)
"""Parts of the package, the lowest layer first."""

RANKS = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}
START = ("fn_emulator.__main__", "fn_emulator.cli.main", "fn_emulator.cli.run")
"""What a plain ``fn-emulate run`` imports before it opens a function."""

LIGHT = {"click", *sys.stdlib_module_names}
HEAVY = {
    *("argparse", "asyncio", "concurrent", "dataclasses", "difflib", "email", "http", "importlib.metadata"),
    *("importlib.resources", "logging", "multiprocessing", "pathlib", "shutil", "sqlite3", "ssl", "subprocess"),
    *("tempfile", "tomllib", "unittest", "urllib", "xml", "zipfile"),
}
"""Parts of the standard library that take milliseconds to import."""


class Import(NamedTuple):
    """One module that another one imports: at its own import, when it is used, or for type checkers only."""

    importer: str
    line: int
    target: str
    when: str = "start"
    is_relative: bool = False

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


def read_imports(*packages: Path) -> list[Import]:
    """All imports of some packages, with each name resolved to the module that it means."""
    files = {_module_name(package, file): file for package in packages for file in sorted(package.rglob("*.py"))}
    return [found for name, file in files.items() for found in _imports_of(name, file, files.keys())]


def _module_name(package: Path, file: Path) -> str:
    return ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _imports_of(name: str, file: Path, known: Iterable[str]) -> Iterator[Import]:
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node, when in _nodes(ast.parse(file.read_text(), str(file)), "start"):
        is_relative = isinstance(node, ast.ImportFrom) and node.level > 0
        for target in _targets(node, package, known):
            yield Import(name, node.lineno, target, when, is_relative)


def _nodes(node: ast.AST, when: str) -> Iterator[tuple[ast.stmt | ast.Call, str]]:
    """Each import below ``node``, also a call of ``import_module``, with when it happens."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom, ast.Call)):
            yield child, when
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            for part, then in ((child.body, "typing"), (child.orelse, when)):
                yield from _nodes(ast.Module(part, []), then)
        else:
            is_function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from _nodes(child, "use" if is_function and when == "start" else when)


def _targets(node: ast.stmt | ast.Call, package: str, known: Iterable[str]) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            above = package.rsplit(".", level - 1)[0] if level else ""
            base = ".".join(filter(None, (above, module)))
            for alias in names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base
        case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if _imports(func):
            yield name
        case ast.Call(func=func, args=[ast.JoinedStr(values=[ast.Constant(value=str(name)), *_]), *_]) if _imports(
            func
        ):
            yield name.rstrip(".")


def _imports(func: ast.expr) -> bool:
    return ast.unparse(func).rpartition(".")[2] in ("import_module", "__import__")


def problems(imports: list[Import]) -> list[str]:
    """Everything that breaks a rule, a sentence each."""
    rules = (unplaced, upward, cycles, dependent_harness, heavy_start, eager_plugin)
    return [problem for rule in rules for problem in rule(imports)]


def unplaced(imports: list[Import]) -> Iterator[str]:
    """A new part of the package is given a layer before it is used."""
    names = {name for found in imports for name in (found.importer, found.target) if _is_ours(name)}
    yield from (f"{name} has no layer" for name in sorted(names) if _part(name) not in RANKS)


def upward(imports: list[Import]) -> Iterator[str]:
    """Nothing imports from a higher layer, not even late or for type checkers."""
    for found in imports:
        if _is_ours(found.target) and RANKS.get(_part(found.importer), 0) < RANKS.get(_part(found.target), 0):
            yield f"{found}, which is a higher layer"


def cycles(imports: list[Import]) -> Iterator[str]:
    """No module needs itself to be imported first."""
    edges: dict[str, set[str]] = {}
    for found in imports:
        if found.when == "start":
            edges.setdefault(found.importer, set()).add(found.target)
    for name in sorted(edges):
        if name in _reached(edges[name], edges):
            yield f"{name} is in a cycle of imports"


def dependent_harness(imports: list[Import]) -> Iterator[str]:
    """The harness runs under any name, on any interpreter, beside nothing of ours."""
    for found in imports:
        if _part(found.importer) != "harness":
            continue
        if found.is_relative:
            if not found.target.startswith("fn_emulator.harness"):
                yield f"{found}, which is outside the harness"
        elif _is_ours(found.target):
            yield f"{found} by its full name"
        elif found.when == "start" and _top(found.target) not in sys.stdlib_module_names:
            yield f"{found} at its top"


def heavy_start(imports: list[Import]) -> Iterator[str]:
    """A plain run imports click and the light half of the standard library."""
    at_start: dict[str, set[str]] = {}
    for found in imports:
        if found.when == "start":
            at_start.setdefault(found.importer, set()).update(_with_parents(found.target))
    reached = _reached({name for start in START for name in _with_parents(start)}, at_start)
    for found in imports:
        if found.when == "start" and found.importer in reached and _is_heavy(found.target):
            yield f"{found} on the way to a plain run"


def eager_plugin(imports: list[Import]) -> Iterator[str]:
    """A pytest run that does not use the plugin does not pay for it."""
    start = [found for found in imports if found.when == "start" and _top(found.importer) == "pytest_fn_emulator"]
    edges: dict[str, set[str]] = {}
    for found in start:
        edges.setdefault(found.importer, set()).add(found.target)
    at_start = _reached({"pytest_fn_emulator"}, edges)
    for found in start:
        if found.importer in at_start and _top(found.target) == "fn_emulator":
            yield f"{found} at its top"


def _is_heavy(target: str) -> bool:
    return not _is_ours(target) and (_top(target) not in LIGHT or bool(HEAVY.intersection(_with_parents(target))))


def _reached(names: Iterable[str], edges: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(edges.get(name, ()))
    return reached


def _with_parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _top(name: str) -> str:
    return name.partition(".")[0]


def _is_ours(name: str) -> bool:
    return _top(name) in ("fn_emulator", "pytest_fn_emulator")


def _part(name: str) -> str:
    top, _, rest = name.partition(".")
    return _top(rest) if top == "fn_emulator" else top


def test_the_project_keeps_its_layers():
    packages = (Path(module.__file__).parent for module in (fn_emulator, pytest_fn_emulator))
    assert problems(read_imports(*packages)) == []


@pytest.fixture
def problems_of(tmp_path):
    """What is wrong with a made-up package: ``problems_of({"clock.py": "import fn_emulator.cli"})``."""

    def read(files):
        for path, text in files.items():
            top = tmp_path if path.startswith("pytest_fn_emulator") else tmp_path / "fn_emulator"
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text)
        packages = [tmp_path / name for name in ("fn_emulator", "pytest_fn_emulator")]
        return problems(read_imports(*(package for package in packages if package.is_dir())))

    return read


MODEL = {"model.py": "", "cli/main.py": ""}


@pytest.mark.parametrize(
    "source",
    [
        "from fn_emulator.cli.main import main",
        "from fn_emulator.cli import main",
        "import fn_emulator.cli.main",
        "def late():\n    import fn_emulator.cli.main",
        "class Late:\n    async def late(self):\n        from fn_emulator.cli import main",
        "try:\n    import json\nexcept ImportError:\n    import fn_emulator.cli.main",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fn_emulator.cli import main",
        "def late():\n    import importlib\n    importlib.import_module('fn_emulator.cli.main')",
        "def late(name):\n    __import__(f'fn_emulator.cli.{name}')",
        "from fn_emulator import load_function",
    ],
)
def test_an_import_from_a_higher_layer_is_found(problems_of, source):
    (problem,) = problems_of({**MODEL, "model.py": source})
    assert problem.startswith("fn_emulator.model:")
    assert problem.endswith(", which is a higher layer")


def test_an_import_from_the_same_or_a_lower_layer_is_allowed(problems_of):
    source = "from fn_emulator.model import Call\nfrom fn_emulator.function import open_function"
    assert problems_of({**MODEL, "function/__init__.py": "", "settings/resolve.py": source}) == []


def test_a_part_without_a_layer_is_found(problems_of):
    assert problems_of({**MODEL, "helpers.py": "import json"}) == ["fn_emulator.helpers has no layer"]


def test_a_cycle_of_imports_is_found(problems_of):
    found = problems_of({"model.py": "from fn_emulator import errors", "errors.py": "import fn_emulator.model"})
    assert found == [f"fn_emulator.{name} is in a cycle of imports" for name in ("errors", "model")]


@pytest.mark.parametrize(
    "source", ["def late():\n    import fn_emulator.model", "if TYPE_CHECKING:\n    import fn_emulator.model"]
)
def test_a_late_import_makes_no_cycle(problems_of, source):
    assert problems_of({"model.py": "from fn_emulator import errors", "errors.py": source}) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("from ..model import Call", "imports fn_emulator.model, which is outside the harness"),
        ("from fn_emulator.harness import load", "imports fn_emulator.harness.load by its full name"),
        ("import numpy", "imports numpy at its top"),
    ],
)
def test_a_dependency_of_the_harness_is_found(problems_of, source, problem):
    found = problems_of({**MODEL, "harness/load.py": "", "harness/session.py": source})
    assert f"fn_emulator.harness.session:1 {problem}" in found


def test_the_harness_may_use_its_own_modules_and_what_the_function_has(problems_of):
    source = "from . import load\nfrom .load import open\nimport json\ndef late():\n    import numpy"
    assert problems_of({"harness/load.py": "", "harness/session.py": source}) == []


@pytest.mark.parametrize("module", ["docker", "freezegun", "yaml", "importlib.metadata", "logging.handlers", "pytest"])
def test_a_heavy_import_at_the_start_is_found(problems_of, module):
    found = problems_of(
        {"cli/run.py": "from fn_emulator.settings import x", "settings/__init__.py": f"import {module}"}
    )
    assert found == [f"fn_emulator.settings:1 imports {module} on the way to a plain run"]


def test_a_heavy_import_of_a_package_above_a_module_is_found(problems_of):
    settings = {"settings/__init__.py": "import yaml", "settings/keys.py": "import json"}
    found = problems_of({"cli/run.py": "import fn_emulator.settings.keys", **settings})
    assert found == ["fn_emulator.settings:1 imports yaml on the way to a plain run"]


@pytest.mark.parametrize("source", ["import click, json, importlib.util", "def late():\n    import yaml"])
def test_a_light_or_late_import_is_allowed_at_the_start(problems_of, source):
    assert problems_of({"cli/run.py": source}) == []


def test_a_heavy_import_away_from_the_start_is_allowed(problems_of):
    assert problems_of({"cli/run.py": "", "cli/check.py": "import yaml"}) == []


def test_an_eager_import_of_the_plugin_is_found(problems_of):
    found = problems_of({**MODEL, "pytest_fn_emulator/__init__.py": "import fn_emulator.model"})
    assert found == ["pytest_fn_emulator:1 imports fn_emulator.model at its top"]


def test_an_eager_import_of_a_part_of_the_plugin_is_found(problems_of):
    parts = {"pytest_fn_emulator/calls.py": "import fn_emulator.model"}
    found = problems_of({**MODEL, "pytest_fn_emulator/__init__.py": "import pytest_fn_emulator.calls", **parts})
    assert found == ["pytest_fn_emulator.calls:1 imports fn_emulator.model at its top"]


def test_a_part_of_the_plugin_that_is_imported_late_may_import_ours(problems_of):
    late = "def hook():\n    import pytest_fn_emulator.calls"
    parts = {"pytest_fn_emulator/calls.py": "import fn_emulator.model"}
    assert problems_of({**MODEL, "pytest_fn_emulator/__init__.py": late, **parts}) == []


SHOW_MODULES = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "


def test_a_plain_run_loads_nothing_of_others_but_click(tmp_path):
    (tmp_path / "handler.py").write_text("def handle(data):\n    return {}\n")
    run = "from fn_emulator.cli.main import main; main(['run', '.', '--no-record'])"
    loaded = modules_after(run, tmp_path) - modules_after("", tmp_path)
    assert {_top(name) for name in loaded} - sys.stdlib_module_names == {"fn_emulator", "click"}
    assert sorted(HEAVY & loaded) == []


def modules_after(source, directory):
    """Names of all modules that a new interpreter has in the end; its environment does not ask for coverage."""
    ended = subprocess.run(
        [sys.executable, "-c", SHOW_MODULES + source],
        cwd=directory,
        env={},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(ended.stderr.splitlines()[-1].split())
