"""Cron expressions in words."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import product

import pytest
from hypothesis import given

from fn_emulator.schedule import describe, due_times, parse_cron

from .expressions import DUE_EXPRESSIONS, is_ever_due


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # every hour
        ("* * * * *", "every minute"),
        ("*/5 * * * *", "every 5 minutes"),
        ("*/30 * * * *", "every 30 minutes"),
        ("0 * * * *", "every hour"),
        ("5 * * * *", "every hour at minute 5"),
        ("*/90 * * * *", "every hour"),
        ("3-59/15 * * * *", "every hour at minutes 3, 18, 33 and 48"),
        ("*/7 * * * *", "every hour at minutes 0 to 56 in steps of 7"),
        ("0-10,30 * * * *", "every hour at minutes 0 to 10 and 30"),
        # steps of a day
        ("0 */2 * * *", "every 2 hours"),
        ("15 */6 * * *", "every 6 hours at minute 15"),
        ("0 */5 * * *", "every 5 hours from 00:00 to 20:00"),
        ("30 8-17 * * *", "every hour from 08:30 to 17:30"),
        ("0 9-17/2 * * *", "every 2 hours from 09:00 to 17:00"),
        ("*/15 8-17 * * *", "every 15 minutes from 08:00 to 17:45"),
        ("*/15 8-9,20 * * *", "every 15 minutes from 08:00 to 09:45 and from 20:00 to 20:45"),
        ("* 8 * * *", "every minute from 08:00 to 08:59"),
        ("*/7 8 * * *", "every 7 minutes from 08:00 to 08:56"),
        # times
        ("30 6 * * *", "every day at 06:30"),
        ("0 6,18 * * *", "every day at 06:00 and 18:00"),
        ("*/30 8 * * *", "every day at 08:00 and 08:30"),
        ("*/20 1,3,5,9 * * *", "every 20 minutes in the hours 1, 3, 5 and 9"),
        ("1,2,4,8,9,11,30 1,2 * * *", "every day at minutes 1, 2, 4, 8, 9, 11 and 30 of the hours 1 and 2"),
        ("5 1,2,4,5,7,8,10 * * *", "every day at minute 5 of the hours 1, 2, 4, 5, 7, 8 and 10"),
        # days
        ("0 6,18 * * MON-FRI", "at 06:00 and 18:00 on Monday to Friday"),
        ("*/15 8-17 * * 1-5", "every 15 minutes from 08:00 to 17:45 on Monday to Friday"),
        ("0 0 * * 6,7", "at 00:00 on Saturday and Sunday"),
        ("0 0 * * 0-2", "at 00:00 on Monday, Tuesday and Sunday"),
        ("0 0 1 * *", "on day 1 of every month at 00:00"),
        ("0 12 29 2 *", "on 29 February at 12:00"),
        ("0 0 1 1,7 *", "on 1 January and 1 July at 00:00"),
        ("0 0 1 */3 *", "at 00:00 on day 1 of January, April, July and October"),
        ("0 0 31 * *", "at 00:00 on day 31 of every month that has it"),
        ("0 0 31 4,5 *", "on 31 May at 00:00"),
        ("0 0 1-7,15 3 *", "on days 1 to 7 and 15 of March at 00:00"),
        ("30 6 * 6-8 *", "every day in June to August at 06:30"),
        ("*/5 * 1 6 *", "every 5 minutes on 1 June"),
        # both fields of days
        ("0 0 1 * 5", "at 00:00 on day 1 of every month, and also on Friday"),
        ("0 0 1 6 5", "at 00:00 on 1 June, and also on Friday in June"),
        ("0 0 */2 * 1", "at 00:00 on Monday, but only on days 1 to 31 in steps of 2 of every month"),
        ("0 0 1-31 * 1", "every day at 00:00"),
        ("0 0 1 3 0-6", "every day in March at 00:00"),
        ("0 0 30 2 1", "at 00:00 on Monday in February"),
    ],
)
def test_an_expression_has_a_sentence(text, sentence):
    assert describe(parse_cron(text)) == sentence


MINUTES = [
    "*",
    "0",
    "5",
    "0,30",
    "*/2",
    "*/7",
    "*/15",
    "*/30",
    "3-59/15",
    "15,30,45",
    "0-30",
    "0-50/10",
    "0-40/20",
    "59",
]
HOURS = [
    "*",
    "0",
    "8",
    "*/2",
    "*/5",
    "*/12",
    "1-23/2",
    "8-17",
    "8-17/3",
    "22-23,0-2",
    "6,18",
    "0-11",
    "1,3,5,9",
    "7,8,20",
]
DAYS = ["*", "1", "31", "29", "30,31", "1-7", "*/2", "*/10", "1-31", "1,15", "1-29/7", "2-31"]
MONTHS = ["*", "1", "2", "4", "2,4", "1-6", "*/2", "*/3", "1-12", "4,6,9,11"]
WEEKDAYS = ["*", "0", "1", "1-5", "6,7", "0-6", "*/2", "*/5", "5-7", "1,3"]
TWO_YEARS = datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2026, 1, 1, tzinfo=timezone.utc)


def test_times_of_one_sentence_are_the_same_times():
    found: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for minute, hour in product(MINUTES, HOURS):
        cron = parse_cron(f"{minute} {hour} * * *")
        times = cron.minutes, cron.hours
        assert found.setdefault(describe(cron), times) == times, cron.text


def test_days_of_one_sentence_are_the_same_days():
    found: dict[str, list[datetime]] = {}
    for fields in product(DAYS, MONTHS, WEEKDAYS):
        text = f"0 0 {' '.join(fields)}"
        if is_ever_due(text):
            cron = parse_cron(text)
            days = list(due_times(cron, *TWO_YEARS))
            assert found.setdefault(describe(cron), days) == days, text


@given(DUE_EXPRESSIONS)
def test_a_sentence_is_one_clause(text):
    sentence = describe(parse_cron(text))
    assert sentence.startswith(("every ", "at ", "on "))
    assert "  " not in sentence
    assert sentence == sentence.strip()
