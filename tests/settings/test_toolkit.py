import pytest

from fn_emulator.errors import SettingsError

FUNCTION = """
externalId: fn
name: "ns:fn"
description: does it
owner: me
functionPath: ./src/handler.py
runtime: py311
secrets:
  api-key: ${API_KEY}
  fixed: literal
envVars:
  HOST: https://${HOST}/v1
metadata:
  version: "1"
cpu: 2
memory: 3
indexUrl: https://user:${TOKEN}@example.com/simple
extraIndexUrls:
  - https://${HOST}/simple
dataSetExternalId: ds
"""
SCHEDULE = """
- name: hourly
  functionExternalId: fn
  cronExpression: "0 * * * *"
  data: {host: "${HOST}", deep: [{n: 1, on: true}]}
  authentication: {clientId: id, clientSecret: hunter2}
- name: other
  functionExternalId: another
  cronExpression: 3
"""


def refused(resolve, **given):
    with pytest.raises(SettingsError) as error:
        resolve(**given)
    return error.value


def test_a_function_entry_is_read_in_full(resolve, write):
    write({"fn.Function.yaml": FUNCTION})
    settings = resolve(environ={"API_KEY": "k", "HOST": "h", "TOKEN": "t"})
    assert (settings.function_path, settings.runtime) == ("./src/handler.py", "py311")
    assert (settings.cpu, settings.memory_mb) == (2, 3000)
    assert {name: secret.value for name, secret in settings.secrets.items()} == {"api-key": "k", "fixed": "literal"}
    assert (settings.env, settings.metadata) == ({"HOST": "https://h/v1"}, {"version": "1"})
    assert settings.index_url == "https://user:t@example.com/simple"
    assert settings.extra_index_urls == ("https://h/simple",)
    assert (settings.external_id, settings.name, settings.owner) == ("fn", "ns:fn", "me")
    assert settings.description == "does it"
    assert settings.origins["runtime"] == "fn.Function.yaml"


def test_the_files_that_were_used_are_named(resolve, write, project):
    write({"fn.Function.yaml": FUNCTION, "s.Schedule.yaml": SCHEDULE, "x.Function.yaml": "externalId: x\n"})
    files = resolve(environ={"HOST": "h"}).toolkit_files
    assert files == (f"{project}/fn.Function.yaml", f"{project}/s.Schedule.yaml")


def test_paths_are_shown_as_the_function_was_given(write, monkeypatch):
    from fn_emulator.settings import resolve_settings

    project = write(
        {"a/fn/handler.py": "", "fn.Function.yaml": "externalId: fn\n", "a/fn.Function.yaml": "externalId: x"}
    )
    monkeypatch.chdir(project)
    assert resolve_settings("a/fn", "fn", flags={}, environ={}).toolkit_files == ("fn.Function.yaml",)
    monkeypatch.chdir(project / "a/fn")
    assert resolve_settings(".", "fn", flags={}, environ={}).toolkit_files == ("../../fn.Function.yaml",)


def test_a_file_may_hold_a_list(resolve, write):
    write({"all.function.yml": "- externalId: other\n  runtime: py310\n- externalId: fn\n  runtime: py313\n"})
    assert resolve().runtime == "py313"


def test_the_nearest_entry_wins(resolve, write):
    write({"up.Function.yaml": "externalId: fn\nruntime: py310\n", "sub/fn/handler.py": ""})
    write({"sub/fn.Function.yaml": "externalId: fn\nruntime: py312\n"})
    assert resolve("sub/fn").runtime == "py312"


def test_the_search_ends_at_the_projects_root(resolve, write):
    write({"fn.Function.yaml": "externalId: fn\nruntime: py310\n", "sub/cdf.toml": "", "sub/fn/handler.py": ""})
    assert resolve("sub/fn").runtime is None


def test_without_a_root_four_levels_are_searched(tmp_path, monkeypatch):
    from fn_emulator.settings import places

    monkeypatch.setattr(places, "ROOT_MARKERS", ())
    (tmp_path / "a/b/c/d/fn").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "a"):
        (folder / "x.Function.yaml").touch()
    assert places.find_toolkit_files(f"{tmp_path}/a/b/c/d/fn") == [f"{tmp_path}/a/x.Function.yaml"]


