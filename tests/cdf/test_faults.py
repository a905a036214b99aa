"""Faults on the n-th request, as the real client meets them."""

from __future__ import annotations

import pytest

from fn_emulator.cdf import faults
from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.faults import Fault, Faults, parse_fault
from fn_emulator.errors import SettingsError

HOST = "https://greenfield.cognitedata.com/api/v1/projects/p"


class FaultyCdf(FakeCdf):
    """An in-memory CDF whose requests faults strike; ``asked`` has the path of each request."""

    def __init__(self, *texts):
        super().__init__()
        self.faults = Faults(map(parse_fault, texts))
        self.asked = []

    def exchange(self, sent, rules=None):
        self.asked.append(sent["url"].split("?")[0].partition("/projects/")[2].partition("/")[2])
        fault = self.faults.next(sent["method"], sent["url"])
        if fault is None:
            return super().exchange(sent)
        return faults.exchange(fault, sent, lambda again: tuple(super(FaultyCdf, self).exchange(again).values()))


@pytest.fixture
def cdf(monkeypatch):
    """Makes a CDF with faults; the client's waits between retries are cut to nothing."""
    config = pytest.importorskip("cognite.client", reason="cognite-sdk is not installed").global_config
    monkeypatch.setattr(config, "max_retry_backoff", 0)
    made = []

    def make(*texts):
        made.append(FaultyCdf(*texts))
        return made[-1]

    yield make
    for one in made:
        one.close()


def create(client, *names):
    from cognite.client.data_classes import EventWrite

    return client.events.create([EventWrite(external_id=name) for name in names])


@pytest.mark.parametrize("kind", ["429", "502", "503", "504", "timeout"])
def test_a_list_is_asked_for_again(cdf, kind):
    fake = cdf(f"{kind}@1")
    assert (list(fake.client.events.list()), fake.asked) == ([], ["events/list", "events/list"])


def test_a_reset_connection_is_tried_again(cdf):
    fake = cdf("reset@1")
    fake.client.events.list()
    assert fake.asked == ["events/list", "events/list"]


def test_500_is_raised(cdf):
    from cognite.client.exceptions import CogniteAPIError

    with pytest.raises(CogniteAPIError) as caught:
        cdf("500@1").client.events.list()
    assert (caught.value.code, caught.value.message) == (500, "Internal server error")


def test_creation_is_tried_again_where_503_says_that_it_is_safe(cdf):
    fake = cdf("503@1 POST /events")
    create(fake.client, "a")
    assert len(fake.client.events.list()) == 1


def test_creation_whose_answer_was_lost_is_not_tried_again(cdf):
    from cognite.client.exceptions import CogniteAPIError

    fake = cdf("503-after@1 POST /events")
    with pytest.raises(CogniteAPIError):
        create(fake.client, "a")
    assert fake.client.events.retrieve(external_id="a") is not None


def test_creation_before_which_the_connection_timed_out_stored_nothing(cdf):
    from cognite.client.exceptions import CogniteReadTimeout

    fake = cdf("timeout@1 POST /events")
    with pytest.raises(CogniteReadTimeout):
        create(fake.client, "a")
    assert fake.client.events.list() == []


def test_the_third_request_alone_is_struck(cdf):
    fake = cdf("500@3")
    fake.client.events.list()
    fake.client.events.list()
    with pytest.raises(Exception, match="Internal server error"):
        fake.client.events.list()
    assert fake.client.events.list() == []


def test_more_faults_than_retries_are_raised(cdf):
    fake = cdf("429@1x100 /events")
    with pytest.raises(Exception, match="Too many requests"):
        fake.client.events.list()


def test_partial_page_is_followed_to_the_end(cdf):
    fake = cdf("partial@1 /events/list")
    create(fake.client, *"abcde")
    names = [event.external_id for event in fake.client.events.list(limit=None)]
    assert (names, fake.asked.count("events/list")) == ([*"abcde"], 2)


def test_partial_page_of_one_item_is_whole(cdf):
    fake = cdf("partial@1 /events/list")
    create(fake.client, "a")
    assert len(fake.client.events.list()) == 1


def test_partial_strikes_no_creation(cdf):
    fake = cdf("partial@1x9")
    create(fake.client, "a", "b", "c")
    assert len(fake.client.events.list(limit=None)) == 3


def test_requests_of_another_path_are_not_counted():
    struck = Faults([parse_fault("503@1 POST /raw")])
    assert struck.next("POST", f"{HOST}/rawer") is None
    assert struck.next("GET", f"{HOST}/raw/dbs") is None
    assert struck.next("POST", f"{HOST}/raw/dbs") == Fault("503", method="POST", path="/raw")


def test_first_of_two_faults_counts_and_both_see_the_request():
    struck = Faults([Fault("429"), Fault("503", at=2)])
    assert [fault and fault.kind for fault in (struck.next("GET", HOST + "/assets") for _ in range(3))] == [
        "429",
        "503",
        None,
    ]


def test_token_inspection_has_a_path_of_its_own():
    url = "https://greenfield.cognitedata.com/api/v1/token/inspect"
    assert Faults([Fault("500", path="/token/inspect")]).next("GET", url) is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("503", Fault("503")),
        ("503@3", Fault("503", at=3)),
        ("429@1x5 POST /raw", Fault("429", times=5, method="POST", path="/raw")),
        ("timeout@2 /assets/list", Fault("timeout", at=2, path="/assets/list")),
        ("reset-after@1 post", Fault("reset", method="POST", is_after=True)),
        ("partial GET", Fault("partial", method="GET")),
    ],
)
def test_text_form(text, fault):
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Fault '' has an unknown kind ''."),
        ("teapot@1", "Fault 'teapot@1' has an unknown kind 'teapot'."),
        ("503@0", "Fault '503@0' has no request number after @: '0'."),
        ("503@2x", "Fault '503@2x' has no request number after @: '2x'."),
        ("503@1 /raw POST", "Fault '503@1 /raw POST' has '/raw POST' where a method and a path belong."),
        (5, "A fault is not a text but of type int."),
        ("partial-after@1", "Fault 'partial-after@1' has a partial page that strikes after the request."),
    ],
)
def test_text_that_is_no_fault(text, message):
    with pytest.raises(SettingsError) as caught:
        parse_fault(text)
    assert caught.value.message == message


def test_unknown_kind_is_answered_with_the_kinds():
    with pytest.raises(SettingsError) as caught:
        parse_fault("418@1")
    assert caught.value.hint == "use one of 429, 500, 502, 503, 504, timeout, reset, partial"
