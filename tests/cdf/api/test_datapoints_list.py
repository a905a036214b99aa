"""Points read through the real client, and past it."""

from __future__ import annotations

import itertools

import pytest

from fn_emulator.cdf.datapoints.messages import InsertionItem, decode_list_response, encode_insertion_request
from fn_emulator.cdf.datapoints.points import Points

classes = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions", reason="cognite-sdk is not installed")

T0 = 1_600_000_000_000
UNCERTAIN, BAD = 0x40000000, 0x80000000


@pytest.fixture
def series(client):
    """``series(name, points, **fields)``: a time series with points."""

    def make(name, points, **fields):
        client.time_series.create(classes.TimeSeriesWrite(external_id=name, **fields))
        if points:
            client.time_series.data.insert(points, external_id=name)

    return make


@pytest.fixture
def fill(fake, client):
    """``fill({name: [(timestamp, value)]})``: new series with many points, without the client's costs of writing."""

    def write(series):
        client.time_series.create([classes.TimeSeriesWrite(external_id=name) for name in series])
        url = f"{fake.base_url}/api/v1/projects/{fake.project}/timeseries/data"
        for name, points in series.items():
            for start in range(0, len(points), 100_000):
                times, values = zip(*points[start : start + 100_000], strict=True)
                item = InsertionItem({"externalId": name}, "numeric", Points([*times], [*values], {}))
                headers = {"content-type": "application/protobuf"}
                assert fake.handle("POST", url, headers, encode_insertion_request([item]), now_ms=1)[0] == 200

    return write


@pytest.fixture
def ask(series, post):
    """``ask(**item)``: what ``list`` answers about the series ``a`` with points at 10, 20 ... 50."""
    series("a", [(n, n / 10) for n in range(10, 60, 10)])

    def send(**item):
        status, answer = post("/timeseries/data/list", {"items": [{"externalId": "a", "end": 1000, **item}]})
        return answer["items"][0] if status == 200 else answer["error"]["message"]

    return send


def times(item):
    return [point["timestamp"] for point in item["datapoints"]]


def pairs(found):
    return [*zip(found.timestamp, found.value, strict=True)]


def test_end_is_not_included(client, series):
    series("a", [(n, n) for n in range(5)])
    assert pairs(client.time_series.data.retrieve(external_id="a", start=1, end=3)) == [(1, 1), (2, 2)]


def test_what_is_asked_of_the_series_itself_is_told(client, series):
    series("a", [(1, 1)], unit="bar", unit_external_id="pressure:bar", is_step=True)
    found = client.time_series.data.retrieve(external_id="a", start=0)
    assert (found.unit, found.unit_external_id, found.is_step, found.is_string) == ("bar", "pressure:bar", True, False)


@pytest.mark.parametrize("is_string", [True, False])
def test_series_without_points_is_empty(client, series, is_string):
    series("a", [], is_string=is_string)
    found = client.time_series.data.retrieve(external_id="a", start=0)
    assert (len(found), found.is_string) == (0, is_string)
    assert len(client.time_series.data.retrieve_arrays(external_id="a", start=0).value) == 0


def test_series_that_is_not_there(client, series):
    series("a", [(1, 1)])
    assert client.time_series.data.retrieve(external_id="x", ignore_unknown_ids=True) is None
    found = client.time_series.data.retrieve(external_id=["a", "x"], start=0, ignore_unknown_ids=True)
    assert [one.external_id for one in found] == ["a"]
    with pytest.raises(exceptions.CogniteNotFoundError):
        client.time_series.data.retrieve(external_id="x")


@pytest.mark.parametrize("method", ["retrieve", "retrieve_arrays"])
@pytest.mark.parametrize("limit", [None, 100_000, 100_001, 300_000])
def test_many_points_are_read_each_once(client, fill, method, limit):
    fill({"a": [(T0 + n * 1000, n) for n in range(250_000)]})
    found = getattr(client.time_series.data, method)(external_id="a", start=T0, end=T0 + 10**9, limit=limit)
    assert [*found.value] == [*range(min(limit or 250_000, 250_000))]


