import json
import os
import subprocess
import sys

import pytest

from fn_emulator.errors import SettingsError
from fn_emulator.settings import resolve_settings

TOOL = '[tool.fn-emulate]\ncloud = "azure"\n[tool.fn-emulate.functions.fn]\ncloud = "aws"\n'


def test_without_anything_the_defaults_hold(resolve):
    settings = resolve()
    assert (settings.cloud, settings.client, settings.network, settings.fail_on) == ("gcp", "fake", "local", "error")
    assert (settings.timeout_s, settings.runtime, settings.call_info_types) == (540.0, None, "text")


@pytest.mark.parametrize(
    ("flags", "environ", "text", "cloud", "origin"),
    [
        ({"cloud": "gcp"}, {"FN_EMULATE_CLOUD": "aws"}, TOOL, "gcp", "--cloud"),
        ({"cloud": None}, {"FN_EMULATE_CLOUD": "gcp"}, TOOL, "gcp", "FN_EMULATE_CLOUD"),
        ({}, {}, TOOL, "aws", "pyproject.toml [tool.fn-emulate.functions.fn]"),
        ({}, {}, TOOL.replace(".fn]", ".other]"), "azure", "pyproject.toml [tool.fn-emulate]"),
        ({}, {"FN_EMULATE_CLOUD": ""}, "", "gcp", "default"),
    ],
)
def test_the_first_place_that_has_a_value_wins(resolve, write, flags, environ, text, cloud, origin):
    write({"pyproject.toml": text})
    settings = resolve(environ=environ, **flags)
    assert (settings.cloud, settings.origins["cloud"]) == (cloud, origin)


def test_toolkit_yaml_comes_after_pyproject_and_before_the_cloud(resolve, write):
    write({"fn.Function.yaml": "externalId: fn\nruntime: py310\nmemory: 2\n"})
    assert (resolve().runtime, resolve().memory_mb) == ("py310", 2000)
    write({"pyproject.toml": '[tool.fn-emulate]\nruntime = "py312"\n'})
    assert (resolve().runtime, resolve().memory_mb) == ("py312", 2000)


def test_limits_follow_the_cloud(resolve):
    settings = resolve(cloud="azure")
    assert (settings.timeout_s, settings.data_limit_bytes) == (600, 36_000)
    assert settings.origins["data-limit"] == "azure limits"
    assert not settings.response_limit_documented


def test_a_response_limit_of_the_users_own_counts_as_stated(resolve):
    settings = resolve(cloud="azure", environ={"FN_EMULATE_RESPONSE_LIMIT": "2MB"})
    assert (settings.response_limit_bytes, settings.response_limit_documented) == (2_000_000, True)


def test_a_list_replaces_the_list_of_a_lower_place(resolve, write):
    write({"pyproject.toml": '[tool.fn-emulate]\nignore = ["junk-in-folder", "slow-import"]\n'})
    assert resolve(ignore=()).ignore == ("junk-in-folder", "slow-import")
    assert resolve(ignore=("not-json", "random")).ignore == ("not-json", "random")


def test_a_variable_may_hold_a_list(resolve):
    assert resolve(environ={"FN_EMULATE_IGNORE": "not-json, random"}).ignore == ("not-json", "random")


def test_an_unknown_variable_is_refused_with_the_near_miss(resolve):
    with pytest.raises(SettingsError) as error:
        resolve(environ={"FN_EMULATE_FAILON": "never"})
    assert str(error.value) == (
        "The environment variable FN_EMULATE_FAILON sets nothing that there is.\n"
        "Hint: did you mean 'FN_EMULATE_FAIL_ON'?"
    )


def test_an_unknown_variable_without_a_near_miss_gets_the_list(resolve):
    with pytest.raises(SettingsError) as error:
        resolve(environ={"FN_EMULATE_QQQQQQQQQQ": "1"})
    assert "FN_EMULATE_CLIENT, FN_EMULATE_CLOUD" in str(error.value.hint)


def test_a_wrong_flag_names_the_allowed_values(resolve):
    with pytest.raises(SettingsError) as error:
        resolve(cloud="ibm")
    assert str(error.value) == (
        "--cloud is 'ibm', which is none of gcp, azure, aws.\nHint: write one of them, such as gcp"
    )


@pytest.mark.parametrize("place", ["flag", "secret file", "function table", "table", "toolkit"])
def test_secrets_are_merged_by_name(resolve, write, place):
    places = ["flag", "secret file", "function table", "table", "toolkit"]
    having = places[places.index(place) :]
    files = {"secrets.json": '{"k": "secret file"}', "pyproject.toml": ""}
    if "function table" in having:
        files["pyproject.toml"] += '[tool.fn-emulate.functions.fn]\nsecrets = {k = "function table"}\n'
    if "table" in having:
        files["pyproject.toml"] += '[tool.fn-emulate]\nsecrets = {k = "table", t = "table"}\n'
    files["fn.Function.yaml"] = "externalId: fn\nsecrets: {k: toolkit, other: toolkit}\n"
    project = write(files)
    settings = resolve(
        secret=("k=flag",) if "flag" in having else (),
        secrets_file=str(project / "secrets.json") if "secret file" in having else None,
    )
    assert settings.secrets["k"].value == place
    assert settings.secrets["other"].origin == "fn.Function.yaml"


