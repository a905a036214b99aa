from __future__ import annotations

import pytest

TEXT = "items[0].name must have 1 to 140 characters, it has {}."


@pytest.mark.parametrize(
    ("path", "item", "message"),
    [
        ("/assets", {}, "items[0].name is missing."),
        ("/assets", {"name": None}, "items[0].name is missing."),
        ("/assets", {"name": ""}, TEXT.format(0)),
        ("/assets", {"name": "a" * 141}, TEXT.format(141)),
        ("/assets", {"name": 1}, "items[0].name must be a string, it is a number."),
        ("/assets", {"name": "a", "colour": 1}, "Unexpected field - items[0].colour"),
        ("/assets", {"name": "a", "id": 1}, "Unexpected field - items[0].id"),
        ("/assets", {"name": "a", "parentId": 0}, "items[0].parentId must be between 1 and 9007199254740991, it is 0."),
        ("/assets", {"name": "a", "parentId": 1.5}, "items[0].parentId must be an integer, it is a number."),
        ("/assets", {"name": "a", "labels": "x"}, "items[0].labels must be an array, it is a string."),
        ("/assets", {"name": "a", "labels": ["x"]}, "items[0].labels[0] must be an object, it is a string."),
        (
            "/assets",
            {"name": "a", "labels": [{"externalId": "x"}] * 11},
            "items[0].labels must have 0 to 10 items, it has 11.",
        ),
        ("/assets", {"name": "a", "metadata": []}, "items[0].metadata must be an object, it is an array."),
        ("/assets", {"name": "a", "metadata": {"k": 1}}, "items[0].metadata.k must be a string, it is a number."),
        (
            "/assets",
            {"name": "a", "metadata": {str(n): "" for n in range(257)}},
            "items[0].metadata must have at most 256 pairs, it has 257.",
        ),
        (
            "/assets",
            {"name": "a", "metadata": {"k" * 129: ""}},
            f"items[0].metadata: the key '{'k' * 40}'... must have at most 128 bytes.",
        ),
        (
            "/assets",
            {"name": "a", "metadata": {"k": "v" * 10240}},
            "items[0].metadata must have at most 10240 bytes, it has 10241.",
        ),
        ("/events", {"startTime": -1}, "items[0].startTime must be between 0 and 9223372036854775807, it is -1."),
        ("/events", {"startTime": True}, "items[0].startTime must be an integer, it is a boolean."),
        ("/events", {"type": "t" * 65}, "items[0].type must have 0 to 64 characters, it has 65."),
        ("/datasets", {"writeProtected": "no"}, "items[0].writeProtected must be a boolean, it is a string."),
        ("/datasets", {"name": "n" * 51}, "items[0].name must have 1 to 50 characters, it has 51."),
    ],
)
def test_field_that_does_not_fit_is_refused(post, path, item, message):
    status, answer = post(path, {"items": [item]})
    assert (status, answer["error"]["message"]) == (400, message)


def test_bytes_of_metadata_are_counted_not_characters(post):
    assert post("/assets", {"items": [{"name": "a", "metadata": {"k": "ø" * 5119}}]})[0] == 201
    assert post("/assets", {"items": [{"name": "a", "metadata": {"k": "ø" * 5120}}]})[0] == 400


def test_field_that_is_null_counts_as_absent(post):
    _, answer = post("/assets", {"items": [{"name": "a", "source": None}]})
    assert "source" not in answer["items"][0]


def test_more_items_than_a_request_may_have_are_refused(post):
    status, answer = post("/events", {"items": [{}] * 1001})
    assert (status, answer["error"]["message"]) == (400, "items must have 1 to 1000 items, it has 1001.")
