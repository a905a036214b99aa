import contextlib
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.errors import DataError, SettingsError
from fn_emulator.settings.yaml_text import load_yaml

LETTERS = "abcdefghi"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in pairwise(LETTERS)
)


def test_plain_yaml_is_read():
    assert load_yaml("a: [1, x]\nb: {c: null}\n", "f.yaml") == {"a": [1, "x"], "b": {"c": None}}


def test_an_empty_document_is_none():
    assert load_yaml("# nothing\n", "f.yaml") is None


def test_a_modest_alias_is_fine():
    assert load_yaml("a: &x {b: 1}\nc: {<<: *x, d: *x}\n", "f.yaml")["c"] == {"b": 1, "d": {"b": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n\tb: 1", "f.yaml:2:1: there is a tab where YAML takes spaces only."),
        ("a:\n  b: 1\n\tc: 2", "f.yaml:3:1: there is a tab where YAML takes spaces only."),
        ("a: [", "f.yaml:2:1: this is not YAML: did not find expected node content."),
        ("a: {{ x }}", "f.yaml:1:5: this is not YAML: found unhashable key."),
        ("- a\n---\n- b", "f.yaml:2:1: this is not YAML: found another document."),
        ("a: 2024-13-01", "f.yaml holds a date or number that does not exist."),
        ("a: \x00", "f.yaml is not YAML: unacceptable character #x0000: control characters are not allowed."),
        (BOMB, "f.yaml repeats itself through aliases without bound."),
        ("a: &x [*x]", "f.yaml repeats itself through aliases without bound."),
        ("[" * 100_000, "f.yaml is nested too deeply."),
        ("- " * 100_000, "f.yaml is nested too deeply."),
        ("a" * 2_000_001, "f.yaml is larger than 2,000,000 characters."),
    ],
)
def test_every_problem_is_one_sentence(text, message):
    with pytest.raises(SettingsError) as error:
        load_yaml(text, "f.yaml")
    assert error.value.message == message


def test_tags_build_no_objects():
    with pytest.raises(SettingsError, match="could not determine a constructor"):
        load_yaml("a: !!python/object/apply:os.getcwd []", "f.yaml")


def test_a_long_flat_document_is_not_deep():
    text = "".join(f"k{number}: {{a: [1, 2]}}\n" for number in range(2000))
    assert len(load_yaml(text, "f.yaml")) == 2000


def test_the_caller_chooses_the_error():
    with pytest.raises(DataError):
        load_yaml("a: [", "f.yaml", error=DataError)


@pytest.mark.parametrize("text", ["a: 1\n", "a:\n\tb: 1", BOMB, "[" * 5000, "a: 'x"])
def test_a_build_of_pyyaml_without_the_c_loader_judges_alike(text, monkeypatch):
    def judged():
        try:
            return load_yaml(text, "f.yaml")
        except SettingsError as error:
            return error.message.partition(" this is")[0]

    with_c = judged()
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert judged() == with_c


@given(st.text("ab:-?&*!|>'\"{}[],#%@\n\t <1.~", max_size=40))
def test_no_text_brings_anything_but_a_value_or_our_error(text):
    with contextlib.suppress(SettingsError):
        load_yaml(text, "f.yaml")
