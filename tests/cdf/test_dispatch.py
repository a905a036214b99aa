"""Bodies on their way in: compressed ones."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

from fn_emulator.cdf import dispatch

EVENTS = "https://any.cognitedata.com/api/v1/projects/fn-emulator/events"
BODY = json.dumps({"items": [{"externalId": "a"}]}).encode()


@pytest.fixture
def send(fake):
    """``send(body, encoding)``: status and JSON of the answer to a request that creates an event."""

    def send(body, encoding="gzip"):
        headers = {"content-type": "application/json", "content-encoding": encoding}
        status, _, answer = fake.handle("POST", EVENTS, headers, body, now_ms=1000)
        return status, json.loads(answer)

    return send


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(BODY), "gzip"),
        (zlib.compress(BODY), "deflate"),
        (gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "gzip"),
        (gzip.compress(BODY) + bytes(8), "gzip"),
        (BODY, "identity"),
    ],
    # The time of its making stands in a gzip: it must not stand in the test's name.
    ids=["gzip", "deflate", "two members", "padded", "plain"],
)
def test_a_compressed_body_is_what_was_compressed(send, body, encoding):
    status, answer = send(body, encoding)
    assert (status, answer["items"][0]["externalId"]) == (201, "a")


@pytest.mark.parametrize("cut", [1, 4, 8, 12])
def test_a_body_that_ends_too_early_is_refused(fake, send, cut):
    message = "The body is not gzip: it ends too early"
    assert send(gzip.compress(BODY)[:-cut]) == (400, {"error": {"code": 400, "message": message}})
    assert fake.is_empty


def test_what_follows_a_compressed_body_must_be_one(send):
    assert send(gzip.compress(BODY) + b"more")[0] == 400


def test_all_members_together_have_a_limit(send, monkeypatch):
    monkeypatch.setattr(dispatch, "LARGEST_BODY", 100)
    large = gzip.compress(bytes(60))
    assert send(large + large) == (413, {"error": {"code": 413, "message": "The body is too large."}})