def test_points_that_lie_in_heaps_are_read_each_once(client, fill):
    heaps = [T0 + heap * 10**9 + n for heap in range(5) for n in range(30_000)]
    fill({"a": [(time, n) for n, time in enumerate(heaps)]})
    found = client.time_series.data.retrieve(external_id="a", start=0, end=T0 + 10**10)
    assert found.timestamp == heaps


@pytest.mark.parametrize("method", ["retrieve", "retrieve_arrays"])
def test_two_hundred_series_are_read_at_once(client, fill, method):
    sizes = {str(n): 10 + 10 * n for n in range(200)}
    fill({name: [(T0 + n * 1000, n) for n in range(size)] for name, size in sizes.items()})
    found = getattr(client.time_series.data, method)(external_id=[*sizes], start=T0, end=T0 + 10**8)
    assert {one.external_id: [*one.value] for one in found} == {name: [*range(n)] for name, n in sizes.items()}


def test_points_and_aggregates_and_texts_are_asked_for_together(client, series):
    series("a", [(T0 + n * 1000, n) for n in range(10)])
    series("s", [(T0, "x")], is_string=True)
    query = classes.DatapointsQuery
    found = client.time_series.data.retrieve(
        external_id=["s", query(external_id="a"), query(external_id="a", aggregates="count", granularity="1h")],
        start=T0,
        end=T0 + 10_000,
    )
    assert ([*found[0].value], len(found[1]), sum(found[2].count)) == (["x"], 10, 10)


def test_data_frame_has_a_column_for_each_series(client, series):
    series("a", [(1000, 1.0), (2000, 2.0)])
    series("b", [(2000, 5.0)])
    frame = client.time_series.data.retrieve_dataframe(external_id=["a", "b"], start=0, end=5000)
    assert frame.shape == (2, 2)
    assert [*frame.iloc[1]] == [2.0, 5.0]


@pytest.mark.filterwarnings("ignore")
def test_data_frame_of_local_days(client, series):
    if not hasattr(client.time_series.data, "retrieve_dataframe_in_tz"):
        pytest.skip("retrieve_dataframe_in_tz is gone in cognite-sdk 8")
    from datetime import datetime
    from zoneinfo import ZoneInfo

    oslo = ZoneInfo("Europe/Oslo")
    first = int(datetime(2023, 3, 25, tzinfo=oslo).timestamp() * 1000)
    series("a", [(first + hour * 3_600_000, 1) for hour in range(24 * 5)])
    frame = client.time_series.data.retrieve_dataframe_in_tz(
        external_id="a",
        start=datetime(2023, 3, 25, tzinfo=oslo),
        end=datetime(2023, 3, 27, 12, tzinfo=oslo),  # the client rounds it up to the next midnight
        aggregates="count",
        granularity="1day",
    )
    assert [*frame.iloc[:, 0]] == [24, 23, 24]


def test_local_days_have_their_own_lengths(client, series):
    from datetime import datetime
    from zoneinfo import ZoneInfo

    oslo = ZoneInfo("Europe/Oslo")
    first = int(datetime(2023, 3, 25, tzinfo=oslo).timestamp() * 1000)
    series("a", [(first + hour * 3_600_000, 1) for hour in range(24 * 5)])
    found = client.time_series.data.retrieve(
        external_id="a", start=first, end=first + 71 * 3_600_000, aggregates="count", granularity="1d", timezone=oslo
    )
    assert found.count == [24, 23, 24]


