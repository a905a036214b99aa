from fn_emulator.cdf.traffic.effects import effects_of
from fn_emulator.cdf.traffic.journal import Journal
from fn_emulator.cdf.world import Tally
from fn_emulator.observations import Effect

PROJECT = "https://fn-emulator.cognitedata.com/api/v1/projects/fn-emulator"


def entries(*requests):
    """Entries of a journal: (line, path, sent, status, counts), counts as names of a tally."""
    journal = Journal()
    for line, path, sent, status, counts in requests:
        tally = Tally()
        tally.sent, tally.answered = sent, counts.pop("answered", None)
        is_tallied = counts.pop("is_tallied", True)
        for name, count in counts.items():
            setattr(tally, name, count)
        site = None if line is None else ["/zip/handler.py", line]
        request = {"method": "POST", "url": PROJECT + path, "now_ms": 1, "site": site}
        body = b'{"error": {"message": "No."}}'
        journal.record(request, status, body, 0.1, tally, is_tallied=is_tallied)
    return journal.since()


ROWS = "/raw/dbs/d/tables/t/rows"
TWO = {"items": [{"key": "a"}, {"key": "b"}]}


def test_what_one_line_does_to_one_resource_is_one_effect():
    found = effects_of(
        entries((3, ROWS, TWO, 200, {"created": 2}), (3, ROWS, TWO, 200, {"created": 1, "unchanged": 1}))
    )
    assert found == (
        Effect(
            *("cdf", "insert", "raw/rows", 4, True, "/zip/handler.py", 3, "write"),
            requests=2,
            created=3,
            updated=0,
            unchanged=1,
            deleted=0,
        ),
    )


def test_effects_come_in_the_order_of_their_first_requests():
    found = effects_of(
        entries(
            (9, "/assets/list", {}, 200, {"answered": 25}),
            (3, ROWS, TWO, 200, {"created": 2}),
            (9, "/assets/list", {}, 200, {"answered": 5}),
        )
    )
    assert [(effect.operation, effect.target, effect.items, effect.line) for effect in found] == [
        ("list", "assets", 30, 9),
        ("insert", "raw/rows", 2, 3),
    ]


def test_a_series_counts_once_in_however_many_requests():
    point = {"datapoints": [{"timestamp": 1, "value": 1}]}
    body = {"items": [{"externalId": "a", **point}, {"id": 1, **point}]}
    more = {"items": [{"externalId": "a", **point}, {"instanceId": {"space": "s", "externalId": "a"}, **point}]}
    requests = ((3, "/timeseries/data", sent, 200, {"created": 2}) for sent in (body, more))
    (effect,) = effects_of(entries(*requests))
    assert (effect.items, effect.requests, effect.created) == (3, 2, 4)


def test_a_read_changes_nothing():
    (effect,) = effects_of(entries((9, "/assets/list", {}, 200, {"answered": 25})))
    assert (effect.access, effect.changed) == ("read", False)


def test_a_write_that_changes_nothing_says_so():
    (effect,) = effects_of(entries((3, ROWS, TWO, 200, {"unchanged": 2})))
    assert (effect.access, effect.changed, effect.unchanged) == ("write", False, 2)


def test_a_refused_request_counts_no_items_and_gives_its_reason():
    (effect,) = effects_of(entries((3, ROWS, TWO, 400, {}), (3, ROWS, TWO, 200, {"created": 2})))
    assert (effect.items, effect.requests, effect.failed, effect.problem) == (2, 2, 1, "400 No.")


def test_a_write_to_a_real_project_counts_as_a_change_whose_size_is_unknown():
    (effect,) = effects_of(entries((3, ROWS, TWO, 200, {"is_tallied": False})))
    assert (effect.changed, effect.created, effect.items) == (True, None, 2)


def test_tokens_are_no_effects():
    journal = Journal()
    url = "https://login.example.com/t/oauth2/v2.0/token"
    journal.record({"method": "POST", "url": url, "now_ms": 1}, 200, b"{}", 0.1, Tally())
    assert effects_of(journal.since()) == ()


def test_requests_to_other_hosts_are_effects_on_the_network():
    told = {"method": "post", "url": "https://api.mixpanel.com/track", "file": "/zip/handler.py", "line": 4}
    (effect,) = effects_of((), [told, told], shown=lambda file: file.replace("/zip", "fn"))
    assert effect == Effect(
        "network", "POST", "https://api.mixpanel.com/track", file="fn/handler.py", line=4, requests=2
    )


def test_an_effect_without_a_place_of_the_users_has_none():
    (effect,) = effects_of(entries((None, ROWS, TWO, 200, {})), shown=str.upper)
    assert (effect.file, effect.line) == (None, None)
