"""Time series and their datapoints, as functions use them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

data = pytest.importorskip("cognite.client.data_classes", reason="cognite-sdk is not installed")
exceptions = pytest.importorskip("cognite.client.exceptions")
pd = pytest.importorskip("pandas")

pytestmark = pytest.mark.filterwarnings("ignore")  # the SDKs use what pandas 3 deprecates

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
START_MS = int(START.timestamp() * 1000)
HOUR_MS = 3_600_000


@pytest.fixture
def series(client):
    """``flow`` and ``power`` with 48 hours of points, ``state`` with texts; returns the client."""
    client.time_series.create(
        [
            data.TimeSeriesWrite(external_id="flow", name="Flow", unit="m3/h", metadata={"kind": "process"}),
            data.TimeSeriesWrite(external_id="power", name="Power", unit="kW", is_step=True),
            data.TimeSeriesWrite(external_id="state", name="State", is_string=True),
        ]
    )
    moments = [START + timedelta(hours=n) for n in range(48)]
    client.time_series.data.insert_multiple(
        [
            {"externalId": "flow", "datapoints": [(at, float(n)) for n, at in enumerate(moments)]},
            {"externalId": "power", "datapoints": [{"timestamp": at, "value": 2 * n} for n, at in enumerate(moments)]},
            {"externalId": "state", "datapoints": [(at, "on" if n % 2 else "off") for n, at in enumerate(moments)]},
        ]
    )
    return client


def latest_of(found):
    """Time (ms) and value of ``retrieve_latest``: a list of one on SDK 7, one point on later SDK 8."""
    value = found.value[0] if isinstance(found.value, list) else found.value
    at = found.timestamp[0] if isinstance(found.timestamp, list) else found.timestamp
    return (int(at.timestamp() * 1000) if isinstance(at, datetime) else at), value


def columns(frame):
    """A frame's columns as plain names: external id, or external id and aggregate."""
    frame.columns = [
        "|".join(str(part) for part in name if str(part))
        if isinstance(name, tuple)
        else str(getattr(name, "external_id", name))
        for name in frame.columns
    ]
    return frame


def test_frame_of_aggregates(series):
    frame = series.time_series.data.retrieve_dataframe(
        external_id=["flow", "power"],
        start=START,
        end=START + timedelta(days=2),
        aggregates=["average", "max"],
        granularity="1d",
    )
    assert frame.shape == (2, 4)
    assert frame.index[0] == pd.Timestamp("2026-01-01", tz=frame.index.tz)
    assert sorted(frame.iloc[0].tolist()) == [12.0, 23.0, 23.0, 46.0]  # the first is linear from point to point


def test_frame_of_raw_points_with_pandas(series):
    frame = series.time_series.data.retrieve_dataframe(external_id="flow", start=START, end="now", limit=None)
    assert float(frame.resample("1D").mean().iloc[1, 0]) == 35.5
    assert frame.dropna().iloc[-1, 0] == 47.0


def test_uniform_index_fills_the_gaps(series):
    frame = series.time_series.data.retrieve_dataframe(
        external_id="flow",
        start=START,
        end=START + timedelta(days=4),
        aggregates="count",
        granularity="1d",
        uniform_index=True,
    )
    assert len(frame) == 4
    assert frame.iloc[:, 0].isna().tolist() == [False, False, True, True]


def test_days_of_a_time_zone(series):
    if not hasattr(series.time_series.data, "retrieve_dataframe_in_tz"):
        pytest.skip("SDK 8 reads the zone from start and end")
    from zoneinfo import ZoneInfo

    oslo = ZoneInfo("Europe/Oslo")
    frame = series.time_series.data.retrieve_dataframe_in_tz(
        external_id="flow",
        start=datetime(2026, 1, 1, tzinfo=oslo),
        end=datetime(2026, 1, 3, tzinfo=oslo),
        aggregates="sum",
        granularity="1day",
    )
    assert frame.iloc[:2, 0].tolist() == [sum(range(23)), sum(range(23, 47))]