@pytest.mark.parametrize(
    ("granularity", "zone"), [("1mo", None), ("1h", "Europe/Oslo"), ("90m", "+05:45"), ("7s", None)]
)
def test_aggregates_are_the_same_over_pages(client, series, ask, granularity, zone):
    client.time_series.data.insert([(T0 + n * 20_000_000, n) for n in range(600)], external_id="a")
    asked = {"start": T0 + 345, "end": T0 + 10**11, "aggregates": ["count", "sum"], "granularity": granularity}
    asked = asked if zone is None else {**asked, "timeZone": zone}
    whole = ask(**asked, limit=10_000)["datapoints"]
    rows, page = [], {"nextCursor": None}
    while "nextCursor" in page:
        page = ask(**asked, limit=7, cursor=page["nextCursor"])
        rows += page["datapoints"]
    assert rows == whole
    assert sum(row["count"] for row in rows) == 600  # the start is rounded down, to the unit


def test_fifty_thousand_aggregates_are_read(client, fill):
    fill({"a": [(T0 + n * 1000, n) for n in range(50_000)]})
    found = client.time_series.data.retrieve_arrays(
        external_id="a", start=T0, end=T0 + 50_000_000, aggregates=["max", "count"], granularity="1s"
    )
    assert [*found.max] == [*range(50_000)]
    assert sum(found.count) == 50_000


def test_aggregates_of_texts_are_refused(client, series):
    series("s", [(1, "x")], is_string=True)
    with pytest.raises(exceptions.CogniteAPIError) as caught:
        client.time_series.data.retrieve(external_id="s", start=0, aggregates="count", granularity="1d")
    assert caught.value.message == "Aggregates are not supported for string time series"


def test_outside_points_come_on_top(client, series):
    series("a", [(n, n) for n in range(0, 100, 10)])
    read = client.time_series.data.retrieve
    found = read(external_id="a", start=25, end=55, include_outside_points=True)
    assert found.timestamp == [20, 30, 40, 50, 60]


def test_statuses_are_shown_when_asked_for(client, series):
    series("a", [(1, 1.0), (2, 2.0, UNCERTAIN), (3, None, BAD)])
    found = client.time_series.data.retrieve(external_id="a", start=0, include_status=True, ignore_bad_datapoints=False)
    assert found.value == [1.0, 2.0, None]
    assert (found.status_code, found.status_symbol) == ([0, UNCERTAIN, BAD], ["Good", "Uncertain", "Bad"])


def test_bad_texts_have_no_value(client, series):
    series("s", [(1, "x"), (2, None, BAD)], is_string=True)
    assert client.time_series.data.retrieve(external_id="s", start=0, ignore_bad_datapoints=False).value == ["x", None]


def test_relative_times_are_those_of_the_requests_clock(fake, client, series, post):
    now = 1_700_000_000_000  # of ``post``
    series("a", [(now - 2 * 3_600_000, 1), (now - 60_000, 2), (now, 3)])
    _, answer = post("/timeseries/data/list", {"items": [{"externalId": "a"}], "start": "1h-ago"})
    assert times(answer["items"][0]) == [now - 60_000]


def test_series_is_read_in_chunks(client, series):
    if not callable(client.time_series.data):
        pytest.skip("this cognite-sdk cannot iterate over datapoints yet")
    series("a", [(T0 + n, n) for n in range(2500)])
    query = classes.DatapointsQuery(external_id="a", start=T0, end=T0 + 5000)
    chunks = client.time_series.data(query, chunk_size_datapoints=1000, return_arrays=False)
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 500]


def test_number_first_and_latest_point_of_a_series(client, series):
    series("a", [(10, 1.0), (20, 2.0)])
    held = client.time_series.retrieve(external_id="a")
    assert (held.count(), held.first().value) == (2, 1.0)


def test_unit_is_converted(client, series):
    series("a", [(1, -40.0), (2, 10.0), (3, 1.0)], unit_external_id="temperature:deg_c")
    read = client.time_series.data.retrieve
    found = read(external_id="a", start=0, target_unit="temperature:deg_f")
    assert (found.value, found.unit_external_id) == ([-40.0, 50.0, 33.8], "temperature:deg_f")
    assert read(external_id="a", start=0, target_unit_system="SI").value == [233.15, 283.15, 274.15]
    assert read(external_id="a", start=0, target_unit_system="Default").value == [-40.0, 10.0, 1.0]
    asked = {"aggregates": ["max", "totalVariation"], "granularity": "1h", "target_unit_system": "Imperial"}
    found = read(external_id="a", start=0, end=3_600_000, **asked)
    assert (found.max, found.total_variation) == ([50.0], [pytest.approx(106.2)])


