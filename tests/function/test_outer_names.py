"""Names that the deployed source of one function leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.function.handle import parse_module
from fn_emulator.function.outer_names import OuterName, outer_names


def found(source: str) -> list[tuple[str, int, str]]:
    return [tuple(name) for name in outer_names(parse_module("handler.py", source.encode()))]


def names(body: str) -> list[str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return [name for name, _, _ in found(f"def handle(data):\n{lines}\n")]


def test_name_from_outside_is_found_with_its_first_line():
    source = "def handle(data):\n    x = data\n    json.dumps(x)\n    return json.loads(x)\n"
    assert found(source) == [("json", 3, "body")]


def test_each_place_is_named():
    source = "@retry(times=TIMES)\ndef handle(client: CogniteClient, data=DEFAULT, *, x=f()) -> Answer:\n    pass\n"
    assert set(found(source)) == {
        ("retry", 1, "decorator"),
        ("TIMES", 1, "decorator"),
        ("CogniteClient", 2, "annotation"),
        ("Answer", 2, "annotation"),
        ("DEFAULT", 2, "default"),
        ("f", 2, "default"),
    }


@pytest.mark.parametrize(
    "body",
    [
        "import json\nreturn json.dumps(data)",
        "from a import b as c\nreturn c",
        "return len(data), __name__, ValueError",
        "try:\n    pass\nexcept KeyError as error:\n    return error",
        "with open('x') as f, open('y') as (g, h):\n    return f, g, h",
        "for i, (j, *k) in data:\n    return i, j, k",
        "return [x + y for x in data for y in x if y]",
        "return {k: v for k, v in data}, {z for z in data}, (q for q in data)",
        "f = lambda a, *b, c=1, **d: (a, b, c, d)\nreturn f",
        "if (n := len(data)) > 1:\n    return n",
        "def inner(a):\n    return a, data, inner\nreturn inner",
        "class A:\n    x = 1\n    def m(self):\n        return __class__, A, self.x\nreturn A",
        "match data:\n    case {'a': a, **rest}:\n        return a, rest\n    case [b, *c]:\n        return b, c",
        "x: Missing = 1\nreturn x",
        "x: 'Missing'\nx = 1\nreturn x",
        "def deep():\n    x = 1\n    def deeper():\n        nonlocal x\n        x = 2\n    return deeper\nreturn deep",
        "global CACHE\nCACHE = data\nreturn CACHE",
        "global json\nimport json\nreturn json",
        "return handle",
        "del data",
    ],
)
def test_name_that_is_brought_along(body):
    assert names(body) == []


@pytest.mark.parametrize(
    ("body", "outer"),
    [
        ("return [helper(x) for x in ROWS if CONDITION]", {"helper", "ROWS", "CONDITION"}),
        ("return (helper(x) for x in data)", {"helper"}),
        ("return {f(k): g(v) for k, v in data}", {"f", "g"}),
        ("return [[g(y) for y in x] for x in data]", {"g"}),
        ("return lambda a, b=D: a + OTHER", {"D", "OTHER"}),
        ("def inner(a: T = D) -> R:\n    return free\nreturn inner", {"T", "D", "R", "free"}),
        (
            "@deco\nclass A(Base, metaclass=Meta):\n    x: Typ = value\nreturn A",
            {"deco", "Base", "Meta", "Typ", "value"},
        ),
        ("class A:\n    def m(self):\n        return inner_outer\nreturn A", {"inner_outer"}),
        ("global COUNT\nCOUNT += 1\nreturn COUNT", {"COUNT"}),
        ("match data:\n    case Point(x=1):\n        return 1", {"Point"}),
        ("try:\n    pass\nexcept MyError:\n    pass", {"MyError"}),
        ("f'{value!r:>{width}}'", {"value", "width"}),
        ("async def inner():\n    async with session as s:\n        await s\nreturn inner", {"session"}),
        ("get_ipython().system('ls')", {"get_ipython"}),
        ("def one():\n    x = 1\n    return x\ndef two():\n    return x\nreturn one, two", {"x"}),
    ],
)
def test_name_that_is_left_behind(body, outer):
    assert set(names(body)) == outer


def test_line_is_that_of_the_outer_use():
    source = "def handle(data):\n    def one():\n        x = 1\n        return x\n    def two():\n        return x\n"
    assert found(source) == [("x", 6, "body")]


def test_annotation_inside_the_body_is_a_part_of_the_body():
    assert found("def handle():\n    def inner(a: T): pass\n") == [("T", 2, "body")]


def test_source_that_does_not_compile_says_nothing():
    assert found("def handle(:\n") == []
    assert found("def handle(a, a): pass\n") == []


def test_result_is_data():
    module = parse_module("handler.py", b"def handle(): return x")
    assert outer_names(module) == (OuterName("x", 1, "body"),)


class Anything:
    """A value with which every expression below works."""

    def __add__(self, other: object) -> Anything:
        return self

    __radd__ = __add__

    def __iter__(self) -> Iterator[Anything]:
        yield self


IDENTIFIERS = st.sampled_from(["a", "b", "c", "d"])
EXPRESSIONS = st.recursive(
    IDENTIFIERS,
    lambda inner: st.one_of(
        st.builds("({} + {})".format, inner, inner),
        st.builds("[{} for {} in {}]".format, inner, IDENTIFIERS, inner),
        st.builds("(lambda {}=ANY: {})()".format, IDENTIFIERS, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(st.builds("{} = {}".format, IDENTIFIERS, EXPRESSIONS), EXPRESSIONS)


@given(body=st.lists(STATEMENTS, min_size=1, max_size=4))
def test_names_that_python_misses_are_all_found(body):
    # With exactly the names that were found, Python misses none: at most one of its own is read before it is set.
    source = "def handle():\n" + "".join(f"    {line}\n" for line in body)
    scope: dict[str, Any] = {name: Anything() for name, _, _ in found(source)}
    exec(source, scope)
    assert missed_by(scope["handle"]) is None, source


def missed_by(function: Any) -> str | None:
    """Name that Python looks for outside the function in vain; its own ones that are not set yet do not count."""
    try:
        function()
    except TypeError:  # a list and something else
        return None
    except NameError as error:
        is_own = isinstance(error, UnboundLocalError) or "free variable" in str(error)
        return None if is_own else error.name
    return None
