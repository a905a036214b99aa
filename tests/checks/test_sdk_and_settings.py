"""The SDK that a function gets, its package indexes, and what is configured for it."""

from __future__ import annotations

import pytest

from fn_emulator.checks.deployability import configuration
from fn_emulator.checks.deployability.indexes import extra_index_url
from fn_emulator.checks.deployability.sdk import api_key, experimental_sdk, sdk_major_change, sdk_mismatch

from .conftest import NothingInstalled

ASSETS = "def handle(client):\n    return len(client.assets.list())\n"
HELLO = "def handle(data):\n    return data\n"


def test_a_function_that_uses_the_sdk_pins_it(found):
    (finding,) = found(sdk_major_change, ASSETS)
    assert (
        finding.message
        == "requirements.txt is not there, so nothing pins cognite-sdk: the latest is installed, whatever its major"
        " version."
    )
    assert (finding.severity, finding.file) == ("warning", "fn/handler.py")
    assert finding.hint == "add cognite-sdk>=8,<9 to requirements.txt"


def test_a_range_without_an_end_admits_the_next_major(found):
    here = NothingInstalled(versions={"cognite-sdk": "7.94.2"})
    (finding,) = found(sdk_major_change, ASSETS, {"requirements.txt": "Cognite_SDK>=7\n"}, installed=here)
    assert finding.message == "'Cognite_SDK>=7' takes the next major version of the SDK as soon as it is released."
    assert finding.hint == "give it an upper end: cognite-sdk>=7.94.2,<8"


@pytest.mark.parametrize(
    "text", ["cognite-sdk==8.22.0\n", "cognite-sdk~=8.2\n", "cognite-sdk>=7,<9\n", "cognite-sdk==8.*\n"]
)
def test_a_bounded_sdk_is_fine(found, text):
    assert found(sdk_major_change, ASSETS, {"requirements.txt": text}) == []


def test_a_function_without_the_sdk_need_not_pin_it(found):
    assert found(sdk_major_change, HELLO) == []
    (finding,) = found(sdk_major_change, f"import cognite.client\n{HELLO}")
    assert finding.id == "sdk-major-change"


def test_an_sdk_that_would_not_be_deployed_is_a_warning(found):
    here = NothingInstalled(versions={"cognite-sdk": "8.22.0"})
    (finding,) = found(sdk_mismatch, ASSETS, {"requirements.txt": "cognite-sdk==7.94.2\n"}, installed=here)
    assert finding.message == "cognite-sdk 8.22.0 is installed here, and 'cognite-sdk==7.94.2' would not install it."
    assert found(sdk_mismatch, ASSETS, {"requirements.txt": "cognite-sdk>=8\n"}, installed=here) == []
    assert found(sdk_mismatch, ASSETS, {"requirements.txt": "cognite-sdk==7.94.2\n"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "from cognite.client import CogniteClient\nc = CogniteClient(api_key='x')",
        "from cognite.client.credentials import APIKey\nc = APIKey('x')",
        "import os\nc = os.environ['COGNITE_API_KEY']",
        "import requests\nrequests.get('https://api.cognitedata.com', headers={'api-key': 'x'})",
    ],
)
def test_an_api_key_is_an_error(found, line):
    (finding,) = found(api_key, f"{line}\n\n\n{HELLO}")
    assert (finding.severity, finding.line) == ("error", 2)
    assert finding.message.endswith("authenticates with an API key, which CDF does not accept any more.")


@pytest.mark.parametrize(
    "line",
    [
        "import openai\nc = openai.OpenAI(api_key='x')",
        "import requests\nrequests.get('https://x.openai.azure.com', headers={'api-key': 'x'})",
        "class APIKey:\n    pass\n\n\nc = APIKey()",
    ],
)
def test_the_api_key_of_another_service_is_left_alone(found, line):
    assert found(api_key, f"{line}\n\n\n{HELLO}") == []


