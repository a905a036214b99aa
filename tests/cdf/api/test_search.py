from __future__ import annotations

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")


@pytest.fixture
def assets(client):
    client.assets.create(
        [
            data.AssetWrite(name="23-PT-9600", description="pressure of the compressor", metadata={"k": "v"}),
            data.AssetWrite(name="23-PT-96", description="pressure"),
            data.AssetWrite(name="compressor", description="first stage"),
        ]
    )


def names(found):
    return [asset.name for asset in found]


def test_parts_of_a_tag_are_words(client, assets):
    assert names(client.assets.search(name="pt 23")) == ["23-PT-9600", "23-PT-96"]


def test_whole_word_comes_before_its_beginning(client, assets):
    assert names(client.assets.search(name="96")) == ["23-PT-96", "23-PT-9600"]


def test_all_words_must_be_in_the_name(client, assets):
    assert names(client.assets.search(name="23 compressor")) == []


def test_query_looks_into_name_and_description(client, assets):
    assert names(client.assets.search(query="compressor")) == ["compressor", "23-PT-9600"]


def test_filter_applies_to_what_is_found(client, assets):
    assert names(client.assets.search(description="pressure", filter={"metadata": {"k": "v"}})) == ["23-PT-9600"]


def test_limit(client, assets):
    assert len(client.assets.search(query="pressure compressor", limit=1)) == 1


def test_filter_alone_lists(client, assets):
    assert names(client.assets.search(filter={"name": "compressor"})) == ["compressor"]


@pytest.mark.parametrize("body", [{"search": 1}, {"search": {"colour": "x"}}, {"search": {"name": 1}}, {"limit": 1001}])
def test_malformed_search_is_refused(post, body):
    assert post("/assets/search", body)[0] == 400
