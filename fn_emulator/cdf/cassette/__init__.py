"""Recordings of a real project: made while a function talks to it, answered from later without one."""

from __future__ import annotations

from fn_emulator.cdf.cassette.model import Cassette, read_cassette, write_cassette
from fn_emulator.cdf.cassette.real_project import real_project, secrets_of
from fn_emulator.cdf.cassette.recorded import Recorded
from fn_emulator.cdf.cassette.recorder import PassThrough

__all__ = ["Cassette", "PassThrough", "Recorded", "read_cassette", "real_project", "secrets_of", "write_cassette"]
