"""One handler file: whether it is text, whether it parses, which handle is in it."""

from __future__ import annotations

import ast
import warnings

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fn_emulator.function.handle import find_handle, other_functions, parse_module
from fn_emulator.function.model import Handle, Module, Parameter


def parsed(content: str | bytes) -> Module:
    return parse_module("handler.py", content if isinstance(content, bytes) else content.encode())


def handle_in(source: str) -> Handle | None:
    return find_handle(ast.parse(source))


def test_byte_order_mark_is_no_part_of_the_text():
    module = parsed(b"\xef\xbb\xbfdef handle(): pass\n")
    assert module.problem is None
    assert module.text == "def handle(): pass\n"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_become_plain(end):
    module = parsed(f"x = 1{end}def handle(): pass{end}")
    assert module.text == "x = 1\ndef handle(): pass\n"
    assert module.tree is not None
    assert find_handle(module.tree) == Handle("def", 2)


def test_coding_cookie_is_obeyed():
    module = parsed("# -*- coding: latin-1 -*-\nname = 'Zoë'\n".encode("latin-1"))
    assert module.problem is None
    assert "Zoë" in module.text


@pytest.mark.parametrize("cookie", ["hex", "no-such-codec"])
def test_impossible_coding_cookie_is_a_problem(cookie):
    module = parsed(f"# coding: {cookie}\nx = 1\n")
    assert module.problem is not None
    assert cookie in module.problem.message


def test_latin_1_without_cookie_is_a_problem():
    module = parsed("name = 'Zoë'\n".encode("latin-1"))
    assert module.tree is None
    assert module.problem is not None
    assert "can't decode byte 0xeb" in module.problem.message


def test_binary_file_is_a_problem():
    module = parsed(b"\x7fELF\x02\x01\x01\0\0")
    assert module.problem is not None
    assert module.problem.message == "it holds NUL bytes, so it is not Python text"
    assert module.text == ""


def test_utf_16_is_a_problem_of_its_own():
    module = parsed("def handle(): pass\n".encode("utf-16"))
    assert module.problem is not None
    assert module.problem.message == "it is UTF-16 text, and Python reads UTF-8"


CODECS = b"latin-1 utf-7 utf-16 idna punycode undefined unicode_escape raw_unicode_escape hex rot13 nope".split()


@example(content=b"=%\x80", cookie=b"")
@example(content=b"x", cookie=b"# coding: undefined\n")
@example(content=b"\\\x01", cookie=b"# coding: unicode_escape\n")
@given(content=st.binary(max_size=40), cookie=st.sampled_from([b"", *(b"# coding: %b\n" % name for name in CODECS)]))
def test_any_bytes_are_a_module_or_a_problem(content, cookie):
    module = parsed(cookie + content)
    assert (module.tree is None) is (module.problem is not None)


def test_syntax_error_has_line_and_column():
    module = parsed("x = 1\ndef handle(data)\n    return 1\n")
    assert module.problem is not None
    assert (module.problem.message, module.problem.line, module.problem.column) == ("expected ':'", 2, 17)


@pytest.mark.parametrize("source", ["x = " + "-" * 100_000 + "1", "x = " + "+".join("1" * 100_000)])
def test_nesting_that_is_too_deep_is_a_problem(source):
    problem = parsed(source).problem
    assert problem is not None
    assert problem.message == "it nests too deep for Python's parser"


def test_warnings_of_the_parser_are_not_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parsed("pattern = '\\d'\n").problem is None


@pytest.mark.parametrize(
    ("path", "name"), [("a/b.py", "a.b"), ("a/__init__.py", "a"), ("__init__.py", "__init__"), ("a.py", "a")]
)
def test_module_has_its_dotted_name(path, name):
    assert parse_module(path, b"").name == name


def test_last_definition_wins():
    assert handle_in("def handle(a): pass\nhandle = print\ndef handle(data): pass\n") == Handle(
        "def", 3, (Parameter("data", "ordinary", has_default=False),)
    )


@pytest.mark.parametrize(
    "source", ["handle = make()", "handle: Handler = make()", "def handle(): pass\nhandle = wrap(handle)"]
)
def test_assignment_counts(source):
    found = handle_in(source)
    assert found is not None
    assert found.form == "assignment"


def test_async_def_is_found_as_such():
    assert handle_in("async def handle(): pass") == Handle("async", 1)


@pytest.mark.parametrize(
    "source",
    [
        "from src import handle",
        "class A:\n    def handle(self): pass",
        "if True:\n    def handle(): pass",
        "a = handle = print",
        "handle: Handler",
        "handle, b = 1, 2",
    ],
)
def test_definition_that_the_sdk_does_not_find(source):
    assert handle_in(source) is None


def test_parameters_of_every_form():
    found = handle_in("def handle(client, /, data=None, *rest, secrets, x=1, **more): pass")
    assert found is not None
    assert found.parameters == (
        Parameter("client", "positional-only", has_default=False),
        Parameter("data", "ordinary", has_default=True),
        Parameter("rest", "star", has_default=False),
        Parameter("secrets", "keyword-only", has_default=False),
        Parameter("x", "keyword-only", has_default=True),
        Parameter("more", "double-star", has_default=False),
    )


def test_other_functions_are_named():
    assert other_functions(ast.parse("def handler(): pass\nasync def main(): pass\nclass A: pass")) == (
        "handler",
        "main",
    )
