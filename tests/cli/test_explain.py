"""``fn-emulate explain``: one rule, or all of them."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from fn_emulator.checks.catalogue import all_rules
from fn_emulator.cli.main import main


def explain(*arguments):
    result = CliRunner().invoke(main, ["explain", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_rule_is_explained_with_its_examples():
    code, stdout, _ = explain("unknown-argument")
    assert code == 0
    assert stdout == (
        "unknown-argument (error)\n"
        "\n"
        "A handle takes any of client, data, secrets and function_call_info, in any order, and nothing else.\n"
        "\n"
        "An unknown argument is refused even when it has a default. A keyword-only one slips through when a\n"
        "folder is deployed: without a default each call fails, with one it never gets a value.\n"
        "\n"
        'Source: cognite-sdk, validate_function_folder (observed with 7.94 and 8.22): "Arguments {...} to the\n'
        'function must be a subset of {...}"\n'
        "\n"
        "Flagged:\n"
        "  fn/handler.py\n"
        "    | def handle(clients, data):\n"
        "    |     return data\n"
        "  $ fn-emulate check fn\n"
        "\n"
        "Left alone:\n"
        "  fn/handler.py\n"
        "    | def handle(client, data):\n"
        "    |     return data\n"
        "  $ fn-emulate check fn\n"
    )


def test_json_holds_the_same():
    code, stdout, _ = explain("logging-root", "--format", "json")
    document = json.loads(stdout)
    assert code == 0
    assert (document["schema"], document["id"], document["severity"]) == (1, "logging-root", "warning")
    assert "basicConfig" in document["bad"]["files"]["fn/handler.py"]
    assert document["good"]["command"] == "fn-emulate check fn"


def test_without_an_id_all_are_listed():
    code, stdout, _ = explain()
    assert code == 0
    assert [line.split()[0] for line in stdout.splitlines()] == list(all_rules())


def test_the_list_is_json_too():
    rules = json.loads(explain("--format", "json")[1])["rules"]
    assert {rule["id"] for rule in rules} == set(all_rules())
    assert all(rule["summary"] for rule in rules)


@pytest.mark.parametrize("typo", ["logging_root", "loging-root"])
def test_an_unknown_id_exits_2_with_the_nearest(typo):
    code, stdout, stderr = explain(typo)
    assert (code, stdout) == (2, "")
    assert stderr == f"Error: There is no finding {typo!r}.\nHint: did you mean 'logging-root'?\n"