@pytest.mark.parametrize(
    ("unit", "asked", "message"),
    [
        (None, {"targetUnit": "pressure:bar"}, "no unitExternalId to convert from"),
        ("pressure:bar", {"targetUnit": "length:m"}, "Cannot convert between units of different quantities"),
        ("luck:lots", {"targetUnit": "luck:little"}, "knows a part of the platform's unit catalogue only"),
        ("luck:lots", {"targetUnitSystem": "SI"}, "knows a part of the platform's unit catalogue only"),
        ("pressure:bar", {"targetUnitSystem": "Roman"}, "Unit system 'Roman' is none of Default, SI, Imperial."),
        ("pressure:bar", {"targetUnitSystem": "SI", "targetUnit": "pressure:pa"}, "not both"),
    ],
)
@pytest.mark.parametrize("path", ["list", "latest"])
def test_unit_that_cannot_be_had_is_a_400(series, post, path, unit, asked, message):
    series("a", [(1, 1.0)], unit_external_id=unit)
    status, answer = post(f"/timeseries/data/{path}", {"items": [{"externalId": "a", **asked}]})
    assert status == 400
    assert message in answer["error"]["message"]


def test_json_is_answered_to_whoever_does_not_accept_protobuf(ask):
    item = ask(limit=2)
    cursor = item.pop("nextCursor")
    assert item.pop("id")
    assert item == {
        "externalId": "a",
        "isString": False,
        "isStep": False,
        "type": "numeric",
        "datapoints": [{"timestamp": 10, "value": 1.0}, {"timestamp": 20, "value": 2.0}],
    }
    assert times(ask(limit=2, cursor=cursor)) == [30, 40]


def test_json_has_no_number_for_what_is_not_finite(client, ask, post):
    bad = {"symbol": "Bad"}
    rows = [{"timestamp": 11, "value": "NaN", "status": bad}, {"timestamp": 12, "value": "-Infinity", "status": bad}]
    assert (
        post(
            "/timeseries/data",
            {"items": [{"externalId": "a", "datapoints": [*rows, {"timestamp": 13, "status": bad}]}]},
        )[0]
        == 200
    )
    item = ask(start=11, end=14, ignoreBadDataPoints=False, includeStatus=True)
    full = {"code": BAD, "symbol": "Bad"}
    assert item["datapoints"] == [
        {"timestamp": 11, "value": "NaN", "status": full},
        {"timestamp": 12, "value": "-Infinity", "status": full},
        {"timestamp": 13, "status": full},
    ]


def test_cursor_goes_with_another_end(ask):
    cursor = ask(limit=2)["nextCursor"]
    assert times(ask(start=21, end=31, limit=2, cursor=cursor)) == [30]


def test_no_points_and_no_cursor_with_the_limit_0(ask):
    item = ask(limit=0)
    assert (item["datapoints"], "nextCursor" in item) == ([], False)
    assert times(ask(start=25, end=35, limit=0, includeOutsidePoints=True)) == [20, 40]


