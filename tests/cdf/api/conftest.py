"""Requests that no client would send."""

from __future__ import annotations

import json

import pytest

from tests.cdf.api.modeling_plant import SEED


@pytest.fixture
def post(fake):
    """``post("/assets", body, method) -> (status, answer)``, past every check of a client."""

    def send(path, body=None, method="POST"):
        url = f"{fake.base_url}/api/v1/projects/{fake.project}{path}"
        status, _, answer = fake.handle(method, url, {}, json.dumps(body).encode(), now_ms=1_700_000_000_000)
        return status, json.loads(answer)

    return send


@pytest.fixture
def plant(fake, client):
    """A client of a CDF with the schema of ``modeling_plant`` and nothing in it."""
    fake.seed(SEED)
    return client.data_modeling
