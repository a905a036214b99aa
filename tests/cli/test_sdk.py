"""Which cognite-sdk a function gets here: none, another than it requires, or none because it needs none."""

from __future__ import annotations

import json
import sys

import pytest

ASSETS = "def handle(client):\n    return len(client.assets.list())\n"
BUILDS = (
    "from cognite.client import ClientConfig, CogniteClient\n"
    "from cognite.client.credentials import Token\n"
    "config = ClientConfig('app', 'p', Token('t'), base_url='https://greenfield.cognitedata.com')\n"
    "FOUND = len(CogniteClient(config).assets.list())\n\n"
    "def handle():\n    return FOUND\n"
)


def test_an_interpreter_without_sdk_exits_5_and_says_what_to_install(folder, emulate, without_sdk):
    folder(ASSETS)
    ran = emulate("run", "fn", environ=without_sdk)
    assert (ran.returncode, ran.stdout) == (5, "")
    assert ran.stderr == (
        f"Error: --client fake needs cognite-sdk, which {sys.executable} does not have.\n"
        'Hint: install it beside fn-emulator: pip install "fn-emulator[cdf]"\n'
    )


def test_a_handler_without_client_needs_no_sdk(folder, emulate, without_sdk):
    folder("def handle(data):\n    return data\n")
    ran = emulate("run", "fn", "--data", '{"a": 1}', environ=without_sdk)
    assert (ran.returncode, json.loads(ran.stdout)) == (0, {"a": 1})


@pytest.mark.parametrize("options", [(), ("--at", "2026-03-29T01:30:00Z")])
def test_a_handler_without_client_never_imports_an_sdk(folder, emulate, options):
    folder("import sys\n\ndef handle():\n    return [name for name in sys.modules if name.startswith('cognite')]\n")
    ran = emulate("run", "fn", *options)
    assert (ran.returncode, json.loads(ran.stdout)) == (0, [])


def test_another_sdk_than_the_required_one_is_a_warning_of_a_call(folder, emulate):
    cognite = pytest.importorskip("cognite.client")
    folder(ASSETS, **{"requirements.txt": "pandas>=2\ncognite-sdk==6.39.1\n"})
    ran = emulate("run", "fn", "--format", "json")
    (finding,) = json.loads(ran.stdout)["findings"]
    assert (ran.returncode, finding["id"], finding["severity"]) == (0, "sdk-mismatch", "warning")
    assert (finding["file"], finding["line"]) == ("fn/requirements.txt", 2)
    assert finding["message"] == (
        f"cognite-sdk {cognite.__version__} is installed here, and 'cognite-sdk==6.39.1' would not install it."
    )


@pytest.mark.parametrize(
    ("source", "required"),
    [
        (ASSETS, "cognite-sdk>=7,<99\n"),
        (ASSETS, "pandas\n"),
        ("def handle():\n    return 1\n", "cognite-sdk==6.39.1\n"),
    ],
)
def test_a_call_with_the_required_sdk_or_none_warns_of_nothing(folder, emulate, source, required):
    folder(source, **{"requirements.txt": required})
    assert json.loads(emulate("run", "fn", "--format", "json").stdout)["findings"] == []


def test_a_client_that_asks_cdf_in_an_import_is_answered_in_check_as_in_run(folder, emulate, tmp_path):
    pytest.importorskip("cognite.client")
    folder(BUILDS, **{"requirements.txt": "cognite-sdk>=7,<99\n"})
    (tmp_path / "seed.yaml").write_text("assets: [{externalId: pump, name: Pump}]\n")
    (tmp_path / "fn" / "handler.py").write_text(BUILDS.replace("\ndef", "print('assets', FOUND)\n\n\ndef"))
    assert "| assets 1\n" in emulate("check", "fn").stdout
    assert emulate("run", "fn").stdout == "1\n"


def test_a_seed_that_cannot_be_read_is_said_by_check_as_by_run(folder, emulate, tmp_path):
    pytest.importorskip("cognite.client")
    folder(BUILDS, **{"requirements.txt": "cognite-sdk>=7,<99\n"})
    (tmp_path / "seed.yaml").write_text("assets: 3\n")
    checked, ran = (emulate(command, "fn", environ={"FN_EMULATE_SEED": "seed.yaml"}) for command in ("check", "run"))
    assert (checked.returncode, checked.stderr) == (ran.returncode, ran.stderr)
    assert checked.returncode == 2
