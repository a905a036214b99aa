"""Which distribution provides a module."""

from __future__ import annotations

import pytest

from fn_emulator.checks.deployability.distributions import (
    canonical,
    is_standard,
    known_distributions,
    may_provide,
    stands_for,
    usually_brings,
)
from fn_emulator.checks.deployability.installed import InstalledHere

from .conftest import NothingInstalled


def test_names_are_compared_as_indexes_do():
    assert canonical("Ruamel.YAML__clib") == "ruamel-yaml-clib"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sklearn.linear_model", ("scikit-learn",)),
        ("google.cloud.storage.blob", ("google-cloud-storage",)),
        ("cognite.client.data_classes", ("cognite-sdk",)),
        ("cognite.extractorutils", ("cognite-extractor-utils",)),
        ("requests.adapters", ("requests",)),
        ("nobody_knows_this", ()),
    ],
)
def test_the_longest_known_prefix_tells_the_distribution(name, expected):
    assert known_distributions(name, NothingInstalled()) == expected


def test_standard_modules_depend_on_the_version():
    assert is_standard("json", 9)
    assert not is_standard("tomllib", 10)
    assert is_standard("distutils", 11)
    assert not is_standard("distutils", 12)
    assert is_standard("distutils", None)
    assert not is_standard("numpy", None)


def test_a_variant_stands_for_its_distribution():
    assert stands_for("tensorflow-cpu", "tensorflow")
    assert not stands_for("pandas-stubs", "pandas")
    assert not stands_for("azure-core", "azure-identity")


@pytest.mark.parametrize("distribution", ["acme", "acme-common", "python-acme", "pyacme", "acme-sdk"])
def test_a_name_with_the_same_words_may_provide_a_module(distribution):
    assert may_provide("acme", [distribution])


def test_another_name_does_not():
    assert not may_provide("acme", ["pandas", "requests"])


def test_families_bring_their_core():
    assert "azure-core" in usually_brings("azure-identity")
    assert "numpy" in usually_brings("pandas")
    assert usually_brings("acme") == frozenset()


def test_the_metadata_beside_us_is_read():
    here = InstalledHere()
    assert here.owners("click") == ("click",)
    assert here.version("click")
    assert here.version("no-such-distribution") is None
    assert "pluggy" in here.brings("pytest")
    assert here.brings("no-such-distribution") == frozenset()
