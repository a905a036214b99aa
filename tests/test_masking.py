from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.masking import Masker
from fn_emulator.model import Finding

SECRET = "s3cr/t+Pässword"
VALUES = st.text(st.characters(codec="utf-8"), min_size=8, max_size=40)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET),
        urllib.parse.quote(SECRET),
        urllib.parse.quote_plus(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.b64encode(f"a{SECRET}@host".encode()).decode(),
    ],
)
def test_every_form_in_which_a_secret_leaks_is_found(form):
    masker = Masker({"key": SECRET})
    assert masker.names_in(f"before {form} after") == ("key",)
    assert masker.names_in(masker.mask(f"before {form} after")) == ()


PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq/hkiG\r\n  9w0BAQEFAASC+BKcw\nshort\n-----END KEY-----\n"


@pytest.mark.parametrize(
    "line", ["MIIEvQIBADANBgkq/hkiG", "x 9w0BAQEFAASC+BKcw", "9w0BAQEFAASC%2BBKcw", json.dumps(PEM)]
)
def test_each_line_of_a_secret_of_several_is_one(line):
    masker = Masker({"key": PEM})
    assert masker.names_in(line) == ("key",)
    assert not {"MIIE", "AASC"} & set(masker.mask(line).split())


@pytest.mark.parametrize("text", ["-----BEGIN KEY-----", "short", "a line of its own"])
def test_what_frames_a_key_and_what_is_short_is_left_alone(text):
    assert Masker({"key": PEM}).mask(text) == text


def test_the_end_of_line_of_a_file_is_no_part_of_a_secret():
    assert Masker({"pin": "1234\n"}).mask("1234.") == "***."


def test_a_secret_with_bytes_that_are_no_text_is_masked():
    assert Masker({"key": "caf\udce9-horse"}).mask("caf\udce9-horse") == "***"


def test_json_is_masked_however_deep_it_is():
    value = "horse"
    for _ in range(5_000):
        value = {"horse": [value]}
    masked = Masker({"word": "horse"}).mask_json(value)
    for _ in range(5_000):
        (masked,) = masked["***"]
    assert masked == "***"


def test_a_finding_is_masked_in_all_its_texts():
    finding = Finding("x", "note", "a horse", "horse.py", 1, {"path": ["horse"]}, "horse!", "the source")
    assert Masker({"word": "horse"}).mask_finding(finding) == Finding(
        "x", "note", "a ***", "***.py", 1, {"path": ["***"]}, "***!", "the source"
    )


@given(VALUES, st.binary(max_size=6), st.binary(max_size=6))
def test_base64_is_found_at_any_place(value, before, after):
    text = base64.b64encode(before + value.encode() + after).decode()
    assert Masker({"key": value}).names_in(text) == ("key",)


@given(VALUES, st.text(max_size=20), st.text(max_size=20))
def test_a_masked_text_never_holds_the_value(value, before, after):
    masked = Masker({"key": value}).mask(before + value + after)
    assert value not in masked or value in "***"


def test_a_value_of_three_characters_is_left_alone():
    assert Masker({"pin": "123"}).mask("123") == "123"


def test_a_secret_that_holds_another_is_masked_whole():
    assert Masker({"short": "horse", "long": "horse-battery"}).mask("horse-battery horse") == "*** ***"


def test_json_is_masked_in_keys_values_and_numbers():
    masker = Masker({"key": "12345", "word": "horse"})
    assert masker.mask_json({"horse": [12345, "a horse", None, True, 1.5]}) == {
        "***": ["***", "a ***", None, True, 1.5]
    }


def test_without_secrets_nothing_is_touched():
    value = {"a": [1]}
    assert Masker({}).mask_json(value) is value
