import pytest

from fn_emulator.errors import SettingsError


def error_of(resolve, write, text):
    write({"pyproject.toml": text})
    with pytest.raises(SettingsError) as error:
        resolve()
    return error.value


def test_every_setting_can_stand_in_a_table(resolve, write):
    write(
        {
            "pyproject.toml": """
[tool.fn-emulate]
function-path = "src/handler.py"
kind = "cognite"
client = "mock"
runtime = "py312"
runner = "worker"
venv = false
timeout = "5m"
memory = 2048
cpu = 2
data-limit = "1MB"
response-limit = "500kB"
runtimes = ["py312"]
network = "off"
call-info-types = "int"
fail-on = "warning"
ignore = ["random"]
select = ["not-json"]
index-url = "https://example.com/simple"
extra-index-urls = ["https://example.org/simple"]
metadata = {version = "1"}
"""
        }
    )
    settings = resolve()
    assert (settings.function_path, settings.kind, settings.client) == ("src/handler.py", "cognite", "mock")
    assert (settings.timeout_s, settings.memory_mb, settings.cpu) == (300, 2048, 2)
    assert (settings.data_limit_bytes, settings.response_limit_bytes) == (1_000_000, 500_000)
    assert (settings.runtimes, settings.network, settings.call_info_types) == (("py312",), "off", "int")
    assert (settings.ignore, settings.select, settings.metadata) == (("random",), ("not-json",), {"version": "1"})
    assert (settings.runner, settings.python, settings.is_venv) == ("worker", None, False)
    assert settings.extra_index_urls == ("https://example.org/simple",)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            'clod = "aws"',
            "[tool.fn-emulate] has no key 'clod'.",
            "did you mean 'cloud'?",
        ),
        (
            'functions.fn.time = "9m"',
            "[tool.fn-emulate] has no key 'functions.fn.time'.",
            "did you mean 'timeout'?",
        ),
        (
            'fail-on = "warnings"',
            "[tool.fn-emulate]: fail-on is 'warnings', which is none of error, warning, note, never.",
            "did you mean 'warning'?",
        ),
        (
            "timeout = 0",
            "[tool.fn-emulate]: timeout is 0, which is out of range.",
            "write seconds, or a number with ms, s, m or h, such as 90s or 9m",
        ),
        (
            'functions.fn.timeout = "soon"',
            "[tool.fn-emulate]: functions.fn.timeout is 'soon', which is not a time.",
            "write seconds, or a number with ms, s, m or h, such as 90s or 9m",
        ),
        (
            "timeout = 09:00:00",
            "[tool.fn-emulate]: timeout is 09:00:00, which is a date or time, not a number or a text.",
            "write it in quotes; the platform takes texts only",
        ),
        (
            'ignore = "random"',
            "[tool.fn-emulate]: ignore is 'random', which is a text, not a list.",
            "write a list",
        ),
        (
            "env = {PORT = 8080}",
            "[tool.fn-emulate]: env.PORT is 8080, which is a number, not a text.",
            "write it in quotes; the platform takes texts only",
        ),
        (
            "secrets = {pin = 1234}",
            "[tool.fn-emulate]: secrets.pin is a number, not a text.",
            "write it in quotes; the platform takes texts only",
        ),
        (
            "functions = 3",
            "[tool.fn-emulate]: functions is 3, which is a number, not a table.",
            "write a table",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_key(resolve, write, project, line, message, hint):
    error = error_of(resolve, write, f"[tool.fn-emulate]\n{line}\n")
    assert (error.message, error.hint) == (f"{project}/pyproject.toml {message}", hint)


@pytest.mark.parametrize("prefix", ["", "functions.fn."])
@pytest.mark.parametrize(
    ("line", "value", "flag"),
    [
        ('network = "on"', "'on'", "--network on"),
        ('client = "live"', "'live'", "--client live"),
        ('client = "record"', "'record'", "--client record"),
        ('python = "/x/python"', "'/x/python'", "--python /x/python"),
        ("venv = true", "True", "--venv"),
        ('image = "x"', "'x'", "--image"),
        ('engine-url = "tcp://x"', "'tcp://x'", "--engine-url"),
    ],
)
def test_a_projects_file_cannot_widen_trust(resolve, write, project, prefix, line, value, flag):
    error = error_of(resolve, write, f"[tool.fn-emulate]\n{prefix}{line}\n")
    key = prefix + line.partition(" ")[0]
    assert error.message == (
        f"{project}/pyproject.toml [tool.fn-emulate]: {key} is {value}, which a project's file may not decide."
    )
    assert error.hint == f"it may come from the command line ({flag}) or from the environment, never from a file"


def test_the_environment_may_widen_trust(resolve):
    assert resolve(environ={"FN_EMULATE_NETWORK": "on"}).network == "on"


def test_the_environment_may_choose_what_is_executed(resolve):
    settings = resolve(environ={"FN_EMULATE_PYTHON": "python3.12", "FN_EMULATE_VENV": "1"})
    assert (settings.python, settings.is_venv, settings.origins["venv"]) == ("python3.12", True, "FN_EMULATE_VENV")


def test_references_are_filled_and_shown_as_written(resolve, write):
    write({"pyproject.toml": '[tool.fn-emulate]\nsecrets = {k = "${TOKEN}"}\nenv = {U = "https://${H}/"}\n'})
    settings = resolve(environ={"TOKEN": "t", "H": "h"})
    assert (settings.secrets["k"].value, settings.env["U"]) == ("t", "https://h/")
    assert settings.templates == {"secrets.k": "${TOKEN}", "env.U": "https://${H}/"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool.fn-emulate]\ncloud = \n", " is not TOML: Invalid value (at line 2, column 9)."),
        (b"[tool.fn-emulate]\ncloud = '\xff'\n", " is not UTF-8 text."),
        (b"[tool.fn-emulate]\nx = " + b"[" * 50_000, " is nested too deeply."),
        (b"[tool]\nfn-emulate = 3\n", " [tool.fn-emulate]: it is 3, which is a number, not a table."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(resolve, project, content, message):
    (project / "pyproject.toml").write_bytes(content)
    with pytest.raises(SettingsError) as error:
        resolve()
    assert error.value.message == f"{project}/pyproject.toml{message}"


@pytest.mark.parametrize("text", ["# fn-emulate\n", "tool = 3 # fn-emulate\n", "[tool.black]\n#fn-emulate"])
def test_a_file_that_only_mentions_us_says_nothing(resolve, write, text):
    write({"pyproject.toml": text})
    assert resolve().cloud == "gcp"
