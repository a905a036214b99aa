"""Everything that is said of one function, together and in order; and which functions a path stands for."""

from __future__ import annotations

from pathlib import Path

import pytest

from fn_emulator.checks.discovery import find_functions
from fn_emulator.checks.inspection import in_order, inspect_function, select_findings
from fn_emulator.model import Finding
from fn_emulator.settings import resolve_settings

from .conftest import NothingInstalled

HANDLE = "def handle(data):\n    return data\n"


@pytest.fixture
def inspected(function):
    """``inspected(source, more)``: ids and lines of all findings on a function that was not imported."""

    def inspect(source, more=None, **flags):
        settings = resolve_settings(Path("fn"), "fn", flags=flags, environ={})
        findings = inspect_function(function(source, more), settings, imported=None, installed=NothingInstalled())
        return [(finding.id, finding.severity, finding.file, finding.line) for finding in findings]

    return inspect


def test_a_plain_function_has_no_findings(inspected):
    assert inspected(HANDLE) == []


def test_a_syntax_error_in_another_module_is_told(inspected):
    assert inspected(f"import rules\n{HANDLE}", {"rules.py": "\nx = (\n"}) == [
        ("syntax-error", "error", "fn/rules.py", 2)
    ]


DEEP = 900
CHAINS = {
    "attributes": "x" + ".a" * DEEP,
    "sums": "'a'" + " + 'b'" * DEEP,
    "calls": "x" + "(1)" * DEEP,
    "paths": "open('a'" + " / 'b'" * DEEP + ")",
    "conditions": "1 if x else " * 90 + "0",
}


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
@pytest.mark.parametrize(
    "line",
    ["{}", "sys.path += {}", "sys.path.append({})", "if {} == '__main__': pass", "app = {}", "@{}\ndef f(): ..."],
)
def test_expressions_of_any_depth_are_read(inspected, line, chain):
    assert {finding[0] for finding in inspected(f"import sys\n{line.format(chain)}\n")} <= {
        "no-handle",
        "relative-path",
    }


def test_what_only_the_compiler_refuses_is_a_syntax_error(inspected):
    assert inspected(f"{HANDLE}\nreturn 1\n") == [("syntax-error", "error", "fn/handler.py", 4)]


def test_a_module_that_nothing_imports_is_not_looked_at(inspected):
    assert inspected(HANDLE, {"scratch.py": "import yaml (\n"}) == []


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [
        (None, ("syntax-error", "error")),
        ("py311", ("syntax-too-new", "error")),
        ("py312", ("syntax-error", "warning")),
    ],
)
def test_syntax_that_we_cannot_read_is_judged_by_the_runtime(inspected, monkeypatch, runtime, expected):
    monkeypatch.setattr("fn_emulator.checks.newer_syntax.OURS", 11)
    # No Python reads this, and an older one would not read more of it than ``type X =``.
    ((id_, severity, _, line),) = inspected(f"{HANDLE}type X = int = 1\n", runtime=runtime)
    assert ((id_, severity), line) == (expected, 3)


def test_the_rules_of_cognite_do_not_apply_to_a_remote_service(inspected):
    assert inspected("def lambda_handler(event, context, /):\n    return event\n") == []


def test_findings_are_in_the_order_of_their_places():
    places = [(None, None, "error"), ("b", 2, "note"), ("b", 2, "error"), ("b", None, "note"), ("a", 9, "warning")]
    findings = [Finding("x", severity, "m", file, line) for file, line, severity in places]
    assert [findings.index(finding) for finding in in_order(findings)] == [4, 3, 2, 1, 0]


def test_a_comment_in_any_module_accepts_its_line(function):
    opened = function(
        f"import rules\n{HANDLE}", {"rules.py": "import yaml  # fn-emulate: ignore[missing-requirement]\n"}
    )
    settings = resolve_settings(Path("fn"), "fn", flags={}, environ={})
    findings = inspect_function(opened, settings, imported=None, installed=NothingInstalled())
    assert select_findings(opened, settings, findings) == ((), 1)


def write(folder, *paths, text=HANDLE):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def test_a_folder_with_a_handler_is_one_function(tmp_path):
    write(tmp_path, "handler.py", "nested/handler.py")
    assert find_functions(str(tmp_path)) == (str(tmp_path),)


def test_a_tree_is_searched_for_functions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "b/handler.py", "a/x/handler.py", "a/x/deeper/handler.py")
    write(tmp_path, ".venv/handler.py", "node_modules/p/handler.py", "lib/site-packages/q/handler.py")
    assert find_functions(".") == ("a/x", "b")


def test_a_handler_that_does_not_parse_is_found_all_the_same(tmp_path):
    write(tmp_path, "a/handler.py", text="def handle(data:\n")
    assert find_functions(str(tmp_path)) == (str(tmp_path / "a"),)


def test_toolkit_names_functions_whose_handler_lies_elsewhere(tmp_path):
    write(tmp_path, "functions/fn_a/src/main.py", "functions/other/src/main.py")
    yaml = '- externalId: "fn_a"  # ours\n  functionPath: src/main.py\n- name: b\n  externalId: fn_b\n'
    (tmp_path / "functions" / "my.Function.yaml").write_text(yaml)
    assert find_functions(str(tmp_path)) == (str(tmp_path / "functions" / "fn_a"),)


def test_a_tree_without_functions_and_a_file_are_given_back(tmp_path):
    write(tmp_path, "a/b.py")
    assert find_functions(str(tmp_path)) == (str(tmp_path),)
    assert find_functions("fn.zip") == ("fn.zip",)


@pytest.mark.parametrize(
    ("files", "is_function"),
    [
        ({"handler.py": "def handler(data): pass\n"}, True),
        ({"handler.py": "from core import handle\n"}, True),
        ({"handler.py": ""}, True),
        ({"app/main.py": "def handle(data): pass\n", "requirements.txt": ""}, True),
        ({"app/main.py": "def handle(data): pass\n"}, False),
        ({"app/main.py": "def other(data): pass\n", "requirements.txt": ""}, False),
    ],
)
def test_a_broken_function_in_a_tree_is_found_too(tmp_path, files, is_function):
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "handler.py").write_text("def handle(): pass\n")
    for path, text in files.items():
        (tmp_path / "other" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "other" / path).write_text(text)
    found = find_functions(str(tmp_path))
    assert (str(tmp_path / "other") in found) is is_function
