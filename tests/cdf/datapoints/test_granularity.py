import pytest

from fn_emulator.cdf.datapoints.granularity import Granularity, parse_granularity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s", (1, "second")),
        ("30s", (30, "second")),
        ("second", (1, "second")),
        ("120m", (120, "minute")),
        ("2hour", (2, "hour")),
        ("1d", (1, "day")),
        ("100000day", (100_000, "day")),
        ("3mo", (3, "month")),
        ("12month", (12, "month")),
    ],
)
def test_what_the_api_takes_is_read(text, expected):
    assert parse_granularity(text) == Granularity(*expected)


@pytest.mark.parametrize("text", ["", "5", "1w", "1q", "1y", "2 d", "-1d", "1.5h", "1D", "mo3", 5, None, "\u0661d"])
def test_what_the_api_does_not_take_is_refused(text):
    with pytest.raises(ValueError, match="is none of") as caught:
        parse_granularity(text)
    assert str(caught.value) == (
        f"Granularity {text!r} is none of 's', 'm', 'h', 'd' and 'mo' with a whole number before it, as in '15m'."
    )


@pytest.mark.parametrize("text", ["0d", "121s", "121m", "100001h", "100001d", "100001mo", "9" * 5000 + "d"])
def test_a_multiple_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match="is out of range"):
        parse_granularity(text)


def test_the_range_is_told():
    with pytest.raises(ValueError, match="121s") as caught:
        parse_granularity("121s")
    assert str(caught.value) == "Granularity '121s' is out of range: seconds may be 1 to 120."


def test_what_the_sdk_sends_is_read():
    times = pytest.importorskip("cognite.client.utils._time", reason="needs the SDK")
    for unit in ("second", "m", "hours", "d", "2weeks", "mo", "quarter", "year"):
        text = unit if unit[0].isdigit() else f"1{unit}"
        number, name = times.split_granularity_into_quantity_and_normalized_unit(text)
        assert parse_granularity(f"{number}{name}").multiple == number
