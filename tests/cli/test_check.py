"""``fn-emulate check``: reports, exit codes, several functions, what is accepted."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from fn_emulator.cli.main import main

HANDLE = "def handle(data):\n    return data\n"
BROKEN = "def handle(clients):\n    return clients\n"


@pytest.fixture
def check(tmp_path, monkeypatch):
    """``check("fn", "--no-import", environ={...})``: exit code, stdout and stderr of the command in ``tmp_path``."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, environ=None):
        result = CliRunner().invoke(main, ["check", *arguments], env=environ or {})
        return result.exit_code, result.stdout, result.stderr

    return run


@pytest.fixture
def write(tmp_path):
    """``write({"fn/handler.py": source})``: files below ``tmp_path``."""

    def make(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)

    return make


def report(stdout):
    """Path -> ids of its findings, out of the JSON report."""
    document = json.loads(stdout)
    assert document["schema"] == 1
    return {entry["path"]: [finding["id"] for finding in entry["findings"]] for entry in document["functions"]}


def test_a_function_without_findings_exits_0(check, write):
    write({"fn/handler.py": HANDLE})
    code, stdout, stderr = check("fn", "--no-import")
    assert (code, stdout, stderr) == (0, "fn: nothing found\n\n1 function checked: nothing found\n", "")


def test_an_error_exits_1_and_shows_place_hint_and_id(check, write):
    write({"fn/handler.py": BROKEN})
    code, stdout, _ = check("fn", "--no-import")
    assert code == 1
    assert stdout == (
        "fn: 1 error\n"
        "  fn/handler.py:1: error: handle takes 'clients', which the platform does not pass. [unknown-argument]\n"
        "      hint: did you mean 'client'?\n"
        "\n"
        "1 function checked: 1 error\n"
    )


def test_json_has_the_findings_and_the_import(check, write):
    write({"fn/handler.py": f"print('hello')\n{BROKEN}"})
    code, stdout, _ = check("fn", "--format", "json")
    (entry,) = json.loads(stdout)["functions"]
    assert code == 1
    assert (entry["path"], entry["name"], entry["kind"], entry["ignored"]) == ("fn", "fn", "cognite", 0)
    (finding,) = entry["findings"]
    assert set(finding) == {"id", "severity", "message", "file", "line", "evidence", "hint", "source"}
    assert entry["import"]["completed"] is True
    assert [log["message"] for log in entry["import"]["logs"]] == ["hello"]
    assert entry["import"]["duration_s"] < 10


def test_no_import_runs_nothing(check, write, tmp_path):
    write({"fn/handler.py": f"from pathlib import Path\nPath({str(tmp_path / 'ran')!r}).touch()\n{HANDLE}"})
    assert json.loads(check("fn", "--no-import", "--format", "json")[1])["functions"][0]["import"] is None
    assert not (tmp_path / "ran").exists()
    check("fn")
    assert (tmp_path / "ran").exists()


def test_a_failed_import_shows_the_user_s_frames_and_what_was_printed(check, write):
    write({"fn/handler.py": f"import rules\n{HANDLE}", "fn/rules.py": "print('here')\nRATE = {}['nok']\n"})
    code, stdout, _ = check("fn")
    assert code == 1
    assert "fn/rules.py:2: error: importing handler failed: KeyError: 'nok'. [import-error]" in stdout
    assert "      |     RATE = {}['nok']\n" in stdout
    assert stdout.count("KeyError: 'nok'") == 2  # the message and the traceback, which is not shown again as output
    assert "  it printed:\n    | here\n" in stdout
    assert "importlib" not in stdout


def test_an_import_that_ends_the_process_is_a_finding(check, write):
    write({"fn/handler.py": f"import os\nos._exit(7)\n{HANDLE}"})
    code, stdout, _ = check("fn")
    assert code == 1
    assert (
        "importing handler failed: Died: the process ended with exit code 7 during the import. [import-error]" in stdout
    )


def test_several_functions_are_checked_at_once(check, write):
    write({"a/handler.py": HANDLE, "b/handler.py": BROKEN})
    code, stdout, _ = check("a", "b", "a", "--no-import")
    assert code == 1
    assert stdout.splitlines()[-1] == "2 functions checked: 1 error"


