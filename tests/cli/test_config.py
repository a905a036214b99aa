import json
from pathlib import Path

import pytest

from fn_emulator.cli.main import main

FUNCTION = """
externalId: fn
runtime: py311
secrets: {api-key: "${API_KEY}", fixed: hunter2}
envVars: {HOST: "https://${HOST}/", GONE: "${GONE}"}
metadata: {version: "1"}
indexUrl: https://user:hunter2@example.com/simple
extraIndexUrls: ["https://u:${HOST}@x/simple", "https://y/simple"]
"""
SCHEDULE = "functionExternalId: fn\nname: hourly\ncronExpression: 0 * * * *\ndata: {a: '${GONE}'}\n"
TEXT = """\
function-path     -                                        default
kind              -                                        default
client            fake                                     default
seed              -                                        default
lenient           false                                    default
as                -                                        default
cassette          -                                        default
allow-writes      false                                    default
cloud             azure                                    --cloud
runtime           py311                                    fn.Function.yaml
runner            -                                        default
python            -                                        default
venv              false                                    default
timeout           90 s                                     FN_EMULATE_TIMEOUT
memory            1500 MB                                  azure limits
cpu               1.0                                      azure limits
data-limit        36,000 bytes                             azure limits
response-limit    1,048,576 bytes                          azure limits
runtimes          py310, py311, py312, py313               azure limits
network           local                                    default
call-info-types   text                                     default
fail-on           error                                    default
ignore            slow-import                              pyproject.toml [tool.fn-emulate]
select            -                                        default
index-url         https://***@example.com/simple           fn.Function.yaml
extra-index-urls  https://***@x/simple, https://y/simple   fn.Function.yaml
toolkit-env       -                                        default
secrets.api-key   missing: ${API_KEY} is not set           fn.Function.yaml
secrets.fixed     ***                                      fn.Function.yaml
secrets.typed     ***                                      --secret
env.GONE          missing: ${GONE} is not set              fn.Function.yaml
env.HOST          https://${HOST}/                         fn.Function.yaml
metadata.version  1                                        fn.Function.yaml
schedules.hourly  0 * * * * (missing: ${GONE} is not set)  s.Schedule.yaml
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn/handler.py").write_text("def handle(data):\n    return data\n")
    (tmp_path / "fn.Function.yaml").write_text(FUNCTION)
    (tmp_path / "s.Schedule.yaml").write_text(SCHEDULE)
    (tmp_path / "pyproject.toml").write_text('[tool.fn-emulate]\nignore = ["slow-import"]\n')
    monkeypatch.setenv("HOST", "hunter2")
    monkeypatch.setenv("FN_EMULATE_TIMEOUT", "90")
    for name in ("API_KEY", "GONE"):
        monkeypatch.delenv(name, raising=False)
    return str(tmp_path / "fn")


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["config", *arguments])
    captured = capsys.readouterr()
    return stopped.value.code, captured.out, captured.err


def test_each_setting_is_shown_with_its_origin_and_no_secret(folder, capsys):
    code, out, err = run(capsys, folder, "--cloud", "azure", "--secret", "typed=hunter2")
    assert (code, err) == (0, "")
    assert out == TEXT


def test_json_has_values_as_they_are(folder, capsys):
    code, out, _ = run(capsys, folder, "--format", "json")
    content = json.loads(out)
    settings = content["settings"]
    assert (code, content["schema"]) == (0, 1)
    assert settings["timeout"] == {"value": 90.0, "origin": "FN_EMULATE_TIMEOUT"}
    assert settings["ignore"]["value"] == ["slow-import"]
    assert settings["secrets.fixed"]["value"] == "***"
    assert settings["secrets.api-key"] == {"value": None, "origin": "fn.Function.yaml"}
    assert content["missing"] == {
        "secrets.api-key": ["API_KEY"],
        "env.GONE": ["GONE"],
        "schedules.hourly": ["GONE"],
    }
    assert [Path(file).name for file in content["toolkit_files"]] == ["fn.Function.yaml", "s.Schedule.yaml"]
    assert "hunter2" not in out


def test_the_report_can_go_to_a_file(folder, capsys, tmp_path):
    code, out, _ = run(capsys, folder, "--format", "json", "--output", str(tmp_path / "c.json"))
    assert (code, out) == (0, "")
    assert json.loads((tmp_path / "c.json").read_text())["schema"] == 1


def test_toolkit_env_fills_build_variables(folder, capsys, tmp_path):
    (tmp_path / "fn.Function.yaml").write_text("externalId: fn\nruntime: {{ runtime }}\n")
    (tmp_path / "config.dev.yaml").write_text("variables: {runtime: py313}\n")
    code, out, _ = run(capsys, folder, "--toolkit-env", "dev")
    assert code == 0
    assert "py313" in out


def test_a_wrong_setting_exits_2_with_two_sentences(folder, capsys):
    code, out, err = run(capsys, folder, "--timeout", "soon")
    assert (code, out) == (2, "")
    assert err == (
        "Error: --timeout is 'soon', which is not a time.\n"
        "Hint: write seconds, or a number with ms, s, m or h, such as 90s or 9m\n"
    )


def test_a_missing_folder_exits_2(capsys, tmp_path):
    code, _, err = run(capsys, str(tmp_path / "no"))
    assert code == 2
    assert err.startswith(f"Error: {tmp_path}/no does not exist.")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_variable_that_holds_a_secret_is_masked(folder, capsys, form):
    code, out, _ = run(capsys, folder, "--secret", "a=correct-horse", "--env", "B=a correct-horse", "--format", form)
    assert (code, "correct-horse" in out) == (0, False)
    assert ("a ***" in out) is True


def test_a_seed_beside_the_folder_is_shown_with_its_origin(folder, capsys):
    (Path(folder).parent / "seed.yaml").write_text("assets: []\n")
    _, out, _ = run(capsys, folder, "--format", "json")
    seed = json.loads(out)["settings"]["seed"]
    assert seed == {"value": [str(Path(folder).parent / "seed.yaml")], "origin": "beside the folder"}
