"""The in-memory CDF, and the real client of whichever SDK is installed, talking to it."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.fake import FakeCdf


@pytest.fixture
def fake():
    """An empty CDF."""
    cdf = FakeCdf()
    yield cdf
    cdf.close()


@pytest.fixture
def client(fake):
    """A real ``CogniteClient`` whose requests the empty CDF answers."""
    pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
    return fake.client
