import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fn_emulator.errors import SettingsError
from fn_emulator.settings.keys import CHOICES, KEYS
from fn_emulator.settings.schema import FUNCTION_ENTRY, PROJECT_TABLE, SCHEDULE_ENTRY, fits, validate

SCHEMAS = {"project": PROJECT_TABLE, "function": FUNCTION_ENTRY, "schedule": SCHEDULE_ENTRY}
NAMES = sorted({*KEYS, "functions", "x", "data", *FUNCTION_ENTRY["properties"], *SCHEDULE_ENTRY["properties"]})
TEXTS = st.sampled_from([value for values in CHOICES.values() for value in values]) | st.text(max_size=3)
SCALARS = (
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(width=16) | TEXTS | st.just(datetime.date(2024, 1, 1))
)
KEYS_OF_TABLES = st.sampled_from(NAMES) | st.text(max_size=2) | st.integers(0, 1) | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS_OF_TABLES, inner, max_size=4),
    max_leaves=12,
)


def tables(schema):
    """Values near the valid ones: tables that have the schema's own keys, each with something that may fit."""
    required = dict.fromkeys(schema["required"], TEXTS)
    optional = {key: VALUES for key in schema["properties"] if key not in required}
    return st.fixed_dictionaries(required, optional=optional) | VALUES


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_the_fast_check_agrees_with_jsonschema(name, data):
    schema = SCHEMAS[name]
    value = data.draw(tables(schema))
    assert fits(value, schema, schema) == Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_every_rejection_is_explained(name, data):
    value = data.draw(tables(SCHEMAS[name]))
    if not fits(value, SCHEMAS[name], SCHEMAS[name]):
        with pytest.raises(SettingsError, match="here") as error:
            validate(value, SCHEMAS[name], "here")
        assert error.value.hint


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_schemas(name):
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("table", ["secrets", "authentication"])
def test_what_may_be_secret_is_not_shown(table):
    schema = {"type": "object", "properties": {table: {"type": "object", "additionalProperties": {"type": "string"}}}}
    with pytest.raises(SettingsError) as error:
        validate({table: {"a": 12345}}, schema, "here")
    assert error.value.message == f"here: {table}.a is a number, not a text."


def test_the_first_key_path_is_the_one_that_is_told():
    with pytest.raises(SettingsError, match="cloud"):
        validate({"network": 3, "cloud": 3}, PROJECT_TABLE, "here")