def test_latest_point(series):
    assert latest_of(series.time_series.data.retrieve_latest(external_id="flow")) == (START_MS + 47 * HOUR_MS, 47.0)
    before = series.time_series.data.retrieve_latest(external_id="flow", before=START + timedelta(hours=5))
    assert latest_of(before) == (START_MS + 4 * HOUR_MS, 4.0)
    both = series.time_series.data.retrieve_latest(external_id=["flow", "gone"], ignore_unknown_ids=True)
    assert len(both) == 1


def test_latest_with_its_own_before(series):
    wanted = data.LatestDatapointQuery(external_id="power", before=START + timedelta(hours=2))
    assert latest_of(series.time_series.data.retrieve_latest(external_id=[wanted, "flow"])[0])[1] == 2.0


def test_series_object_knows_its_points(series):
    flow = series.time_series.retrieve(external_id="flow")
    assert flow.count() == 48
    assert (flow.first().value, flow.latest().value) == (0.0, 47.0)


def test_points_of_several_series(series):
    found = series.time_series.data.retrieve(
        external_id=["flow", data.DatapointsQuery(external_id="power", aggregates="max", granularity="12h")],
        start=START,
        end=START + timedelta(days=1),
    )
    assert len(found.get(external_id="flow")) == 24
    assert list(found.get(external_id="power").max) == [22.0, 46.0]


def test_arrays(series):
    found = series.time_series.data.retrieve_arrays(external_id="flow", start=START, end="now")
    assert (found.value.sum(), found.value.dtype.kind) == (sum(range(48)), "f")


def test_texts(series):
    found = series.time_series.data.retrieve(external_id="state", start=START, limit=3)
    assert list(found.value) == ["off", "on", "off"]


def test_unknown_series_is_none(series):
    assert series.time_series.retrieve(external_id="gone") is None
    assert series.time_series.data.retrieve(external_id="gone", start=0, ignore_unknown_ids=True) is None
    with pytest.raises(exceptions.CogniteNotFoundError) as error:
        series.time_series.data.retrieve(external_id="gone", start=0)
    assert [*error.value.not_found[0].values()] == ["gone"]


def test_frame_is_inserted_and_found(series):
    index = pd.date_range("2026-02-01", periods=4, freq="6h")
    series.time_series.data.insert_dataframe(pd.DataFrame({"flow": [1.0, None, 3.0, 4.0]}, index=index))
    found = series.time_series.data.retrieve(external_id="flow", start=datetime(2026, 2, 1, tzinfo=timezone.utc))
    assert list(found.value) == [1.0, 3.0, 4.0]


def test_frame_with_ids_as_columns(series):
    key = series.time_series.retrieve(external_id="flow").id
    frame = pd.DataFrame({key: [5.0]}, index=[pd.Timestamp("2026-03-01")])
    import inspect

    insert = series.time_series.data.insert_dataframe
    options = {"external_id_headers": False} if "external_id_headers" in inspect.signature(insert).parameters else {}
    insert(frame, **options)
    assert latest_of(series.time_series.data.retrieve_latest(id=key))[1] == 5.0


def test_points_written_to_a_missing_series_create_it(client):
    points = [(START, 1.0), (START + timedelta(hours=1), 2.0)]
    try:
        client.time_series.data.insert(points, external_id="new")
    except exceptions.CogniteNotFoundError as error:
        client.time_series.create([data.TimeSeriesWrite(external_id=one["externalId"]) for one in error.not_found])
        client.time_series.data.insert(points, external_id="new")
    assert len(client.time_series.data.retrieve(external_id="new", start=0)) == 2


def test_points_are_copied(series):
    series.time_series.create(data.TimeSeriesWrite(external_id="copy"))
    series.time_series.data.insert(series.time_series.data.retrieve(external_id="flow", start=0), external_id="copy")
    assert series.time_series.retrieve(external_id="copy").count() == 48


def test_deleted_range(series):
    series.time_series.data.delete_range(START, START + timedelta(hours=24), external_id="flow")
    series.time_series.data.delete_ranges([{"externalId": "power", "start": 0, "end": "now"}])
    assert series.time_series.retrieve(external_id="flow").count() == 24
    assert series.time_series.retrieve(external_id="power").first() is None


