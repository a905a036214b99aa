import pytest

from fn_emulator.errors import SettingsError
from fn_emulator.settings.build_variables import may_be, replace_variables, unfilled_in
from fn_emulator.settings.yaml_text import load_yaml

MODULE = "modules/site/pump/functions"
CONFIG = """
environment: {name: dev, project: p, validation-type: test}
variables:
  everywhere: root
  location: root
  modules:
    location: modules
    site:
      location: site
      pump:
        location: pump
    other:
      elsewhere: 1
"""


def fill(text, **values):
    filled, unfilled = replace_variables(text, "f.yaml", values)
    assert not unfilled
    return load_yaml(filled, "f.yaml")


@pytest.mark.parametrize(
    ("text", "value", "meant"),
    [
        ("{{ v }}", "abc", "abc"),
        ("{{v}}", 3, 3),
        ("'{{ v }}'", 3, "3"),
        ("{{ v }}", "007", "007"),
        ("'{{ v }}'", "007", "007"),
        ("fn_{{ v }}_x", "007", "fn_007_x"),
        ("{{ v }}", "a:", "a:"),
        ("{{ v }}", True, True),
        ("{{ v }}", 1.5, 1.5),
        ("{{ v }}", None, None),
        ("{{ v }}", ["a", "b"], ["a", "b"]),
        ("\n  {{ v }}", ["a"], ["a"]),
        ("[{{ v }}, x]", "12", ["12", "x"]),
        ("'a {{ v }} {{ v }}'", "b", "a b b"),
    ],
)
def test_a_variable_keeps_its_type(text, value, meant):
    assert fill(f"a: {text}\n", v=value) == {"a": meant}


@pytest.mark.parametrize("text", ["'{{ v | upper }}'", "'{% v %}'", "{a: {b: 1}}", "'{{}}'"])
def test_other_braces_are_left_alone(text):
    assert replace_variables(text, "f.yaml", {"v": "x"}) == (text, [])


def test_an_unfilled_variable_leaves_the_file_readable():
    text, unfilled = replace_variables("# {{ c }}\na: {{ x }}\n'{{ y }}': ['p{{ z }}']\n", "f.yaml", {})
    content = load_yaml(text, "f.yaml")
    assert [(name, line) for name, _, line in unfilled_in(content, unfilled)] == [("x", 2), ("y", 3), ("z", 3)]


@pytest.mark.parametrize(
    ("text", "answer"), [("fn_{{ a }}", True), ("{{ a }}", True), ("gn_{{ a }}", False), ("fn_x", False)]
)
def test_an_unfilled_id_may_be_ours_if_the_rest_fits(text, answer):
    assert may_be(replace_variables(text, "f.yaml", {})[0], "fn_x") is answer


@pytest.fixture
def module(write):
    def module(text, config=CONFIG):
        return write({"config.dev.yaml": config, f"{MODULE}/fn/handler.py": "", f"{MODULE}/a.Function.yaml": text})

    return module


def test_the_deepest_value_on_the_path_wins(module, resolve):
    module("externalId: fn\nmetadata: {l: '{{ location }}', e: '{{ everywhere }}'}\n")
    settings = resolve(f"{MODULE}/fn", toolkit_env="dev")
    assert settings.metadata == {"l": "pump", "e": "root"}


@pytest.mark.parametrize(
    "given",
    [{"toolkit_env": "dev"}, {"environ": {"FN_EMULATE_TOOLKIT_ENV": "dev"}}],
)
def test_the_environment_can_be_named_in_several_places(module, resolve, given):
    module("externalId: fn\nowner: {{ location }}\n")
    settings = resolve(f"{MODULE}/fn", **given)
    assert (settings.owner, settings.toolkit_env) == ("pump", "dev")


def test_the_environment_can_be_named_in_pyproject(module, resolve, write):
    module("externalId: fn\nowner: {{ location }}\n")
    write({"pyproject.toml": '[tool.fn-emulate]\ntoolkit-env = "dev"\n'})
    assert resolve(f"{MODULE}/fn").owner == "pump"