def test_two_entries_in_one_folder_are_refused(resolve, write, project):
    write({"a.Function.yaml": "externalId: fn\n", "b.Function.yaml": "- externalId: fn\n"})
    assert str(refused(resolve)) == (
        f"{project}/a.Function.yaml and {project}/b.Function.yaml, entry 1 both declare 'fn'.\n"
        "Hint: keep one of them; an external id is unique in a project"
    )


@pytest.mark.parametrize(
    ("cloud", "asked", "cpu", "memory_mb", "origin"),
    [
        ("gcp", (0.25, 1), 1, 1500, "the least of gcp; fn.Function.yaml asks for 0.25"),
        ("gcp", (8, 64), 3, 5000, "the most of gcp; fn.Function.yaml asks for 8"),
        ("azure", (2, 3), 1, 1500, "the most of azure; fn.Function.yaml asks for 2"),
        ("gcp", (2, 3), 2, 3000, "fn.Function.yaml"),
        ("aws", (1, 1.5), 1, 1500, "fn.Function.yaml"),
    ],
)
def test_cpu_and_memory_are_brought_into_the_clouds_range(resolve, write, cloud, asked, cpu, memory_mb, origin):
    write({"fn.Function.yaml": f"externalId: fn\ncpu: {asked[0]}\nmemory: {asked[1]}\n"})
    settings = resolve(cloud=cloud)
    assert (settings.cpu, settings.memory_mb, settings.origins["cpu"]) == (cpu, memory_mb, origin)


def test_schedules_of_the_function_are_read(resolve, write, project):
    write({"s.Schedule.yaml": SCHEDULE})
    (schedule,) = resolve(environ={"HOST": "h"}).schedules
    assert (schedule.name, schedule.cron) == ("hourly", "0 * * * *")
    assert schedule.data == {"host": "h", "deep": [{"n": 1, "true": True}]}
    assert schedule.file == f"{project}/s.Schedule.yaml"


def test_a_schedule_without_data_gives_an_empty_object(resolve, write):
    write({"s.Schedule.yaml": "functionExternalId: fn\nname: a\ncronExpression: '* * * * *'\ndata:\n"})
    assert resolve().schedules[0].data == {}


def test_a_transformations_schedule_is_somebody_elses(resolve, write):
    write({"t.schedule.yaml": "externalId: tr\ninterval: '* * * * *'\n"})
    assert resolve().schedules == ()


def test_empty_values_and_files_say_nothing(resolve, write):
    write({"fn.Function.yaml": "externalId: fn\nruntime:\nsecrets:\ndescription:\ncpu:\n", "b.Function.yaml": "# no\n"})
    settings = resolve()
    assert (settings.runtime, settings.secrets, settings.description) == (None, {}, None)


def test_a_missing_variable_is_an_error_only_for_a_call(resolve, write, project):
    write({"fn.Function.yaml": FUNCTION, "s.Schedule.yaml": SCHEDULE})
    settings = resolve(environ={"TOKEN": "t"})
    assert (list(settings.secrets), settings.env) == (["fixed"], {})
    assert (settings.secret_names, settings.env_names) == (("fixed", "api-key"), ("HOST",))
    with pytest.raises(SettingsError) as error:
        settings.require_values()
    assert str(error.value) == (
        "Environment variables that the settings refer to are not set: "
        f"secrets.api-key needs ${{API_KEY}} ({project}/fn.Function.yaml), "
        f"env.HOST needs ${{HOST}} ({project}/fn.Function.yaml).\n"
        "Hint: set API_KEY, HOST, or give --secret api-key=VALUE --env HOST=VALUE"
    )


def test_a_flag_takes_the_place_of_a_missing_variable(resolve, write):
    write({"fn.Function.yaml": FUNCTION})
    settings = resolve(secret=("api-key=k",), env=("HOST=h",))
    settings.require_values()
    assert (settings.secrets["api-key"].value, settings.env) == ("k", {"HOST": "h"})


def test_a_schedules_data_is_needed_only_by_its_calls(resolve, write):
    write({"s.Schedule.yaml": SCHEDULE})
    settings = resolve()
    settings.require_values()
    settings.require_values(schedule="another")
    with pytest.raises(SettingsError, match=r"schedules\.hourly needs \$\{HOST\}") as error:
        settings.require_values(schedule="hourly")
    assert error.value.hint == "set HOST"