def test_wrong_kind_of_value(series):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        series.time_series.data.insert([(START, "text")], external_id="flow")
    assert error.value.code == 400


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"unit": "kW"}, ["power"]),
        ({"is_string": True}, ["state"]),
        ({"is_step": False}, ["flow", "state"]),
        ({"metadata": {"kind": "process"}}, ["flow"]),
        ({"external_id_prefix": "p"}, ["power"]),
        ({"name": "Flow"}, ["flow"]),
        ({"limit": None, "partitions": 10}, ["flow", "power", "state"]),
    ],
)
def test_list_of_series(series, wanted, expected):
    assert sorted(one.external_id for one in series.time_series.list(**wanted)) == expected


def test_series_are_updated_and_upserted(series):
    changed = series.time_series.update(
        data.TimeSeriesUpdate(external_id="flow").unit.set("l/s").metadata.add({"a": "b"})
    )
    assert (changed.unit, changed.metadata) == ("l/s", {"kind": "process", "a": "b"})
    flow = series.time_series.retrieve(external_id="flow")
    flow.description = "by the pump"
    assert series.time_series.update(flow).description == "by the pump"
    series.time_series.upsert(
        [data.TimeSeriesWrite(external_id="flow", name="F"), data.TimeSeriesWrite(external_id="n")]
    )
    assert {one.name for one in series.time_series()} == {"F", "Power", "State", None}


def test_series_are_found(series):
    assert [one.external_id for one in series.time_series.search(name="flow")] == ["flow"]
    assert series.time_series.aggregate_count() == 3
    assert series.time_series.retrieve_multiple(external_ids=["flow", "no"], ignore_unknown_ids=True)[0].unit == "m3/h"
    assert series.time_series.list().to_pandas()["external_id"].tolist() == ["flow", "power", "state"]


def test_series_that_is_there_is_named(series):
    with pytest.raises(exceptions.CogniteDuplicatedError) as error:
        series.time_series.create(data.TimeSeriesWrite(external_id="flow"))
    assert error.value.duplicated == [{"externalId": "flow"}]


def test_iteration_over_series_and_points(series):
    assert {one.external_id for one in series.time_series(unit="kW")} == {"power"}
    found = [len(chunk) for chunk in series.time_series(chunk_size=2)]
    assert found == [2, 1]


def test_point_objects(series):
    found = series.time_series.data.retrieve(external_id="flow", start=START, end=START + timedelta(hours=2))
    assert [(point.timestamp, point.value) for point in found] == [(START_MS, 0.0), (START_MS + HOUR_MS, 1.0)]
    assert found[0].value == 0.0
    assert found.dump()["externalId"] == "flow"


def test_outside_points_and_limits(series):
    found = series.time_series.data.retrieve(
        external_id="flow",
        start=START + timedelta(minutes=90),
        end=START + timedelta(minutes=150),
        include_outside_points=True,
    )
    assert list(found.value) == [1.0, 2.0, 3.0]
    assert len(series.time_series.data.retrieve(external_id="flow", start=0, limit=7)) == 7


def test_synthetic_series_is_not_there(series):
    with pytest.raises(exceptions.CogniteAPIError) as error:
        series.time_series.data.synthetic.query("TS{externalId='flow'} + 1", start=START, end="now")
    assert error.value.code == 501


def test_sequences(client):
    client.sequences.create(
        data.SequenceWrite(
            external_id="curve",
            columns=[
                data.SequenceColumnWrite(external_id="depth", value_type="Double"),
                data.SequenceColumnWrite(external_id="text", value_type="String"),
            ],
        )
    )
    frame = pd.DataFrame({"depth": [1.5, 2.5], "text": ["a", "b"]}, index=[1, 2])
    client.sequences.data.insert_dataframe(frame, external_id="curve")
    found = client.sequences.data.retrieve_dataframe(external_id="curve", start=0, end=None)
    assert found["depth"].tolist() == [1.5, 2.5]
    assert client.sequences.data.retrieve(external_id="curve", start=0).to_pandas().shape == (2, 2)
    client.sequences.data.delete(rows=[1], external_id="curve")
    assert len(client.sequences.retrieve(external_id="curve").rows(start=0, end=None)) == 1
