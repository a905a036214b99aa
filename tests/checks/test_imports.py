"""Whether the handler can be imported as the platform imports it."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fn_emulator.checks.deployability import inputs
from fn_emulator.checks.deployability.imports import (
    import_error,
    import_from_handler_folder,
    relative_import_at_root,
    slow_import,
)
from fn_emulator.cli.main import main
from fn_emulator.model import Failure
from fn_emulator.runners.importing import ImportReport

from .conftest import NothingInstalled

HANDLE = "\n\ndef handle(data):\n    return data\n"
DONE = ImportReport(True, None, None, None, 0.1, 20.0, (), (), None, None)


def failed(type_, message, file="fn/handler.py", line=1, missing=None, trace="Traceback: ..."):
    return DONE._replace(
        completed=False,
        failure=Failure(type_, message, trace),
        failure_file=file,
        failure_line=line,
        missing_module=missing,
    )


def test_a_relative_import_at_the_root_is_an_error(found):
    (finding,) = found(relative_import_at_root, f"import os\nfrom . import rules{HANDLE}", {"rules.py": ""})
    assert finding.message == "'.' is imported relatively, and there is no package around this file."
    assert finding.hint == "import it from the folder's root: import rules"
    assert (finding.file, finding.line) == ("fn/handler.py", 2)


def test_the_hint_names_the_module_of_a_relative_import(found):
    (finding,) = found(relative_import_at_root, f"from .rules import FACTOR{HANDLE}", {"rules.py": "FACTOR = 1\n"})
    assert finding.hint == "import it from the folder's root: from rules import ..."


def test_a_relative_import_inside_a_package_is_fine(found):
    files = {"pkg/__init__.py": "from .a import b\n", "pkg/a.py": "from . import c\nb = 1\n", "pkg/c.py": ""}
    assert found(relative_import_at_root, f"import pkg{HANDLE}", files) == []


def test_a_relative_import_that_leaves_the_packages_is_an_error(found):
    (finding,) = found(relative_import_at_root, f"import pkg.a{HANDLE}", {"pkg/a.py": "from ..rules import X\n"})
    assert finding.message == "'..rules' is imported relatively, and it reaches above the folder's root."
    assert (finding.file, finding.line) == ("fn/pkg/a.py", 1)


@pytest.mark.parametrize(
    ("call", "count"),
    [("'.rules', 'pkg'", 0), ("'.rules', package=name", 0), ("'.rules', __package__", 1), ("'..rules', 'pkg'", 0)],
)
def test_a_relative_import_by_a_call_starts_at_its_package(found, call, count):
    source = f"import importlib\nimportlib.import_module({call}){HANDLE}"
    assert len(found(relative_import_at_root, source, {"pkg/rules.py": ""})) == count


def test_a_relative_import_with_a_fall_back_is_fine(found):
    source = f"try:\n    from . import rules\nexcept ImportError:\n    import rules{HANDLE}"
    assert found(relative_import_at_root, source, {"rules.py": ""}) == []


def test_a_neighbour_of_a_deep_handler_is_not_on_the_path(found):
    files = {"src/main.py": f"import rules{HANDLE}", "src/rules.py": ""}
    (finding,) = found(import_from_handler_folder, None, files, options={"function_path": "src/main.py"})
    assert finding.message == "'rules' is imported from the folder's root, and it lies beside this file."
    assert finding.hint == "import it from the root: src.rules"


@pytest.mark.parametrize("line", ["import src.rules", "from . import rules", "from src import rules", "import json"])
def test_a_deep_handler_may_import_through_its_folders(found, line):
    files = {"src/main.py": f"{line}{HANDLE}", "src/rules.py": ""}
    assert found(import_from_handler_folder, None, files, options={"function_path": "src/main.py"}) == []


def test_a_folder_that_the_code_adds_to_the_path_is_on_it(found):
    source = f"import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parent))\nimport rules{HANDLE}"
    files = {"src/main.py": source, "src/rules.py": ""}
    assert found(import_from_handler_folder, None, files, options={"function_path": "src/main.py"}) == []


def test_a_requirement_hides_a_neighbour_of_its_name(found):
    files = {"src/main.py": f"import yaml{HANDLE}", "src/yaml.py": "", "requirements.txt": "PyYAML==6.0\n"}
    assert found(import_from_handler_folder, None, files, options={"function_path": "src/main.py"}) == []


def test_a_failed_import_is_shown_with_its_traceback(found):
    (finding,) = found(import_error, HANDLE, imported=failed("KeyError", "'x'", line=7))
    assert finding.message == "importing handler failed: KeyError: 'x'."
    assert (finding.severity, finding.file, finding.line) == ("error", "fn/handler.py", 7)
    assert finding.evidence["trace"] == "Traceback: ..."


def test_a_message_of_many_lines_is_shown_by_its_first(found):
    (finding,) = found(import_error, HANDLE, imported=failed("ValidationError", "\n2 errors for X:\n  a\n  b\n"))
    assert finding.message == "importing handler failed: ValidationError: 2 errors for X."


def test_an_import_that_ended_well_says_nothing(found):
    assert found(import_error, HANDLE, imported=DONE) == found(slow_import, imported=DONE) == []
    assert found(import_error) == []


def test_a_requirement_that_is_not_installed_here_is_no_fault_of_the_function(found):
    report = failed("ModuleNotFoundError", "No module named 'pandas'", missing="pandas")
    files = {"requirements.txt": "pandas==2.2.3\n"}
    (finding,) = found(import_error, f"import pandas{HANDLE}", files, imported=report)
    assert finding.message == "importing handler could not be tried: 'pandas' is not installed here."
    assert (finding.severity, finding.evidence["trace"]) == ("warning", "")
    beside = "install the requirements beside fn-emulator: pip install -r fn/requirements.txt"
    assert finding.hint == f"add --venv, which installs the requirements, or {beside}"
    (finding,) = found(import_error, f"import pandas{HANDLE}", files, imported=report, venv=True)
    assert finding.hint == beside


def test_a_variable_without_a_value_here_is_no_fault_of_the_function(found, tmp_path):
    (tmp_path / "fn.Function.yaml").write_text("externalId: fn\nenvVars:\n  API_URL: ${URL}\n")
    source = f"import os\nURL = os.environ['API_URL']{HANDLE}"
    (finding,) = found(import_error, source, imported=failed("KeyError", "'API_URL'", line=2))
    assert finding.message == "importing handler could not be tried: 'API_URL' has no value here."
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    "source", [f"import yaml{HANDLE}", f"from . import rules{HANDLE}", f"x = input(){HANDLE}", "import rules\n"]
)
def test_one_cause_is_one_finding(found, source):
    report = failed("Error", "told by another rule")
    if source == "import rules\n":  # a syntax error in another file
        report = report._replace(failure_file="fn/rules.py")
    assert found(import_error, source, {"rules.py": "def x(:\n"}, imported=report) == []


def test_a_missing_handle_is_told_by_its_own_rule(found):
    report = failed("TypeError", "handle is missing in handler", file=None, line=None)
    assert found(import_error, "x = 1\n", imported=report) == []


def test_a_slow_import_is_a_warning(found):
    (finding,) = found(slow_import, HANDLE, imported=DONE._replace(duration_s=3.14159))
    assert finding.message == "importing handler took 3.1 s."
    assert found(slow_import, imported=DONE._replace(duration_s=1.9)) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = input('? ')\n",
        "import sys\nx = sys.stdin.readline()\n",
        "import json, sys\nx = json.load(sys.stdin)\n",
        "from sys import stdin\nfor line in stdin:\n    pass\n",
        "class A:\n    x = input()\n",
    ],
)
def test_reading_standard_input_at_import_is_an_error(found, source):
    (finding,) = found(inputs.input_at_import, source)
    assert finding.severity == "error"
    assert "standard input when the function is imported" in finding.message


@pytest.mark.parametrize(
    "source",
    [
        "def handle(data):\n    return input()\n",
        "def input(prompt):\n    return prompt\n\n\nx = input('?')\n",
        "import sys\nif __name__ == '__main__':\n    input()\n",
        "import sys\nis_shell = sys.stdin.isatty()\n",
        "ask = lambda: input()\n",
    ],
)
def test_what_does_not_read_at_import_is_left_alone(found, source):
    assert found(inputs.input_at_import, source) == []


def test_a_read_that_only_the_import_shows_is_reported_once(found):
    source = "def ask():\n    return input()\n\n\nx = ask()\n"
    (finding,) = found(inputs.input_at_import, source, imported=DONE._replace(read_input=("fn/handler.py", 2)))
    assert (finding.message, finding.line) == ("standard input was read when the function was imported.", 2)
    (finding,) = found(inputs.input_at_import, "x = input()\n", imported=DONE._replace(read_input=("fn/handler.py", 1)))
    assert finding.message == "input() reads standard input when the function is imported."


def test_an_import_that_the_network_policy_stops_is_no_fault_of_the_function(emulate_check):
    source = "import socket\nsocket.create_connection(('example.com', 80))\n\n\ndef handle(data):\n    return data\n"
    text = emulate_check({"handler.py": source})
    assert "warning: importing handler could not be tried: it connects to 'example.com'. [import-error]" in text
    assert "the deployment would fail" not in text


def test_a_module_beside_the_functions_folder_is_outside_of_what_is_deployed(emulate_check):
    source = "import sys\nsys.path.append('..')\nfrom common import X\n\n\ndef handle(data):\n    return X\n"
    text = emulate_check({"handler.py": source, "../common/__init__.py": "X = 1\n"})
    assert "error: 'common' is imported, and it lies in common, outside the folder that is deployed." in text
    assert "hint: copy it into fn, or build a package of it" in text


@pytest.fixture
def emulate_check(tmp_path, monkeypatch):
    """What ``check fn`` prints of a folder with these files."""

    def check(files):
        for path, text in files.items():
            (tmp_path / "fn" / path).resolve().parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "fn" / path).resolve().write_text(text)
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(main, ["check", "fn"]).output

    return check


@pytest.mark.parametrize(("owner", "severity"), [("cognite-sdk", "error"), ("cognite-other", "warning")])
def test_a_part_that_an_installed_package_has_not_is_a_misspelt_one(found, owner, severity):
    here = NothingInstalled(owners={"cognite.client.assets": (owner,)}, versions={owner: "8.22.0"})
    report = failed("ModuleNotFoundError", "No module named 'cognite.client.assets'", missing="cognite.client.assets")
    files = {"requirements.txt": "cognite-sdk==8.22.0\n"}
    (finding,) = found(import_error, f"import cognite.client.assets{HANDLE}", files, imported=report, installed=here)
    assert finding.severity == severity