def test_the_experimental_sdk_is_a_warning(found):
    (finding,) = found(experimental_sdk, f"from cognite.experimental import CogniteClient\n{HELLO}")
    assert finding.message == "cognite.experimental is imported, which only an older edition of Functions needed."
    assert found(experimental_sdk, f"from cognite.client import CogniteClient\n{HELLO}") == []


def test_an_extra_index_carries_both_conditions_and_no_password(found, tmp_path):
    (tmp_path / "fn.Function.yaml").write_text(
        "externalId: fn\nextraIndexUrls:\n  - https://me:hunter2@pypi.acme.com/s\n"
    )
    (finding,) = found(extra_index_url, HELLO)
    assert finding.message == (
        "with the extra index https://me:***@pypi.acme.com/s a public package can be installed instead of a private one"
        " of the same name."
    )
    assert len(finding.evidence["conditions"]) == 2
    assert "hunter2" not in repr(finding)


def test_an_extra_index_in_the_requirements_is_placed(found):
    files = {"requirements.txt": "pandas==2\n--extra-index-url https://token@pypi.acme.com/simple\n"}
    (finding,) = found(extra_index_url, HELLO, files)
    assert (finding.file, finding.line) == ("fn/requirements.txt", 2)
    assert "token" not in finding.message


def test_one_index_alone_is_the_advice(found, tmp_path):
    (tmp_path / "fn.Function.yaml").write_text("externalId: fn\nindexUrl: https://pypi.acme.com/simple\n")
    assert found(extra_index_url, HELLO, {"requirements.txt": "--index-url https://pypi.acme.com/simple\n"}) == []


def toolkit(tmp_path, text):
    (tmp_path / "fn.Function.yaml").write_text(f"externalId: fn\n{text}")


def test_a_runtime_that_is_not_offered_is_an_error(found, tmp_path):
    toolkit(tmp_path, "runtime: py38\n")
    (finding,) = found(configuration.runtime_not_offered, HELLO)
    assert finding.message == "the runtime 'py38' (fn.Function.yaml) is not offered on gcp."
    assert finding.hint == "take one of py310, py311, py312, py313"
    assert found(configuration.runtime_not_offered, runtime="py312") == []


def test_a_secret_s_name_is_looked_at_even_without_a_value(found, tmp_path):
    toolkit(tmp_path, "secrets:\n  good-name-1: ${A}\n  too-long-for-a-secret: ${B}\n")
    (finding,) = found(configuration.secret_name, HELLO)
    assert (
        finding.message
        == "the secret 'too-long-for-a-secret' (fn.Function.yaml) has a name that the platform may refuse."
    )
    assert finding.severity == "warning"


def test_there_are_at_most_thirty_secrets(found):
    secrets = tuple(f"s{number}=v" for number in range(31))
    (finding,) = found(configuration.secret_name, HELLO, secret=secrets)
    assert finding.message == "the function has 31 secrets."
    assert found(configuration.secret_name, secret=secrets[:30]) == []


def test_a_variable_s_name_is_looked_at(found, tmp_path):
    toolkit(tmp_path, "envVars:\n  LOG-LEVEL: x\n  LOG_LEVEL: x\n")
    (finding,) = found(configuration.env_var_name, HELLO)
    assert finding.message == "the variable 'LOG-LEVEL' (fn.Function.yaml) has a name that the platform refuses."
    assert finding.hint == "rename it, for example to LOG_LEVEL"


def test_there_are_at_most_a_hundred_variables(found):
    (finding,) = found(configuration.env_var_name, HELLO, env=tuple(f"V{number}=v" for number in range(101)))
    assert finding.message == "the function has 101 environment variables."


@pytest.mark.parametrize(("field", "limit"), [("name", 140), ("description", 500), ("owner", 128)])
def test_a_name_that_is_too_long_is_an_error(found, tmp_path, field, limit):
    toolkit(tmp_path, f"{field}: {'x' * (limit + 3)}\n")
    (finding,) = found(configuration.name_too_long, HELLO)
    assert finding.message == f"the {field} is {limit + 3} characters long, and the platform takes {limit}."
    assert finding.hint == "shorten it by 3"


