import pytest

from fn_emulator.cdf.cassette.bodies import kept_body, kept_query, wire_body
from fn_emulator.cdf.cassette.difference import first_difference
from fn_emulator.cdf.cassette.model import Cassette, read_cassette, write_cassette
from fn_emulator.errors import RecordingError

HEAD = '"recorded_at": "2026-03-29T10:00:00Z", "project": "p", "base_url": "https://x"'


def test_a_cassette_is_read_as_it_was_written(tmp_path):
    exchange = {"request": {"method": "GET", "path": "/é"}, "response": {"status": 200, "text": "\ud800"}, "ms": 1.5}
    cassette = Cassette("2026-03-29T10:00:00Z", "p", "https://x", None, (exchange,))
    write_cassette(str(tmp_path / "c.json"), cassette)
    assert read_cassette(str(tmp_path / "c.json")) == cassette


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "it is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))"),
        ("[]", "it has no schema"),
        ('{"schema": 2}', "its schema is 2, and 1 is known"),
        ('{"schema": 1}', "recorded_at is None, not a text"),
        (f'{{"schema": 1, {HEAD}}}', "exchanges is no list"),
        (f'{{"schema": 1, {HEAD}, "exchanges": [1]}}', "exchanges[0].request has no method and path"),
        (
            f'{{"schema": 1, {HEAD}, "exchanges": [{{"request": {{"method": "GET", "path": "/"}}}}]}}',
            "exchanges[0].response has no status",
        ),
    ],
)
def test_a_broken_cassette_is_refused_with_the_place(tmp_path, text, problem):
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        read_cassette(str(path))
    assert str(caught.value) == f"{path} is not a cassette: {problem}.\nHint: record it again with --client record"


def test_a_cassette_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RecordingError) as caught:
        read_cassette(str(tmp_path / "c.json"))
    assert caught.value.message == f"The cassette {tmp_path / 'c.json'} cannot be read: No such file or directory."


def test_a_cassette_is_not_written_into_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RecordingError, match=r"no/c\.json cannot be written: No such file or directory"):
        write_cassette(str(tmp_path / "no" / "c.json"), Cassette("", "p", "u", None, ()))


@pytest.mark.parametrize("body", [b"", b"[1]", b"a,b\n1,2\n", b"\xff\x00", b"\n\x05\x12\x03abc"])
def test_a_body_comes_back_as_it_was(body):
    assert wire_body(kept_body(body, lambda value: value)) == body


def test_bytes_that_hold_a_secret_are_not_kept():
    assert kept_body(b"\xffs3cret", lambda text: text.replace("s3cret", "***")) == {"text": "***"}


def test_signatures_of_addresses_are_not_kept():
    assert kept_query("sig=abc&limit=1&X-Goog-Signature=d", lambda value: value) == {
        "X-Goog-Signature": "***",
        "limit": "1",
        "sig": "***",
    }


@pytest.mark.parametrize(
    ("recorded", "sent", "found"),
    [
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "at $.a[1].b: recorded 2, sent 3"),
        ({"a": 1}, {}, "at $.a: recorded 1, not sent"),
        ({}, {"a": 1}, "at $.a: not recorded, sent 1"),
        ([1], [1, 2], "at $: recorded 1 members, sent 2"),
        (1, True, "at $: recorded 1, sent true"),
        ("x" * 100, None, f'at $: recorded "{"x" * 76}..., sent null'),
        ({"a": 1}, {"a": 1}, None),
    ],
)
def test_the_first_difference_is_told_with_its_path(recorded, sent, found):
    assert first_difference(recorded, sent) == found
