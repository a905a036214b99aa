"""docs/seeds.md holds: its example loads, and it names every resource."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.seeds import seed_from
from fn_emulator.cdf.seeds.kinds import KINDS
from fn_emulator.errors import SeedError

DOCUMENT = Path(__file__).parents[3] / "docs" / "seeds.md"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason="the documents are not beside the tests")


def test_its_example_loads(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (tmp_path / "seed.yaml").write_text(example)
    cdf = FakeCdf().seed(tmp_path / "seed.yaml")
    assert {"datapoints", "extpipes", "files", "raw", "timeseries"} <= cdf.dump().keys()


def test_its_error_is_the_one_that_is_given(tmp_path):
    (shown,) = re.findall(r"^Error: (.*)$", DOCUMENT.read_text(), re.MULTILINE)
    (tmp_path / "seed.yaml").write_text("assets:\n  - {nmae: x}\n")
    with pytest.raises(SeedError) as error:
        FakeCdf().seed(tmp_path / "seed.yaml")
    assert error.value.message.replace(f"{tmp_path}/", "") == shown


def test_every_resource_is_named():
    table = DOCUMENT.read_text().partition("| key | holds |")[2]
    assert set(KINDS) <= set(re.findall(r"`(\w+)`", table))
    assert seed_from({name: None if name == "raw" else [] for name in KINDS}) is not None
