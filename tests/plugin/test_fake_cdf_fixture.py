from __future__ import annotations

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")
pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("alone")

HANDLER = """
from cognite.client.data_classes import EventWrite
def handle(client, data):
    client.events.create(EventWrite(external_id=data.get("id", "a"), type="alarm"))
    return [event.external_id for event in client.events.list()]
"""


@pytest.fixture
def project(pytester):
    (pytester.path / "fn").mkdir()
    (pytester.path / "fn" / "handler.py").write_text(HANDLER)
    return pytester


def test_a_function_and_its_test_share_one(project):
    project.makepyfile(
        """
        def test_it(load_function, fake_cdf):
            fake_cdf.seed({"events": [{"externalId": "old"}]})
            assert load_function("fn").call().response == ["old", "a"]
            assert fake_cdf.writes("events") == [{"operation": "create", "item": {"externalId": "a", "type": "alarm"}}]
            assert [event.external_id for event in fake_cdf.client.events.list()] == ["old", "a"]
            assert [item["externalId"] for item in fake_cdf.diff()["events"]["created"]] == ["a"]
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_each_test_has_an_empty_one(project):
    project.makepyfile(
        """
        import pytest
        @pytest.mark.parametrize("number", [1, 2])
        def test_it(load_function, number):
            assert load_function("fn").call().response == ["a"]
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=2)


def test_a_seeded_fixture_of_the_users_own_wins(project):
    project.makeconftest(
        """
        import pytest
        @pytest.fixture
        def fake_cdf(fake_cdf):
            return fake_cdf.seed({"events": [{"externalId": "plant"}]})
        """
    )
    project.makepyfile(
        """
        def test_it(load_function):
            assert load_function("fn").call().response == ["plant", "a"]
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_when_the_test_has_ended_the_libraries_are_as_they_were(project):
    project.makepyfile(
        """
        import sys
        def senders():
            requests, libraries = sys.modules.get("requests.adapters"), map(sys.modules.get, ("httpx", "httpx2"))
            own = [] if requests is None else [requests.HTTPAdapter.send]
            return own + [library.AsyncHTTPTransport.handle_async_request for library in libraries if library]
        def test_uses_it(fake_cdf):
            assert fake_cdf.client.events.list() == []
            assert any("fn_emulator" in sender.__module__ for sender in senders())
        def test_it_is_gone():
            assert senders() and not any("fn_emulator" in sender.__module__ for sender in senders())
        """
    )
    project.runpytest_subprocess("-p", "no:randomly", "-W", "error").assert_outcomes(passed=2)
