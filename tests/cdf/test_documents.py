"""docs/fake_cdf.md holds: what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.faults import KINDS
from fn_emulator.cdf.routes import declared_routes
from fn_emulator.cdf.traffic.classify import classify

DOCUMENT = Path(__file__).parents[2] / "docs" / "fake_cdf.md"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="the documents are not beside the tests")


@pytest.fixture
def text():
    return DOCUMENT.read_text()


def test_every_method_is_there_and_every_public_one_is_named(text):
    table = text.partition("## `fake_cdf`")[2].partition("Resources are")[0]
    named = {name for name in re.findall(r"`(\w+)[(`.]", table) if hasattr(FakeCdf, name)}
    public = {name for name, held in vars(FakeCdf).items() if not name.startswith("_")}
    of_the_runner = {"handle", "exchange", "end_call", "start_at", "branch", "is_empty", "hide"}
    assert named == public - of_the_runner


def test_every_resource_is_one_that_requests_have(text):
    paragraph = text.partition("Resources are named as in the API:")[2].partition("A path works too")[0]
    base = "https://x.cognitedata.com/api/v1/projects/p"
    known = {classify(method, base + re.sub(r"\{\w+\}", "a", path)).resource for method, path, _ in declared_routes()}
    assert set(re.findall(r"`([^`]+)`", paragraph)) <= known


def test_every_kind_of_fault_has_a_row(text):
    table = text.partition("| kind | what comes back |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)) != set()
    assert set(re.findall(r"`(\w+)`", table)) == set(KINDS)


def test_every_fault_that_it_shows_is_read(text):
    for fault in re.findall(r'`"([^"`]+)"`', text.partition("## Faults")[2].partition("| kind")[0]):
        FakeCdf().fail(fault)
