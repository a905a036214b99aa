from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.harness.answer import encode_answer


class Colour(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int


class Rude(dict):
    def items(self):
        raise RuntimeError("no items for you")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_json_comes_back_as_it_was(value):
    encoded = encode_answer(value)
    assert encoded["value"] == value
    assert encoded["changed"] == []


@given(JSON | st.recursive(st.binary() | st.dates(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_refuses_exactly_what_json_refuses(value):
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        assert encode_answer(value)["refused"]
    else:
        assert "text" in encode_answer(value)


@pytest.mark.parametrize(
    ("value", "path", "kind"),
    [
        ({"rows": [1, {"when": datetime.datetime(2026, 1, 1)}]}, "$.rows[1].when", "datetime.datetime"),  # noqa: DTZ001
        ([decimal.Decimal("1.5")], "$[0]", "decimal.Decimal"),
        ({"a b": {1, 2}}, '$["a b"]', "set"),
        ({"a": b"x"}, "$.a", "bytes"),
        ({"n": np.int64(3)}, "$.n", "numpy.int64"),
        ({"n": np.zeros(2)}, "$.n", "numpy.ndarray"),
        (Colour.RED, "$", "test_answer.Colour"),
        ({"p": Point(1)}, "$.p", "test_answer.Point"),
        ([float("nan")], "$[0]", "float"),
        ([float("inf")], "$[0]", "float"),
        ({(1, 2): 3}, "$", "tuple"),
    ],
)
def test_names_the_place_and_type_that_json_refuses(value, path, kind):
    (place,) = encode_answer(value)["refused"]
    assert (place["path"], place["type"].removeprefix("tests.harness.")) == (path, kind)


def test_a_numpy_float_is_json_because_it_is_a_float():
    assert encode_answer({"x": np.float64(0.5)})["text"] == '{"x": 0.5}'


def test_a_value_that_holds_itself_is_named():
    loop: list[object] = [1]
    loop.append({"again": loop})
    (place,) = encode_answer(loop)["refused"]
    assert (place["path"], place["traits"]) == ("$[1].again", ["circular"])


def test_a_dict_whose_items_raise_is_refused_and_nothing_escapes():
    assert encode_answer({"ok": 1, "rude": Rude(a=1)})["reason"] == "RuntimeError: no items for you"


def test_traits_name_what_a_fix_can_use():
    (place,) = encode_answer(Point(1))["refused"]
    assert place["traits"] == ["dataclass"]


@pytest.mark.parametrize(
    ("value", "path", "becomes"),
    [({1: "one"}, "$", '"1"'), ({"p": (1, 2)}, "$.p", "a list"), ({"a": {None: 1}}, "$.a", '"null"')],
)
def test_what_does_not_survive_the_round_trip_is_named(value, path, becomes):
    (place,) = encode_answer(value)["changed"]
    assert (place["path"], place["becomes"]) == (path, becomes)


def test_at_most_twenty_places_are_named():
    assert len(encode_answer([b"x"] * 50)["refused"]) == 20


def test_a_value_that_was_refused_once_is_encoded_later():
    inner, outer = [object()], {}
    outer["inner"] = inner
    assert "refused" in encode_answer(outer)
    inner[:] = [1]
    assert encode_answer(outer)["text"] == '{"inner": [1]}'
    inner.append(outer)
    assert "Circular" in encode_answer(outer)["reason"]


def test_what_the_encoder_was_taught_is_known_at_once(monkeypatch):
    assert "refused" in encode_answer([Point(1)])
    monkeypatch.setattr(json.JSONEncoder, "default", lambda self, value: vars(value))
    assert encode_answer([Point(1)])["text"] == '[{"x": 1}]'


def test_what_has_changed_json_decides(monkeypatch):
    iterencode = json.JSONEncoder.iterencode
    monkeypatch.setattr(json.JSONEncoder, "iterencode", lambda self, value, **how: iterencode(self, [value, 1], **how))
    assert encode_answer([0.5])["text"] == "[[0.5], 1]"
    monkeypatch.undo()
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    monkeypatch.setattr(json.encoder, "float", type("Half", (float,), {"__repr__": lambda self: "0.33"}), raising=False)
    assert encode_answer([0.333333])["text"] == json.dumps([0.333333])
    monkeypatch.undo()
    assert encode_answer([0.5])["text"] == "[0.5]"


def test_values_that_are_encoded_within_one_another():
    class Nested(dict):
        def items(self):
            assert encode_answer([self.inner])["text"] == '[{"a": 1}]'
            return super().items()

    nested = Nested(b=2)
    nested.inner = {"a": 1}
    assert encode_answer([nested, nested.inner])["text"] == '[{"b": 2}, {"a": 1}]'
