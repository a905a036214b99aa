import pytest

from fn_emulator.cdf.datapoints.points import MAX_TIME, MIN_TIME
from fn_emulator.cdf.datapoints.time_arguments import to_milliseconds

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (-5, -5),
        ("123", 123),
        ("-123", -123),
        ("now", NOW),
        ("10s-ago", NOW - 10_000),
        ("5m-ago", NOW - 300_000),
        ("1h-ahead", NOW + 3_600_000),
        ("3d-ago", NOW - 259_200_000),
        ("2w-ago", NOW - 1_209_600_000),
        (MAX_TIME + 1, MAX_TIME + 1),
        ("9999w-ago", MIN_TIME),
        ("9999999999999999999999w-ahead", MAX_TIME + 1),
    ],
)
def test_times_are_read(value, expected):
    assert to_milliseconds(value, NOW) == expected


@pytest.mark.parametrize(
    "value", ["", "-", "ago", "2w", "w-ago", "2y-ago", "-2d-ago", "1.5h-ago", "2024-01-01", "Now", "2w-ago "]
)
def test_other_text_is_refused(value):
    with pytest.raises(ValueError, match="is none of") as caught:
        to_milliseconds(value, NOW)
    assert str(caught.value) == (
        f"Time {value!r} is none of 'now', '2w-ago' and '3d-ahead': a whole number, one of s, m, h, d and w, and "
        "'-ago' or '-ahead'."
    )


@pytest.mark.parametrize("value", [None, 1.5, True, [1], {"x": 1}])
def test_other_types_are_refused(value):
    with pytest.raises(ValueError, match="is neither milliseconds") as caught:
        to_milliseconds(value, NOW)
    assert str(caught.value) == (
        f"Time {value!r} is neither milliseconds since 1970 nor text such as 'now' or '2w-ago'."
    )


@pytest.mark.parametrize("value", [MIN_TIME - 1, MAX_TIME + 2, "9999999999999999"])
def test_times_beyond_the_platforms_centuries_are_refused(value):
    with pytest.raises(ValueError, match="outside of the years") as caught:
        to_milliseconds(value, NOW)
    assert str(caught.value) == (
        f"Time {value} is outside of the years 1900 to 2099: {MIN_TIME} to {MAX_TIME} milliseconds."
    )