def test_env_is_merged_by_name(resolve, write):
    project = write({"a.env": "A=file\nB=file\n", "pyproject.toml": '[tool.fn-emulate]\nenv = {B = "p", C = "p"}\n'})
    settings = resolve(env=("A=flag",), env_file=str(project / "a.env"))
    assert settings.env == {"A": "flag", "B": "file", "C": "p"}
    assert settings.origins["env.B"] == "--env-file"


def test_a_variable_that_no_process_can_have_is_refused(resolve, write):
    write({"fn.Function.yaml": 'externalId: fn\nenvVars: {"A=B": hunter2}\n'})
    with pytest.raises(SettingsError) as error:
        resolve()
    assert error.value.message.endswith(
        "/fn.Function.yaml: the environment variable 'A=B' has a name that no environment can hold."
    )
    assert error.value.hint == "use letters, digits and underscores"


@pytest.mark.parametrize(
    ("name", "value"), [("", "hunter2"), ("A\0", "hunter2"), ("A", "hunter2\0"), ("A", "hunter2\ud800")]
)
@pytest.mark.parametrize("place", ["flag", "table", "toolkit"])
def test_such_a_variable_is_refused_wherever_it_is_from(resolve, write, place, name, value):
    pair = json.dumps(name), json.dumps(value)
    if place == "toolkit":
        write({"fn.Function.yaml": f"externalId: fn\nenvVars: {{{pair[0]}: {pair[1]}}}\n"})
    elif place == "table":
        write({"pyproject.toml": f"[tool.fn-emulate]\nenv = {{{pair[0]} = {pair[1]}}}\n"})
    with pytest.raises(SettingsError) as error:
        resolve(env={name: value} if place == "flag" else ())
    assert "hunter2" not in str(error.value)


def test_a_value_with_a_nul_character_in_a_file_is_refused(resolve, write):
    path = write({"a.env": "A=hunter2\0\n"}) / "a.env"
    with pytest.raises(SettingsError) as error:
        resolve(env_file=str(path))
    assert str(error.value) == (
        f"{path}: the environment variable 'A' has a value with a character that no environment can hold.\n"
        "Hint: leave such characters out, or encode the value, for example as base64"
    )


def test_variables_may_name_the_files(resolve, write):
    project = write({"s.env": "k=v\n", "e.env": "K=V\n"})
    environ = {"FN_EMULATE_SECRETS_FILE": str(project / "s.env"), "FN_EMULATE_ENV_FILE": str(project / "e.env")}
    settings = resolve(environ=environ)
    assert (settings.secrets["k"].value, settings.env) == ("v", {"K": "V"})
    assert settings.origins["secrets.k"] == "FN_EMULATE_SECRETS_FILE"


def test_a_dotenv_file_that_nobody_names_is_not_read(resolve, write):
    write({".env": "A=1\n", "fn/.env": "A=1\n"})
    assert resolve().env == {}


def test_a_zip_is_configured_from_the_folder_beside_it(write):
    project = write({"pyproject.toml": TOOL, "fn.zip": ""})
    settings = resolve_settings(project / "fn.zip", "fn", flags={}, environ={})
    assert settings.cloud == "aws"


def test_the_nearest_pyproject_is_the_only_one_that_counts(resolve, write):
    write({"pyproject.toml": TOOL, "fn/pyproject.toml": "[project]\nname = 'fn'\n"})
    assert resolve().cloud == "gcp"


def test_a_pyproject_that_cannot_be_read_is_named(resolve, project):
    (project / "pyproject.toml").mkdir()
    with pytest.raises(SettingsError) as error:
        resolve()
    assert error.value.message == f"{project}/pyproject.toml cannot be read: Is a directory."


@pytest.mark.parametrize("pyproject", [None, "[project]\nname = 'x'\n"])
def test_a_run_without_settings_files_imports_no_parser(project, write, pyproject):
    if pyproject:
        write({"pyproject.toml": pyproject})
    code = (
        "import sys; from fn_emulator.settings import resolve_settings;"
        f"resolve_settings({str(project / 'fn')!r}, 'fn', flags={{'ignore': ()}}, environ={{}});"
        "print([name for name in ('tomllib', 'tomli', 'yaml', 'jsonschema', 'json', 'difflib', 'dataclasses',"
        " 'pathlib') if name in sys.modules])"
    )
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env=environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