def test_empty_answer_tells_the_type(fake, series):
    import json

    series("s", [], is_string=True)
    url = f"{fake.base_url}/api/v1/projects/{fake.project}/timeseries/data/list"
    body = json.dumps({"items": [{"externalId": "s"}]}).encode()
    status, headers, answer = fake.handle("POST", url, {"accept": "application/protobuf"}, body, now_ms=1)
    assert (status, headers["content-type"]) == (200, "application/protobuf")
    assert [item.kind for item in decode_list_response(answer)] == ["string"]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"start": 7, "end": 7}, "items[0]: start 7 must be before end 7."),
        ({"limit": 100_001}, "items[0].limit must be between 0 and 100000, it is 100001."),
        (
            {"limit": 10_001, "aggregates": ["max"], "granularity": "1h"},
            "items[0].limit must be between 0 and 10000, it is 10001.",
        ),
        ({"aggregates": ["max"]}, "items[0].granularity is missing, which aggregates need."),
        (
            {"aggregates": ["max"], "granularity": "1w"},
            "items[0]: Granularity '1w' is none of 's', 'm', 'h', 'd' and 'mo' with a whole number before it, "
            "as in '15m'.",
        ),
        (
            {"aggregates": ["max"], "granularity": "1h", "includeOutsidePoints": True},
            "items[0]: includeOutsidePoints is not for aggregates.",
        ),
        ({"includeOutsidePoints": True, "cursor": "x"}, "items[0]: includeOutsidePoints does not go with a cursor."),
        ({"cursor": "x"}, "Invalid cursor: 'x'"),
        ({"begin": 7}, "Unexpected field - items[0].begin"),
        ({"start": "yesterday"}, None),
        ({"start": 1.5}, None),
        ({"start": []}, None),
        ({"end": -(10**15)}, None),
        ({"aggregates": "max"}, "items[0].aggregates must be an array, it is a string."),
        ({"aggregates": [["max"]], "granularity": "1h"}, "items[0].aggregates[0] must be a string, it is an array."),
        ({"aggregates": ["middle"], "granularity": "1h"}, None),
        ({"aggregates": ["max"], "granularity": "1h", "timeZone": "Mars"}, None),
        ({"aggregates": ["max"], "granularity": "1h", "timeZone": "Asia/Kolkata", "start": -2208988800000}, None),
        ({"limit": "10"}, "items[0].limit must be an integer, it is a string."),
        ({"includeStatus": 1}, "items[0].includeStatus must be a boolean, it is a number."),
    ],
)
def test_malformed_queries_are_a_400(ask, item, message):
    answer = ask(**item)
    assert isinstance(answer, str)
    assert message is None or answer == message


@pytest.mark.parametrize("position", ["x", [1], [1, "x"], [True, 1], [[], {}], [10**30, 1]])
def test_forged_cursors_are_a_400(ask, position):
    from fn_emulator.cdf.api.paging import make_cursor

    id_ = ask()["id"]
    assert "Invalid cursor" in ask(cursor=make_cursor(position, [id_, [], None, "None"]))


def test_limits_count_together(ask, post):
    items = [{"externalId": "a", "end": 100, "limit": 60_000}] * 2
    status, answer = post("/timeseries/data/list", {"items": items})
    assert status == 400
    assert answer["error"]["message"] == (
        "The limits of all items must not exceed 100000 datapoints together, they are 120000."
    )


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [1]}, {"items": [{}]}, {"items": [{"id": 1}] * 101}, []])
def test_malformed_lists_are_a_400(post, body):
    assert post("/timeseries/data/list", body)[0] == 400


@pytest.mark.parametrize(
    "name", ["start", "limit", "aggregates", "granularity", "ignoreUnknownIds", "timeZone", "extra"]
)
@pytest.mark.parametrize("value", [[1], {}, 1.5])
def test_malformed_defaults_are_a_400(ask, post, name, value):
    assert post("/timeseries/data/list", {"items": [{"externalId": "a"}], name: value})[0] == 400


@pytest.mark.parametrize(("parts", "limit"), [*itertools.product([1, 2, 5], [1, 3, 100])])
def test_pages_show_every_point_once(ask, parts, limit):
    found = []
    for part in range(parts):
        page = {"nextCursor": None}
        while "nextCursor" in page:
            edges = {"start": 10 + part * 50 // parts, "end": 10 + (part + 1) * 50 // parts}
            page = ask(**edges, limit=limit, cursor=page["nextCursor"])
            found += times(page)
    assert found == [10, 20, 30, 40, 50]