def test_a_tree_of_functions_is_found(check, write):
    write({"all/a/handler.py": HANDLE, "all/deep/b/handler.py": BROKEN, "all/.venv/c/handler.py": BROKEN})
    assert report(check("all", "--no-import", "--format", "json")[1]) == {
        "all/a": [],
        "all/deep/b": ["unknown-argument"],
    }


def test_toolkit_s_function_path_is_followed(check, write):
    write(
        {"functions/fn/src/main.py": HANDLE, "functions/x.Function.yaml": "externalId: fn\nfunctionPath: src/main.py\n"}
    )
    assert report(check("functions", "--format", "json")[1]) == {"functions/fn": []}


def test_a_function_path_makes_the_path_one_function(check, write):
    write({"all/main.py": HANDLE, "all/a/handler.py": BROKEN})
    assert report(check("all", "--function-path", "main.py", "--format", "json")[1]) == {"all": []}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 0),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "warning", "--ignore", "star-arguments"), 0),
        (("--fail-on", "warning", "--select", "no-handle"), 0),
        (("--fail-on", "never"), 0),
    ],
)
def test_what_fails_is_chosen(check, write, options, code):
    write({"fn/handler.py": "def handle(data, *args):\n    return data\n"})
    assert check("fn", "--no-import", *options)[0] == code


def test_settings_accept_a_finding_and_it_is_counted(check, write):
    write(
        {"fn/handler.py": BROKEN, "pyproject.toml": '[tool.fn-emulate.functions.fn]\nignore = ["unknown-argument"]\n'}
    )
    code, stdout, _ = check("fn", "--no-import")
    assert (code, stdout.splitlines()[-1]) == (0, "1 function checked: nothing found, 1 ignored")


def test_a_comment_accepts_a_finding(check, write):
    comment = "# fn-emulate: ignore[unknown-argument] it has a caller of its own"
    write({"fn/handler.py": f"def handle(clients):  {comment}\n    return clients\n"})
    assert check("fn", "--no-import")[0] == 0


def test_an_unknown_id_exits_2(check, write):
    write({"fn/handler.py": HANDLE})
    code, stdout, stderr = check("fn", "--ignore", "no-handel")
    assert (code, stdout) == (2, "")
    assert stderr == "Error: --ignore: there is no finding 'no-handel'.\nHint: did you mean 'no-handle'?\n"


def test_a_path_that_is_not_there_exits_2(check):
    code, _, stderr = check("nowhere")
    assert code == 2
    assert stderr.startswith("Error: nowhere does not exist.")


def test_a_remote_service_is_told_what_it_is(check, write):
    write({"fn/handler.py": "def lambda_handler(event, context):\n    return {}\n"})
    code, stdout, _ = check("fn")
    assert code == 0
    assert "a remote service: lambda_handler(event, context), an AWS Lambda handler" in stdout
    assert "\n  imported in " in stdout


def test_a_secret_s_value_is_masked_in_what_the_import_printed(check, write):
    yaml = "externalId: fn\nsecrets:\n  key: ${KEY}\nenvVars:\n  COPY: ${KEY}\n"
    write({"fn/handler.py": f"import os\nprint(os.environ['COPY'])\n{HANDLE}", "fn.Function.yaml": yaml})
    _, stdout, _ = check("fn", environ={"KEY": "hunter2hunter2"})
    assert "hunter2" not in stdout
    assert "    | ***\n" in stdout


def test_the_report_goes_to_a_file(check, write, tmp_path):
    write({"fn/handler.py": BROKEN})
    code, stdout, _ = check("fn", "--no-import", "--output", "report.txt")
    assert (code, stdout) == (1, "")
    assert (tmp_path / "report.txt").read_text().startswith("fn: 1 error\n  fn/handler.py:1: error:")


def test_a_refused_connection_is_shown_with_its_line(check, write):
    connect = "socket.create_connection(('pypi.example.com', 443), timeout=1)"
    source = f"import socket\ntry:\n    {connect}\nexcept OSError:\n    pass\n"
    write({"fn/handler.py": f"{source}{HANDLE}"})
    _, stdout, _ = check("fn")
    assert "a connection to pypi.example.com:443 was refused (fn/handler.py:3); --network on allows it" in stdout
