"""requirements.txt as pip reads it, and the block of a docstring as the SDK does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.function import open_function
from fn_emulator.function.requirement_model import mask_url
from fn_emulator.function.requirements import (
    docstring_requirements,
    parse_docstring_requirements,
    parse_requirements,
    read_requirements,
)

from .conftest import HANDLE


def only_item(text):
    parsed = parse_requirements(text)
    assert parsed.problems == ()
    (item,) = parsed.items
    return item


def only_problem(text):
    (problem,) = parse_requirements(text).problems
    return problem


def options(text):
    return [(option.name, option.value) for option in parse_requirements(text).options]


@pytest.mark.parametrize("text", ["a", " ", "\\\n", "a.b", "://a:", "a://", "a:b@", "-"])
def test_a_file_that_is_no_requirements_file_is_read_in_no_time(text):
    problems = parse_requirements(text * 200_000).problems
    assert all(len(problem.text) + len(problem.message) < 1000 for problem in problems)


def test_a_line_that_nobody_wrote_is_refused():
    problem = only_problem("x" * 40_000)
    assert problem.message == "it is 40,000 characters long, which is no requirement"
    assert problem.text == "x" * 300 + "..."


def test_a_file_named_with_a_nul_character_is_a_problem(make_folder, opened):
    (problem,) = read_requirements(
        opened(make_folder({"handler.py": HANDLE, "requirements.txt": "-r a\0b\n"}))
    ).problems
    assert problem.message == "its name holds a NUL character"


def test_a_path_with_a_broken_marker_is_a_problem():
    assert only_problem("./a.whl ; python > '3'\n").message == "\"python > '3'\" is no environment marker"


def test_requirement_is_taken_apart():
    item = only_item("\n# numbers\nMy_Numbers.Lib [fast,x] >=2, <3 ; python_version > '3.8'  # why\n")
    assert (item.name, item.extras, item.specifier) == ("my-numbers-lib", ("fast", "x"), "<3,>=2")
    assert (item.marker, item.line, item.url, item.is_pinned) == ('python_version > "3.8"', 3, None, False)
    assert item.file == "requirements.txt"


@pytest.mark.parametrize(
    ("text", "is_pinned"),
    [
        ("numpy", False),
        ("numpy>=1", False),
        ("numpy==2.0", True),
        ("numpy==2.*", False),
        ("numpy===2.0", True),
        ("numpy~=2.0", False),
        ("numpy>=1,==2.0", True),
        ("numpy @ https://host/numpy-2.0-py3-none-any.whl", True),
        ("git+https://host/x.git#egg=x", False),
        ("git+https://host/x.git@v1.0#egg=x", True),
        ("x @ git+https://user@host/x.git", False),
        ("x @ git+ssh://git@host/x.git@main", True),
        ("./wheels/x-1.0-py3-none-any.whl", True),
        ("https://host/latest.zip", False),
    ],
)
def test_pinned(text, is_pinned):
    assert only_item(text).is_pinned is is_pinned


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("https://host/My_Lib-1.0-py3-none-any.whl", "my-lib", "https://host/My_Lib-1.0-py3-none-any.whl"),
        ("https://host/lib-1.0.tar.gz#sha256=ab", "lib", "https://host/lib-1.0.tar.gz#sha256=ab"),
        ("git+https://host/repo.git@main#egg=lib&subdirectory=x", "lib", None),
        ("git+https://host/repo.git", None, None),
        ("./lib", None, "./lib"),
        ("wheels/lib-1.0-py3-none-any.whl", "lib", "wheels/lib-1.0-py3-none-any.whl"),
        ("file:///lib-1.0.zip", "lib", "file:///lib-1.0.zip"),
        ("https://host/lib-1.0.zip ; python_version < '3'", "lib", "https://host/lib-1.0.zip"),
        ("-e ./lib", None, "./lib"),
        ("-e git+https://host/repo.git#egg=lib", "lib", None),
        ("--editable=.", None, "."),
    ],
)
def test_url_or_path(text, name, url):
    item = only_item(text)
    assert item.name == name
    assert item.url == (url or item.url)
    assert item.is_editable is text.startswith("-")


def test_continued_line_has_the_number_of_its_first():
    parsed = parse_requirements("a\nnumpy \\\n  ==2.0 \\\n  --hash=sha256:ab \\\n  --hash=sha256:cd\nb\n")
    assert [(item.name, item.line) for item in parsed.items] == [("a", 1), ("numpy", 2), ("b", 6)]
    assert options("numpy==2.0 --hash=sha256:ab --hash=sha256:cd") == [("--hash", "sha256:ab"), ("--hash", "sha256:cd")]


def test_comment_ends_a_continuation():
    assert [item.name for item in parse_requirements("numpy \\\n# pandas\nyaml\\").items] == ["numpy", "yaml"]


def test_number_sign_inside_a_url_is_no_comment():
    assert only_item("git+https://host/x.git#egg=lib # why").name == "lib"


@pytest.mark.parametrize("text", ["\ufeffnumpy\r\npandas\r\n", "numpy\rpandas", "\n\nnumpy\n  pandas  \n"])
def test_marks_and_line_ends(text):
    assert [item.name for item in parse_requirements(text).items] == ["numpy", "pandas"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-r base.txt", [("--requirement", "base.txt")]),
        ("-rbase.txt", [("--requirement", "base.txt")]),
        ("--requirement=base.txt", [("--requirement", "base.txt")]),
        ("-c limits.txt", [("--constraint", "limits.txt")]),
        ("-i https://host/simple", [("--index-url", "https://host/simple")]),
        ("--index-url=https://host/simple", [("--index-url", "https://host/simple")]),
        ("--pypi-url https://host/simple", [("--index-url", "https://host/simple")]),
        ("--extra-index https://host/simple", [("--extra-index-url", "https://host/simple")]),
        ("-f ./wheels", [("--find-links", "./wheels")]),
        ("--no-binary :all:", [("--no-binary", ":all:")]),
        ("--pre", [("--pre", None)]),
        ("--trusted-host 'host'", [("--trusted-host", "host")]),
        (
            "-i https://a --extra-index-url https://b",
            [("--index-url", "https://a"), ("--extra-index-url", "https://b")],
        ),
        ("--index-url https://${USER}:${TOKEN}@host", [("--index-url", "https://${USER}:${TOKEN}@host")]),
    ],
)
def test_option(text, found):
    assert options(text) == found
    assert parse_requirements(text).problems == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("numpy=1.2", "it is no requirement: expected semicolon (after name with no version specifier) or end"),
        ("num py", "it is no requirement: expected semicolon (after name with no version specifier) or end"),
        ("numpy==${VERSION}", "it uses ${VERSION}, which pip leaves as it is where that variable is not set"),
        ("--indexx https://host", "pip knows no option --indexx in a requirements file"),
        ("-x", "pip knows no option -x in a requirements file"),
        ("--no", "pip knows no option --no in a requirements file"),
        ("-r", "-r needs a value"),
        ("--find-links 'x", "No closing quotation"),
        ("numpy --index-url https://host", "pip ignores --index-url on the line of a requirement"),
        ("pip install numpy", "it is no requirement: expected semicolon (after name with no version specifier) or end"),
    ],
)
def test_line_at_which_pip_stops(text, message):
    problem = only_problem(f"# a\n{text}\n")
    assert (problem.text, problem.line, problem.message) == (text, 2, message)


def test_one_bad_line_leaves_the_others():
    parsed = parse_requirements("numpy\nnum py\npandas\n")
    assert [item.name for item in parsed.items] == ["numpy", "pandas"]
    assert len(parsed.problems) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:secret@host/simple", "https://user:***@host/simple"),
        ("https://user:s3:cr@t@host:8080/simple", "https://user:***@host:8080/simple"),
        ("https://user:sec/ret@host/simple", "https://user:***@host/simple"),
        ("https://token@host/simple", "https://***@host/simple"),
        ("https://:token@host/", "https://:***@host/"),
        ("git+https://user:secret@host/x.git@v1#egg=x", "git+https://user:***@host/x.git@v1#egg=x"),
        ("git+ssh://git@host/x.git@v1", "git+ssh://git@host/x.git@v1"),
        ("a https://u:p@h and HTTPS://u:p@h", "a https://u:***@h and HTTPS://u:***@h"),
        ("https://host:8080/x@y", "https://host:8080/x@y"),
        ("https://host/x@y", "https://host/x@y"),
        ("numpy", "numpy"),
    ],
)
def test_login_is_masked(text, shown):
    assert mask_url(text) == shown


def test_masked_is_masked_for_good():
    assert mask_url(mask_url("https://user:secret@host/x")) == "https://user:***@host/x"


def test_login_is_in_no_text_that_is_shown():
    text = "x @ https://u:secret@host/x.zip\n--index-url https://u:secret@host\nno req https://u:secret@host\n"
    assert "secret" not in repr(parse_requirements(text))


@given(text=st.text(alphabet="ab-=<>;:@/#\\$[]{}'\" \n.1", max_size=40))
def test_any_text_is_parsed(text):
    parsed = parse_requirements(text)
    lines = text.count("\n") + 1
    assert all(1 <= entry.line <= lines for entry in (*parsed.items, *parsed.options, *parsed.problems))


@pytest.mark.parametrize(
    ("docstring", "lines"),
    [
        ("[requirements]\nnumpy\n[/requirements]", "numpy\n"),
        ("Doc.\n\n    [requirements]\n    numpy\n    pandas\n    [/requirements]\n    ", "numpy\npandas\n"),
        ("Needs [requirements]\nnumpy\n[/requirements]", "numpy\n"),
        ("[requirements]\nnumpy ; python_version > '3.8'\n[/requirements]", "numpy\n"),
        ("[requirements]\nnumpy\n\n# why\n[/requirements]", "numpy\n\n# why\n"),
        ("[requirements]\na\n[/requirements]\n[requirements]\nb\n[/requirements]", "b\n"),
        ("[requirements]\nnumpy\n  [/requirements]", "numpy\n  \n"),
    ],
)
def test_block_of_a_docstring(docstring, lines):
    assert docstring_requirements(docstring) == lines


@pytest.mark.parametrize(
    "docstring",
    [
        "numpy",
        "[requirements] \nnumpy\n[/requirements]",
        "[requirements] numpy\n[/requirements]",
        "[requirements]\nnumpy\n",
        "[/requirements]\nnumpy\n[requirements]",
        "[requirements]\n[/requirements]",
    ],
)
def test_docstring_without_a_block(docstring):
    assert docstring_requirements(docstring) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "it is empty, and the SDK refuses empty lines between the tags"),
        ("# why", "the SDK refuses comments between the tags"),
        ("-r base.txt", "the SDK refuses options of pip between the tags"),
        ("x @ https://host/x.zip", "the SDK writes the URL of a named requirement in a form that pip cannot read"),
        ("numpy=1", "it is no requirement: expected semicolon (after name with no version specifier) or end"),
    ],
)
def test_docstring_takes_nothing_but_requirements(line, message):
    parsed = parse_docstring_requirements(f"numpy\n{line}\npandas\n")
    assert [(problem.line, problem.message) for problem in parsed.problems] == [(2, message)]
    assert [item.name for item in parsed.items] == ["numpy", "pandas"]


def test_files_that_are_named_are_read_too(make_folder):
    files = {
        "requirements.txt": "numpy\n-r more/base.txt\n",
        "more/base.txt": "pandas\n-r deep.txt\n-r ../requirements.txt\n",
    }
    function = open_function(make_folder({"handler.py": HANDLE, **files, "more/deep.txt": "yaml"}))
    parsed = read_requirements(function)
    assert [(item.name, item.file) for item in parsed.items] == [
        ("numpy", "requirements.txt"),
        ("pandas", "more/base.txt"),
        ("yaml", "more/deep.txt"),
    ]
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("gone.txt", "it cannot be read: No such file or directory"),
        ("../outside.txt", "it leads out of the function's folder, so it is not deployed"),
    ],
)
def test_named_file_that_is_not_there(make_folder, target, message):
    root = make_folder({"handler.py": HANDLE, "requirements.txt": f"-r {target}\n"})
    (root.parent / "outside.txt").write_text("numpy")
    (problem,) = read_requirements(open_function(root)).problems
    assert (problem.text, problem.line, problem.message) == (f"-r {target}", 1, message)


def test_function_without_requirements(make_folder):
    assert read_requirements(open_function(make_folder({"handler.py": HANDLE}))).items == ()


def test_requirements_of_a_notebook_are_those_of_a_docstring(make_notebook, opened):
    source = 'def handle(data):\n    """\n    [requirements]\n    # why\n    numpy\n    [/requirements]\n    """\n'
    parsed = read_requirements(opened(make_notebook(source)))
    assert [problem.message for problem in parsed.problems] == ["the SDK refuses comments between the tags"]
