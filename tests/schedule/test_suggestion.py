"""What is suggested for an expression that is none: it can be read, and means the same wherever five fields can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.schedule import parse_cron
from fn_emulator.schedule.fields import DAY, HOUR, MINUTE, MONTH
from fn_emulator.schedule.suggestion import suggest

from .expressions import EXPRESSIONS, is_ever_due


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        # Quartz, as cronmaker.com writes it
        ("0 0/5 * * * ?", "*/5 * * * *"),
        ("0 0 12 * * ?", "0 12 * * *"),
        ("0 0/1 * 1/1 * ? *", "* * * * *"),
        ("0 0 0/1 1/1 * ? *", "0 * * * *"),
        ("0 0 12 1/1 * ? *", "0 12 * * *"),
        ("0 0 12 ? * MON-FRI *", "0 12 * * MON-FRI"),
        ("0 0 12 1 1/1 ? *", "0 12 1 * *"),
        ("0 0 12 1 1 ? *", "0 12 1 1 *"),
        # days of the week count from 1 for Sunday there
        ("0 0 12 ? * 2-6", "0 12 * * MON-FRI"),
        ("0 0 12 ? * 1,7", "0 12 * * SUN,SAT"),
        ("0 0 12 ? * 6-2", "0 12 * * MON,FRI,SAT,SUN"),
        ("0 0 12 ? * 1/2", "0 12 * * */2"),
        ("0 0 12 ? * 2/2", "0 12 * * MON,WED,FRI"),
        ("0 0 12 ? * L", "0 12 * * SAT"),
        # AWS: a year last, and no seconds
        ("0 12 * * ? *", "0 12 * * *"),
        ("0 12 ? * 2-6 *", "0 12 * * MON-FRI"),
        # six fields without a question mark
        ("0 0 12 * * 1-5", "0 12 * * 1-5"),
        # macros
        ("@hourly", "0 * * * *"),
        ("@Daily", "0 0 * * *"),
        ("@dayly", "0 0 * * *"),
        # slips
        ("60 * * * *", "0 * * * *"),
        ("* 24 * * *", "* 0 * * *"),
        ("* * 0 * *", "* * 1 * *"),
        ("* * 32 * *", "* * 31 * *"),
        ("* * * 13 *", "* * * 12 *"),
        ("0-60 0-24 * * *", "0-59 0-23 * * *"),
        ("0/5 * * * *", "*/5 * * * *"),
        ("7/15 * * * *", "7-59/15 * * * *"),
        ("59/5 * * * *", "59 * * * *"),
        ("/5 * * * *", "*/5 * * * *"),
        ("*/0 * * * *", "* * * * *"),
        ("5-5/10 * * * *", "5 * * * *"),
        ("0 22-2 * * *", "0 22-23,0-2 * * *"),
        ("0 23-0 * * *", "0 23,0 * * *"),
        ("0 22-2/2 * * *", "0 22,0,2 * * *"),
        ("0 0 * * FRI-SUN", "0 0 * * FRI,SAT,SUN"),
        ("0 0 * janury monday", "0 0 * JAN MON"),
        ("0 0 * * TUES-THURS", "0 0 * * TUE-THU"),
        ("0 0 * MON *", "0 0 * * MON"),
        ("0 0 MON-FRI * *", "0 0 * * MON-FRI"),
        ("0 0 * * JUN", "0 0 * JUN *"),
        ("1,,2 * * * *", "1,2 * * * *"),
        ("0 12 ? * MON", "0 12 * * MON"),
        ("0 12 * *", "0 12 * * *"),
        ("*/5", "*/5 * * * *"),
        ("0\t*  *\u00a0* *\n", "0 * * * *"),
        ("0 0 * * MON\u2013FRI", "0 0 * * MON-FRI"),
        ("0 0 30 2 *", "0 0 28 2 *"),
        ("0 0 31 4,6 *", "0 0 30 4,6 *"),
        # a step without a range makes no condition of the other field of days, as a star would
        ("0 0 1/2 * 1", "0 0 1-31/2 * 1"),
        ("0 0 1 * 0/2", "0 0 1 * TUE,THU,SAT,SUN"),
    ],
)
def test_what_was_meant_is_suggested(text, meant):
    assert suggest(text) == (meant, "")
    assert parse_cron(meant).text == meant


@pytest.mark.parametrize(
    ("text", "near", "unlike"),
    [
        ("30 0 12 * * ?", "0 12 * * *", "a schedule has no seconds"),
        ("*/5 * * * * *", "* * * * *", "a schedule has no seconds"),
        ("0 0 12 1 1 ? 2027", "0 12 1 1 *", "a schedule has no year"),
        ("30 0 12 1 1 ? 2027", "0 12 1 1 *", "a schedule has no seconds and no year"),
        ("0 12 * * * 2027", "0 12 * * *", "a schedule has no year"),
    ],
)
def test_what_five_fields_cannot_say_is_said(text, near, unlike):
    assert suggest(text) == (near, unlike)


@pytest.mark.parametrize(
    ("text", "wider"),
    [
        ("0 0 12 L * ? *", "0 12 28-31 * *"),
        ("0 12 L-3 * *", "0 12 25-28 * *"),
        ("0 12 LW * *", "0 12 26-31 * *"),
        ("0 0 12 1W * ?", "0 12 1-3 * *"),
        ("0 0 12 ? * MON#1 *", "0 12 1-7 * *"),
        ("0 12 * * 5#5", "0 12 29-31 * *"),
        ("0 0 12 ? * 6L", "0 12 22-31 * *"),
    ],
)
def test_special_days_become_all_days_on_which_they_can_fall(text, wider):
    assert suggest(text) == (wider, "it fires on other days too, on which the handler can return at once")
    assert parse_cron(wider).text == wider


@pytest.mark.parametrize("text", ["", "@reboot", "x", "a b c d e", "75 * * * *", "* * * * 9", "*/x * * * *", "1 " * 8])
def test_nothing_is_suggested_for_what_nobody_understands(text):
    assert suggest(text) is None


QUARTZ_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@st.composite
def quartz_terms(draw, field, least, most):
    """A term of Quartz, and its numbers: single values, ranges that may go round, steps with or without a range."""
    first, last, step = (draw(st.integers(*ends)) for ends in ((least, most), (least, most), (1, 70)))
    if field is DAY and last < first:
        first, last = last, first  # where the end of a month is, only the month knows
    round_ = [*range(first, last + 1)] if first <= last else [*range(first, most + 1), *range(least, last + 1)]
    return draw(
        st.sampled_from(
            [
                ("*", [*range(least, most + 1)]),
                (f"{first}", [first]),
                (f"*/{step}", [*range(least, most + 1, step)]),
                (f"{first}/{step}", [*range(first, most + 1, step)]),
                (f"{first}-{last}", round_),
                (f"{first}-{last}/{step}", round_[::step]),
            ]
        )
    )


@st.composite
def quartz_fields(draw, field, least, most):
    terms = draw(st.lists(quartz_terms(field, least, most), min_size=1, max_size=3))
    return ",".join(text for text, _ in terms), {number for _, numbers in terms for number in numbers}


@st.composite
def quartz_expressions(draw):
    """Six or seven fields of Quartz, and the numbers that they mean, days of the week from 0 for Sunday."""
    minute, hour = draw(quartz_fields(MINUTE, 0, 59)), draw(quartz_fields(HOUR, 0, 23))
    day, month = draw(quartz_fields(DAY, 1, 31)), draw(quartz_fields(MONTH, 1, 12))
    weekday = draw(quartz_fields(None, 1, 7))
    day, weekday = draw(st.sampled_from([(day, ("?", {*range(1, 8)})), (("?", {*range(1, 32)}), weekday)]))
    fields = ["0", *(text for text, _ in (minute, hour, day, month, weekday)), *draw(st.sampled_from([[], ["*"]]))]
    numbers = minute[1], hour[1], day[1], month[1], {number - 1 for number in weekday[1]}
    return " ".join(fields), tuple(tuple(sorted(each)) for each in numbers)


@given(quartz_expressions())
def test_a_suggestion_for_quartz_means_the_same(expression):
    text, numbers = expression
    suggestion = suggest(text)
    assert suggestion is not None
    assert suggestion.unlike == ""
    if not is_ever_due(suggestion.text):
        return  # nor is it in Quartz
    cron = parse_cron(suggestion.text)
    assert (cron.minutes, cron.hours, cron.days, cron.months, cron.weekdays) == numbers
    assert cron.needs_both_days or len(cron.days) == 31 or len(cron.weekdays) == 7


@given(EXPRESSIONS)
def test_an_expression_of_spring_loses_its_seconds_alone(text):
    suggestion = suggest(f"0 {text}")
    assert suggestion is not None
    if is_ever_due(text):
        assert parse_cron(suggestion.text)._replace(text="") == parse_cron(text)._replace(text="")
