import pytest

from fn_emulator.cdf.cassette.protection import changes_project
from fn_emulator.cdf.cassette.recorder import PassThrough
from fn_emulator.cdf.traffic.classify import classify

PROJECT = "https://greenfield.cognitedata.com/api/v1/projects/p"


@pytest.mark.filterwarnings("ignore:Given base URL")
@pytest.mark.parametrize("mode", ["record", "live"])
def test_a_write_is_refused_and_never_sent(connect, project, mask, mode):
    from cognite.client.data_classes import EventWrite
    from cognite.client.exceptions import CogniteAPIError

    passed = PassThrough(mask, mode=mode)
    client = connect(passed.exchange)
    with pytest.raises(CogniteAPIError) as caught:
        client.events.create(EventWrite(external_id="a"))
    assert caught.value.code == 403
    assert caught.value.message == (
        f"fn-emulate did not send POST /events: it writes (create events), and --client {mode} only reads. "
        "Allow it with --allow-writes."
    )
    assert project.authorizations == []
    assert [entry.status for entry in passed.journal.since()] == [403]


@pytest.mark.filterwarnings("ignore:Given base URL")
def test_a_live_client_reads_and_keeps_nothing(connect, mask):
    passed = PassThrough(mask, mode="live")
    assert list(connect(passed.exchange).events.list(limit=10)) == []
    assert passed.cassette(recorded_at="", project="", base_url="", sdk=None).exchanges == ()
    assert [entry.operation for entry in passed.journal.since()] == ["list"]


@pytest.mark.parametrize(
    "path",
    [
        *("/events", "/timeseries/data", "/something/new", "/functions/7/call", "/transformations/run"),
        *("/context/diagram/detect", "/context/entitymatching", "/sessions", "/ai/agents/chat"),
    ],
)
def test_what_may_change_a_project_is_held_back(path):
    assert changes_project(classify("POST", PROJECT + path))


@pytest.mark.parametrize("path", ["/events/list", "/timeseries/data/latest", "/models/instances/query"])
def test_what_only_reads_passes(path):
    assert not changes_project(classify("POST", PROJECT + path))