def test_a_reference_outside_secrets_and_env_may_stay(resolve, write):
    write({"fn.Function.yaml": "externalId: fn\nindexUrl: https://${TOKEN}@x\nmetadata: {a: '${NO}'}\n"})
    settings = resolve()
    settings.require_values()
    assert (settings.index_url, settings.metadata) == ("https://${TOKEN}@x", {"a": "${NO}"})


def test_a_value_cannot_change_the_structure_of_the_file(resolve, write):
    write({"fn.Function.yaml": "externalId: fn\nenvVars:\n  A: ${A}\n"})
    assert resolve(environ={"A": "x\nruntime: py310"}).env == {"A": "x\nruntime: py310"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("externalId: fn\nenvvars: {}", " has no key 'envvars'.", "did you mean 'envVars'?"),
        (
            "externalId: fn\nenvVars: {PORT: 8080}",
            ": envVars.PORT is 8080, which is a number, not a text.",
            "write it in quotes; the platform takes texts only",
        ),
        (
            "externalId: fn\nmetadata: {on: yes}",
            ": metadata has the key True, which is true or false.",
            "write it in quotes; YAML reads on, off, yes and no as true and false",
        ),
        (
            "- externalId: fn\n  secrets: {pin: 1234}",
            ", entry 1: secrets.pin is a number, not a text.",
            "write it in quotes; the platform takes texts only",
        ),
        ("externalId: fn\nmemory: 0", ": memory is 0, which is out of range.", "write a number above 0"),
        ("externalId: fn\nruntime: '3.11'", ": runtime is '3.11', which is not a runtime.", "did you mean 'py311'?"),
        ("name: fn", " has no 'externalId'.", "add externalId, it is required"),
        ("fn", ": it is 'fn', which is a text, not a table.", "write a table"),
        ("a:\n\tb: 1", ":2:1: there is a tab where YAML takes spaces only.", "indent with spaces"),
        ("a: b: c", ":1:5: this is not YAML: mapping values are not allowed in this context.", None),
    ],
)
def test_what_is_wrong_in_an_entry_is_told(resolve, write, project, text, message, hint):
    write({"fn.Function.yaml": text})
    error = refused(resolve)
    assert error.message == f"{project}/fn.Function.yaml{message}"
    assert hint in (None, error.hint)


def test_an_external_id_that_is_a_number_is_recognised_and_refused(resolve, write):
    write({"2024/handler.py": "", "2024.Function.yaml": "externalId: 2024\n"})
    assert "externalId is 2024, which is a number, not a text." in refused(resolve, folder="2024").message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("functionExternalId: fn\nname: a", " has no 'cronExpression'."),
        ("functionExternalID: fn\nname: a\ncronExpression: x", " has no key 'functionExternalID'."),
        (
            "functionExternalId: fn\nname: a\ncronExpression: x\ndata: {d: 2024-01-01}",
            ": data.d is 2024-01-01, which is a date or time, not a text or anything else that JSON holds.",
        ),
        (
            "functionExternalId: fn\nname: a\ncronExpression: x\ndata: [1]",
            ": data is a list, not a table.",
        ),
        (
            "functionExternalId: fn\nname: a\ncronExpression: x\ndata: {1: a}",
            ": data has the key 1, which is a number.",
        ),
        (
            "functionExternalId: fn\nname: a\ncronExpression: x\ndata: {a: {2024-01-01: b}}",
            ": data.a has the key 2024-01-01, which is a date or time.",
        ),
    ],
)
def test_what_is_wrong_in_a_schedule_is_told(resolve, write, project, text, message):
    write({"s.Schedule.yaml": text})
    assert refused(resolve).message == f"{project}/s.Schedule.yaml{message}"


def test_another_functions_mistakes_are_not_ours(resolve, write):
    write({"all.Function.yaml": "- externalId: fn\n- externalId: other\n  memory: lots\n"})
    assert resolve().external_id == "fn"


@pytest.mark.parametrize("content", [b"\xff", None])
def test_a_file_that_cannot_be_read_is_named(resolve, project, content):
    path = project / "fn.Function.yaml"
    path.write_bytes(content) if content else path.mkdir()
    problem = "is not UTF-8 text." if content else "cannot be read: Is a directory."
    assert refused(resolve).message == f"{path} {problem}"
