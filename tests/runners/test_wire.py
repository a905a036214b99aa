from __future__ import annotations

import os

import pytest

from fn_emulator.harness.frame import ChannelError, read_frame, write_frame
from fn_emulator.runners.wire import Wire


@pytest.fixture
def ends():
    """A wire, and the descriptors of the other side: where it reads, and where it writes."""
    read, theirs_out = os.pipe()
    theirs_in, write = os.pipe()
    wire = Wire(read, write)
    others = {"in": theirs_in, "out": theirs_out}
    yield wire, others
    wire.close()
    for descriptor in others.values():
        os.close(descriptor)


def test_a_request_that_nobody_reads_does_not_block(ends):
    wire, others = ends
    body = os.urandom(10_000_000)
    wire.send({"op": "call"}, body)
    assert wire.is_waiting
    os.set_blocking(others["in"], False)
    received = bytearray()
    while wire.is_waiting:
        received += os.read(others["in"], 1 << 20)
        wire.flush()
    os.set_blocking(others["in"], True)
    received += os.read(others["in"], 1 << 20)
    assert received.endswith(body[-100:])
    assert len(received) > len(body)


def test_frames_arrive_as_they_were_sent(ends):
    wire, others = ends
    wire.send({"n": 1}, b"a")
    wire.send({"n": 2})
    assert [read_frame(others["in"]), read_frame(others["in"])] == [({"n": 1}, b"a"), ({"n": 2}, b"")]
    write_frame(others["out"], {"n": 3}, b"c")
    assert list(wire.receive()) == [({"n": 3}, b"c")]
    assert list(wire.receive()) == []
    assert not wire.is_closed


def test_the_end_of_the_other_side_is_told_after_what_it_said(ends):
    wire, others = ends
    write_frame(others["out"], {"n": 1})
    os.close(others.pop("out"))
    assert list(wire.receive()) == [({"n": 1}, b"")]
    assert wire.is_closed


def test_a_frame_without_its_end_is_none(ends):
    wire, others = ends
    os.write(others["out"], b"\0\0\0\x09\0\0\0\0{")
    os.close(others.pop("out"))
    assert (list(wire.receive()), wire.is_closed) == ([], True)


def test_what_is_sent_to_nobody_is_dropped(ends):
    wire, others = ends
    os.close(others.pop("in"))
    wire.send({"n": 1}, b"x" * 1_000_000)
    assert not wire.is_waiting


def test_what_is_no_frame_is_an_error(ends):
    wire, others = ends
    os.write(others["out"], b"printed by somebody")
    with pytest.raises(ChannelError):
        list(wire.receive())


def test_closing_twice_is_closing(ends):
    wire, _ = ends
    wire.close()
    wire.close()
    assert (wire.read_fd, wire.write_fd, wire.is_closed) == (-1, -1, True)
