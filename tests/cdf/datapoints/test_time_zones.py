from datetime import datetime, timedelta

import pytest

from fn_emulator.cdf.datapoints.time_zones import parse_time_zone


def offset(text):
    zone = parse_time_zone(text)
    return timedelta() if zone is None else datetime(2024, 1, 1, tzinfo=zone).utcoffset()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("UTC", 0),
        ("UTC+00:00", 0),
        ("Europe/Oslo", 60),
        ("America/New_York", -300),
        ("Asia/Kathmandu", 345),
        ("UTC+05:30", 330),
        ("UTC-02:30", -150),
        ("UTC-7", -420),
        ("+04:00", 240),
        ("-0400", -240),
        ("GMT+01", 60),
        ("Etc/GMT+3", -180),
    ],
)
def test_zones_are_read(text, minutes):
    assert offset(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["Europe/Nowhere", "UTC+", "UTC+1:2:3", "UTC+19", "UTC+05:20", "+aa", "../x", "", 3, "Europe"]
)
def test_what_is_no_zone_is_refused(text):
    with pytest.raises(ValueError, match="Time zone "):
        parse_time_zone(text)


def test_an_unknown_name_is_told():
    with pytest.raises(ValueError, match="Atlantis") as caught:
        parse_time_zone("Sea/Atlantis")
    assert str(caught.value) == (
        "Time zone 'Sea/Atlantis' is not known here: neither an IANA name such as 'Europe/Oslo' in this machine's "
        "database nor an offset such as 'UTC+02:00'."
    )


def test_what_the_sdk_sends_is_read():
    times = pytest.importorskip("cognite.client.utils._time", reason="needs the SDK")
    for text in ("Europe/Oslo", "UTC-02:30", "+0400", "UTC"):
        zone = times.parse_str_timezone(text)
        assert offset(times.convert_timezone_to_str(zone)) == datetime(2024, 1, 1, tzinfo=zone).utcoffset()
