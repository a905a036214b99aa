from __future__ import annotations

import json
import os
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.harness.frame import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    ChannelError,
    Frames,
    packed,
    read_frame,
    write_frame,
)

HEADERS = st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=20), max_size=4)
FRAMES = st.lists(st.tuples(HEADERS, st.binary(max_size=200)), max_size=8)


@given(frames=FRAMES, cuts=st.lists(st.integers(0, 3000), max_size=20))
def test_frames_that_are_cut_anywhere_are_the_same_frames(frames, cuts):
    data = b"".join(packed(header, body) + body for header, body in frames)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    reader = Frames()
    read = [frame for start, end in pairwise(places) for frame in reader.add(data[start:end])]
    assert read == frames


@given(data=st.binary(max_size=100))
def test_what_is_no_frame_is_refused_or_waited_for(data):
    try:
        for header, body in Frames().add(data):
            assert isinstance(header, dict)
            assert isinstance(body, bytes)
    except ChannelError:
        pass


NO_FRAMES = {
    "too large a header": (
        struct.pack(">II", MAX_HEADER_BYTES + 1, 0),
        f"A message of {MAX_HEADER_BYTES + 1} and 0 bytes is none of ours.",
    ),
    "too large a body": (
        struct.pack(">II", 2, MAX_BODY_BYTES + 1),
        f"A message of 2 and {MAX_BODY_BYTES + 1} bytes is none of ours.",
    ),
    "no JSON": (struct.pack(">II", 3, 0) + b"abc", "A message begins with an object."),
    "no text": (struct.pack(">II", 1, 0) + b"\xff", "A message begins with an object."),
    "no object": (struct.pack(">II", 2, 0) + b"[]", "A message begins with an object."),
    "nothing": (bytes(8), "A message begins with an object."),
}


@pytest.mark.parametrize("name", NO_FRAMES)
def test_what_is_no_frame_is_an_error_in_both_ways_to_read(name):
    data, message = NO_FRAMES[name]
    with pytest.raises(ChannelError) as error:
        list(Frames().add(data))
    assert str(error.value) == message
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    with pytest.raises(ChannelError) as error:
        read_frame(read)
    os.close(read)
    assert str(error.value) == message


def test_a_header_that_is_too_large_is_not_sent():
    with pytest.raises(ChannelError) as error:
        packed({"a": "x" * MAX_HEADER_BYTES})
    size = len(json.dumps({"a": "x" * MAX_HEADER_BYTES}))
    assert str(error.value) == f"The header of a message has {size} bytes; the limit is {MAX_HEADER_BYTES}."


@pytest.mark.parametrize("sent", [0, 3, 8, 12, 20])
def test_an_end_anywhere_in_a_frame_is_the_end(sent):
    read, write = os.pipe()
    frame = packed({"op": "x"}, b"body") + b"body"
    assert sent < len(frame)
    os.write(write, frame[:sent])
    os.close(write)
    assert read_frame(read) is None
    os.close(read)


def test_a_frame_goes_through_a_pipe_whole():
    read, write = os.pipe()
    write_frame(write, {"n": 1}, b"\0\xff")
    assert read_frame(read) == ({"n": 1}, b"\0\xff")
    os.close(read)
    with pytest.raises(BrokenPipeError):
        write_frame(write, {"n": 2})
    os.close(write)