def schedule(tmp_path, cron):
    entry = f"functionExternalId: fn\nname: often\ncronExpression: '{cron}'\n"
    (tmp_path / "fn.Schedule.yaml").write_text(entry)


def test_a_cron_expression_of_quartz_is_an_error(found, tmp_path):
    schedule(tmp_path, "0 0/5 * * * ?")
    (finding,) = found(configuration.invalid_cron, HELLO)
    assert finding.message == (
        "the schedule 'often': the cron expression '0 0/5 * * * ?' has 6 fields, and a schedule has five."
    )
    assert (finding.severity, finding.file) == ("error", "fn.Schedule.yaml")
    assert finding.hint == "write '*/5 * * * *' (every 5 minutes)"
    assert finding.evidence == {"schedule": "often", "cron": "0 0/5 * * * ?"}


@pytest.mark.parametrize("cron", ["*/5 * * * *", "0 6 * * mon-fri", "0 ${HOUR} * * *"])
def test_a_cron_expression_of_five_fields_or_one_that_is_not_known_yet_is_fine(found, tmp_path, cron):
    schedule(tmp_path, cron)
    assert found(configuration.invalid_cron, HELLO) == []


def test_metadata_between_its_two_stated_limits_is_a_warning(found, tmp_path):
    toolkit(tmp_path, f"metadata:\n  a: {'x' * 300}\n  b: {'x' * 300}\n")
    (finding,) = found(configuration.metadata_too_large, HELLO)
    assert finding.message == (
        "metadata is 602 bytes in all, and the platform takes 512 (or 4096: its pages disagree)."
    )
    assert finding.severity == "warning"


def test_metadata_over_every_limit_is_an_error(found, tmp_path):
    pairs = "".join(f"  k{number}: {'x' * 600}\n" for number in range(17))
    toolkit(tmp_path, f"metadata:\n{pairs}")
    messages = [finding.message for finding in found(configuration.metadata_too_large, HELLO)]
    assert messages[0] == "metadata has 17 pairs, and the platform takes 16."
    assert messages[1] == "the value of metadata 'k0' is 600 characters long, and the platform takes 512."
    assert len(messages) == 1 + 17 + 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "    client.events.create(data_classes.Event(external_id='a'))",
            "Event(...) since 8 is made for what is read alone and wants id",
        ),
        (
            "    return client.time_series.data.retrieve_latest(external_id='a').value[0]",
            ".value[0] of retrieve_latest fails in 8, which gives a single value",
        ),
        (
            "    client.time_series.data.insert_dataframe(None, external_id_headers=True)",
            "insert_dataframe(external_id_headers=...) is refused by 8",
        ),
        ("    return len(client.events.filter(None))", "events.filter(...) is gone in 8"),
        (
            "    from cognite.client._cognite_client import CogniteClient",
            "from cognite.client._cognite_client import CogniteClient fails in 8",
        ),
        ("    from cognite.client.data_classes import TemplateGroup", "TemplateGroup is gone in 8"),
    ],
)
def test_what_only_version_7_takes_is_named_where_8_may_come(found, line, message):
    source = f"from cognite.client import data_classes\n\n\ndef handle(client):\n{line}\n"
    (finding,) = found(sdk_major_change, source, {"requirements.txt": "cognite-sdk>=7,<9\n"})
    assert finding.message == f"{message}, and the requirement lets cognite-sdk 8 be installed."
    assert finding.line == 5
    assert found(sdk_major_change, source, {"requirements.txt": "cognite-sdk>=7,<8\n"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "client.events.create(data_classes.EventWrite(external_id='a'))",
        "client.events.create(data_classes.Event(**values))",
        "return client.time_series.data.retrieve_latest(external_id='a').value",
        "return [1, 2].value[0]",
        "client.time_series.data.insert_dataframe(None)",
        "return filter(None, client.events.list())",
    ],
)
def test_what_both_versions_take_is_left_alone(found, line):
    source = f"from cognite.client import data_classes\n\n\ndef handle(client, **values):\n    {line}\n"
    assert found(sdk_major_change, source, {"requirements.txt": "cognite-sdk>=7,<9\n"}) == []
