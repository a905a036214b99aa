"""What a process writes down, and what another one reads of it, at any moment between two writes."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.harness.journal import Journal, JournalReader
from fn_emulator.harness.lines import STREAMS
from fn_emulator.harness.memory_file import memory_file

TEXTS = st.binary(max_size=30)
WRITES = st.lists(st.tuples(st.sampled_from(["python", "raw"]), st.sampled_from(STREAMS), TEXTS), max_size=20)


class Pair:
    """A journal and its reader, as in two processes."""

    def __init__(self):
        self.file = memory_file("journal")
        self.memory = {stream: memory_file(stream) for stream in STREAMS}
        self.journal = Journal(self.file)
        self.reader = JournalReader(self.file, self.memory)

    def write(self, way, stream, data):
        if way == "raw":
            os.write(self.memory[stream], data)
        else:
            self.journal.take_over(self.memory)
            self.journal.write(stream, data)

    def end(self):
        self.journal.end(self.memory)
        self.reader.read(self.journal.size)
        return [(line["stream"], line["message"]) for line in self.reader.end()]

    def close(self):
        for descriptor in (self.file, *self.memory.values()):
            os.close(descriptor)


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.close()


@given(calls=st.lists(WRITES, max_size=4), looks=st.sets(st.integers(0, 60)), anew=st.sets(st.integers(0, 4)))
def test_every_byte_is_in_the_lines_of_its_call(calls, looks, anew):
    pair, number = Pair(), 0
    for order, writes in enumerate(calls):
        if order in anew:
            pair.reader.start_anew()
            pair.journal.start_anew()
        pair.reader.begin(None)
        pair.journal.begin(None)
        for way, stream, data in writes:
            pair.write(way, stream, data)
            number += 1
            if number in looks:
                pair.reader.look()
        lines = pair.end()
        for stream in STREAMS:
            whole = b"".join(data for _, written_to, data in writes if written_to == stream)
            expected = whole.split(b"\n")[: None if whole and not whole.endswith(b"\n") else -1]
            assert [m for s, m in lines if s == stream] == [
                e.rstrip(b"\r").decode("utf-8", "replace") for e in expected
            ]
    pair.close()


def test_python_and_what_goes_past_it_keep_their_order(pair):
    pair.journal.begin(None)
    for way, stream, data in (("raw", "stdout", b"1\n"), ("python", "stderr", b"2\n"), ("raw", "stderr", b"3\n")):
        pair.write(way, stream, data)
    assert pair.end() == [("stdout", "1"), ("stderr", "2"), ("stderr", "3")]


def test_a_reader_that_is_late_stops_before_the_next_call(pair):
    pair.journal.begin(None)
    pair.write("python", "stdout", b"first\n")
    pair.journal.end(pair.memory)
    size = pair.journal.size
    pair.journal.begin(None)
    pair.write("python", "stdout", b"second\n")
    pair.write("raw", "stdout", b"third\n")
    pair.reader.look()
    pair.reader.read(size)
    assert [line["message"] for line in pair.reader.end()] == ["first"]
    pair.reader.begin(None)
    assert pair.end() == [("stdout", "second"), ("stdout", "third")]


def test_a_record_that_is_not_whole_is_waited_for(pair):
    pair.journal.begin(None)
    size = pair.journal.size
    pair.write("python", "stdout", b"whole\n")
    pair.reader.read(size + 5)
    pair.reader.read()
    assert pair.end() == [("stdout", "whole")]


def test_stages_and_the_profile_are_told(pair):
    pair.journal.begin(None)
    assert pair.reader.stage is None
    for stage in ("import", "call"):
        pair.journal.stage(stage)
    pair.journal.profile({"peak_mb": 1.5})
    pair.reader.read()
    assert (pair.reader.stage, pair.reader.profile) == ("call", {"peak_mb": 1.5})
    assert pair.reader.began > 0


@given(data=st.binary(max_size=60))
def test_what_somebody_else_writes_there_breaks_nothing(data):
    pair = Pair()
    os.write(pair.file, data)
    pair.reader.look()
    pair.reader.end()
    pair.close()


@pytest.mark.parametrize("kind", range(1, 12))
@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff" * 9, b"{"], ids=["nothing", "one byte", "nine bytes", "brace"])
def test_records_of_somebody_else_break_nothing(pair, kind, data):
    os.write(pair.file, struct.pack("=BdI", kind, 1.0, len(data)) + data)
    pair.reader.read()
    assert len(pair.reader.end()) <= 1


def test_an_instant_is_the_one_of_the_write(pair):
    pair.journal.begin(None)
    pair.write("python", "stdout", b"a\n")
    (line,) = (pair.reader.read(), pair.reader.end())[1]
    assert 1e9 < line["time"] < 1e11
