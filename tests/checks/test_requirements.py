"""What pip would install: imports that nothing provides, lines that pip refuses, versions that may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fn_emulator.checks.deployability.installed import InstalledHere
from fn_emulator.checks.deployability.requirements import invalid_requirement, missing_requirement, unpinned_requirement
from fn_emulator.checks.inspection import inspect_function
from fn_emulator.function import open_function
from fn_emulator.settings import resolve_settings

from .conftest import NothingInstalled

HANDLE = "\n\ndef handle(data):\n    return data\n"


def test_a_known_module_that_nothing_provides_is_an_error(found):
    (finding,) = found(missing_requirement, f"import os\nimport yaml{HANDLE}")
    assert finding.message == "'yaml' is imported, and neither Python, the folder nor requirements.txt provides it."
    assert finding.hint == "add PyYAML to requirements.txt"
    assert (finding.severity, finding.file, finding.line) == ("error", "fn/handler.py", 2)
    assert dict(finding.evidence) == {"module": "yaml", "distributions": ["PyYAML"]}


@pytest.mark.parametrize(
    ("line", "requirement"),
    [
        ("import yaml", "pyyaml==6.0"),
        ("import cv2", "opencv-contrib-python-headless==4.10.0.84"),
        ("from google.cloud import storage", "google-cloud-storage==2.18"),
        ("import dateutil.parser", "python_dateutil~=2.9"),
        ("import jwt", "PyJWT[crypto]==2.9"),
        ("import acme.rules", "acme-common==1.0"),
        ("import anything", "./wheels/anything_at_all.zip"),
        ("import pandas", "-r more.txt"),
    ],
)
def test_a_requirement_provides_its_module(found, line, requirement):
    files = {"requirements.txt": f"{requirement}\n", "more.txt": "pandas==2.2.3\n"}
    assert found(missing_requirement, f"{line}{HANDLE}", files) == []


@pytest.mark.parametrize(
    ("line", "requirement", "hint"),
    [
        ("import dotenv", "dotenv==0.9", "add python-dotenv to requirements.txt"),
        ("import serial", "serial==0.0.97", "add pyserial to requirements.txt"),
        ("from azure import identity", "azure-core==1.30", "add azure-identity to requirements.txt"),
        ("import yaml", "types-PyYAML==6.0.12", "add PyYAML to requirements.txt"),
    ],
)
def test_another_distribution_of_a_like_name_does_not_count(found, line, requirement, hint):
    (finding,) = found(missing_requirement, f"{line}{HANDLE}", {"requirements.txt": f"{requirement}\n"})
    assert (finding.severity, finding.hint) == ("error", hint)


def test_a_module_that_nobody_knows_is_a_guess(found):
    (finding,) = found(
        missing_requirement, f"import queue_writer{HANDLE}", {"requirements.txt": "azure-storage-queue==1\n"}
    )
    assert finding.severity == "warning"
    assert finding.hint == "add what provides it, perhaps queue_writer, to requirements.txt"


def test_installed_metadata_knows_who_provides_a_module(found):
    here = NothingInstalled(owners={"acme_rules": ("acme-suite",)})
    (finding,) = found(missing_requirement, f"import acme_rules{HANDLE}", installed=here)
    assert (finding.severity, finding.hint) == ("error", "add acme-suite to requirements.txt")


def test_what_another_requirement_brings_along_is_a_warning(found):
    here = NothingInstalled(versions={"acme": "1.0"}, brings={"acme": ["numpy"]})
    files = {"requirements.txt": "acme==1.0\n"}
    (finding,) = found(missing_requirement, f"import numpy{HANDLE}", files, installed=here)
    assert finding.message == "'numpy' is imported, and only acme brings it along today; nothing promises it."
    assert finding.severity == "warning"


def test_the_platform_brings_the_sdk_and_promises_nothing_more(found):
    source = f"import requests\nfrom cognite.client import CogniteClient{HANDLE}"
    (finding,) = found(missing_requirement, source)
    assert finding.message == "'requests' is imported, and only cognite-sdk brings it along today; nothing promises it."


def test_an_extra_is_asked_for(found):
    brings = {"cognite-sdk": ["requests"], "cognite-sdk[pandas]": ["pandas"]}
    here = NothingInstalled(versions={"cognite-sdk": "8.0"}, brings=brings)
    files = {"requirements.txt": "cognite-sdk[pandas]==8.0\n"}
    assert found(missing_requirement, f"import pandas{HANDLE}", files, installed=here) == []
    assert found(missing_requirement) == []
    (finding,) = found(missing_requirement, f"import requests{HANDLE}", installed=here)
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    "source",
    [
        f"try:\n    import yaml\nexcept ImportError:\n    yaml = None{HANDLE}",
        f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import yaml{HANDLE}",
        f"{HANDLE}\n\nif __name__ == '__main__':\n    import yaml\n",
        f"import rules{HANDLE}",
    ],
)
def test_an_import_that_the_function_can_do_without_or_has_is_left_alone(found, source):
    assert found(missing_requirement, source, {"rules.py": ""}) == []


def test_an_import_in_another_module_is_shown_there_once(found):
    files = {"a.py": "import yaml\n", "b.py": "import yaml\n"}
    (finding,) = found(missing_requirement, f"import a\nimport b{HANDLE}", files)
    assert (finding.file, finding.line) == ("fn/a.py", 1)


def test_a_remote_service_has_what_its_platform_brings(found):
    source = "import boto3\nimport cognite.client\n\n\ndef lambda_handler(event, context):\n    return {}\n"
    (finding,) = found(missing_requirement, source)
    assert finding.hint == "add cognite-sdk to requirements.txt"


def test_a_standard_module_that_the_runtime_lacks_is_missing(found):
    (finding,) = found(missing_requirement, f"import tomllib{HANDLE}", runtime="py310")
    assert finding.message == "'tomllib' is imported, and the standard library of Python 3.10 does not have it."
    assert finding.severity == "error"
    assert found(missing_requirement, runtime="py311") == []
    assert found(missing_requirement) == []


def test_a_backport_provides_what_left_the_standard_library(found):
    files = {"requirements.txt": "standard-telnetlib==3.13.0\n"}
    assert found(missing_requirement, f"import telnetlib{HANDLE}", files, runtime="py313") == []


def test_a_marker_decides_whether_a_requirement_is_installed(found):
    files = {"requirements.txt": "tomli==2.0; python_version < '3.11'\n"}
    assert found(missing_requirement, f"import tomli{HANDLE}", files, runtime="py310") == []
    assert [finding.id for finding in found(missing_requirement, runtime="py312")] == ["missing-requirement"]


def test_a_line_that_pip_refuses_is_shown_with_its_reason(found):
    (finding,) = found(invalid_requirement, HANDLE, {"requirements.txt": "requests==2.32\nnumpy=1.2\n"})
    assert finding.message.startswith("pip stops at 'numpy=1.2': ")
    assert (finding.severity, finding.file, finding.line) == ("error", "fn/requirements.txt", 2)


def test_options_and_comments_of_pip_are_fine(found):
    text = "# ours\n--index-url https://u:p@pypi.example.com/simple\nnumpy==2.1.0 \\\n    --hash=sha256:00\n"
    assert found(invalid_requirement, HANDLE, {"requirements.txt": text}) == []


def test_a_requirement_without_an_upper_end_is_unpinned(found):
    text = "pandas\nnumpy>=2\nscipy!=1.0\ngit+https://github.com/acme/rules\n"
    lines = [finding.line for finding in found(unpinned_requirement, HANDLE, {"requirements.txt": text})]
    assert lines == [1, 2, 3, 4]


def test_a_bounded_requirement_is_pinned_enough(found):
    text = "pandas==2.2.3\nnumpy~=2.1\nscipy>=1,<2\nacme @ git+https://github.com/acme/rules@v1.2\ncognite-sdk\n"
    assert found(unpinned_requirement, HANDLE, {"requirements.txt": text}) == []


def test_constraints_pin_for_all(found):
    files = {"requirements.txt": "pandas\n-c constraints.txt\n", "constraints.txt": "pandas==2.2.3\n"}
    assert found(unpinned_requirement, HANDLE, files) == []


def test_the_installed_version_is_proposed(found):
    here = NothingInstalled(versions={"pandas": "2.2.3"})
    (finding,) = found(unpinned_requirement, HANDLE, {"requirements.txt": "pandas\n"}, installed=here)
    assert finding.message == "'pandas' takes whatever version is the newest when the function is deployed."
    assert finding.hint == "pin it: pandas==2.2.3"


@pytest.mark.parametrize(
    "line", ["-e .", "./local_pkg", "./a.whl", "../a", "git+https://u:p@x/y.git", "https://x/y.zip"]
)
def test_what_has_no_name_may_provide_what_nobody_knows(found, line):
    files = {"requirements.txt": f"{line}\n"}
    (finding,) = found(missing_requirement, f"import yaml, unheard_of{HANDLE}", files, installed=InstalledHere())
    assert finding.hint == "add PyYAML to requirements.txt"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "", "..", "a/b", " "])
def test_a_name_that_no_module_has_is_a_guess(found, name):
    source = f"import importlib\nimportlib.import_module({name!r}){HANDLE}"
    assert all(finding.severity == "warning" for finding in found(missing_requirement, source))


def test_a_marker_that_compares_nothing_is_taken_as_true(found):
    files = {"requirements.txt": "PyYAML==6.0; os_name ~= 'posix'\n"}
    assert found(missing_requirement, f"import yaml{HANDLE}", files, runtime="py311") == []


WORDS = """
-e -r -c -i . .. ./a ../a ./a.whl ./b-1.0.zip git+https://u:p@x/y.git https://x/l.zip #egg=c pkg PyYAML [x] [ ] == >=1
===a ; ;python_version<'3' ;os_name~='a' ;extra=='x' ;'1'=='2' ;a @ --hash --hash=a --pre ${X} \\ ' " , ! #
"""
ODD_LINES = st.lists(
    st.text(max_size=8) | st.lists(st.sampled_from(WORDS.split())).map(" ".join),
    max_size=4,
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fn")
    (folder / "handler.py").write_text(f"import yaml, unheard_of\nfrom google.cloud import storage{HANDLE}")
    function = open_function(folder)
    return function, resolve_settings(folder, "fn", flags={"runtime": "py311"}, environ={}), InstalledHere()


@hypothesis_settings(deadline=None, max_examples=50)
@given(ODD_LINES)
def test_no_line_is_too_odd_to_be_read(opened, lines):
    function, settings, installed = opened
    function = function._replace(requirements="\n".join(lines))
    assert inspect_function(function, settings, imported=None, installed=installed)