def test_toolkits_own_variables_come_from_the_configuration(module, resolve):
    module("externalId: fn\nenvVars: {A: '${CDF_ENVIRON}', B: '${CDF_BUILD_TYPE}'}\n")
    folder = f"{MODULE}/fn"
    assert resolve(folder, toolkit_env="dev").env == {"A": "dev", "B": "test"}
    assert resolve(folder, toolkit_env="dev", environ={"CDF_ENVIRON": "mine"}).env["A"] == "mine"


def test_every_unfilled_variable_is_named_in_one_error(module, write, resolve, project):
    module("# {{ comment }}\nexternalId: fn\nowner: {{ one }}\nmetadata: {v: '{{ two }}'}\n")
    write({f"{MODULE}/s.Schedule.yaml": "functionExternalId: fn\nname: {{ one }}\nauthentication: {{ no }}\n"})
    with pytest.raises(SettingsError) as error:
        resolve(f"{MODULE}/fn")
    folder = f"{project}/{MODULE}"
    assert str(error.value) == (
        f"Toolkit variables have no value: {{{{ one }}}} ({folder}/a.Function.yaml:3), "
        f"{{{{ two }}}} ({folder}/a.Function.yaml:4), {{{{ one }}}} ({folder}/s.Schedule.yaml:2).\n"
        f"Hint: choose --toolkit-env dev ({project}/config.dev.yaml)"
    )


def test_a_variable_that_the_configuration_lacks_is_named(module, resolve, project):
    module("externalId: fn\nowner: {{ elsewhere }}\n")
    with pytest.raises(SettingsError) as error:
        resolve(f"{MODULE}/fn", toolkit_env="dev")
    assert (
        error.value.message
        == f"Toolkit variables have no value: {{{{ elsewhere }}}} ({project}/{MODULE}/a.Function.yaml:2)."
    )
    assert (
        error.value.hint == f"define them under 'variables' in {project}/config.dev.yaml, at or above the module's path"
    )


def test_an_entry_whose_id_is_unfilled_could_be_ours(module, resolve):
    module("externalId: f{{ x }}\nowner: {{ y }}\n")
    with pytest.raises(SettingsError, match=r"\{\{ x \}\} .*, \{\{ y \}\} "):
        resolve(f"{MODULE}/fn")


@pytest.mark.parametrize("text", ["- externalId: fn\n- externalId: '{{ x }}'\n", "externalId: other_{{ x }}\n"])
def test_an_entry_that_is_not_ours_needs_no_value(module, resolve, text):
    module(text)
    resolve(f"{MODULE}/fn")


def test_without_any_configuration_the_hint_says_so(write, resolve):
    write({"fn.Function.yaml": "externalId: {{ x }}\n"})
    with pytest.raises(SettingsError) as error:
        resolve()
    assert error.value.hint == (
        "there is no config.ENV.yaml above the function; write one, and name it with --toolkit-env ENV"
    )


def test_an_unknown_environment_is_refused_with_those_that_there_are(module, resolve, project):
    module("externalId: fn\n")
    (project / "config.prod.yaml").write_text("variables:\n")
    with pytest.raises(SettingsError) as error:
        resolve(f"{MODULE}/fn", toolkit_env="staging")
    assert str(error.value) == (
        f"There is no config.staging.yaml above {project}/{MODULE}/fn.\n"
        f"Hint: choose --toolkit-env dev ({project}/config.dev.yaml) or --toolkit-env prod ({project}/config.prod.yaml)"
    )


@pytest.mark.parametrize("config", ["[]", "variables: 3"])
def test_a_configuration_without_variables_is_refused(module, resolve, project, config):
    module("externalId: fn\n", config)
    with pytest.raises(SettingsError) as error:
        resolve(f"{MODULE}/fn", toolkit_env="dev")
    assert error.value.message == f"{project}/config.dev.yaml has no table 'variables'."


@pytest.mark.parametrize("config", ["variables:\n", "environment: x\n"])
def test_an_empty_configuration_is_one(module, resolve, config):
    module("externalId: fn\n", config)
    assert resolve(f"{MODULE}/fn", toolkit_env="dev").external_id == "fn"
