"""What is a cron expression, and what is said of one that is not."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule import parse_cron

from .expressions import EXPRESSIONS, is_ever_due, problem_of, simulate

FALLBACK = "write minute, hour, day of month, month and day of week, such as '30 6 * * MON-FRI' or '*/5 * * * *'"


def refused(text):
    """The message and hint for a text that is no expression."""
    with pytest.raises(ScheduleError) as caught:
        parse_cron(text)
    return caught.value.message, caught.value.hint


def test_an_expression_is_known_by_its_numbers():
    cron = parse_cron(" 0,30 6-8   * jan Mon-fri ")
    assert cron.text == "0,30 6-8 * JAN MON-FRI"
    assert (cron.minutes, cron.hours, cron.months) == ((0, 30), (6, 7, 8), (1,))
    assert (cron.weekdays, len(cron.days)) == ((1, 2, 3, 4, 5), 31)


def test_seven_is_sunday():
    assert parse_cron("0 0 * * 7").weekdays == parse_cron("0 0 * * 0").weekdays == (0,)


@pytest.mark.parametrize(
    ("text", "needs_both"),
    [("0 0 1 * 1", False), ("0 0 */2 * 1", True), ("0 0 1 * */2", True), ("0 0 1-31 * 1", False)],
)
def test_a_star_at_the_start_of_a_field_of_days_makes_both_a_condition(text, needs_both):
    assert parse_cron(text).needs_both_days is needs_both


@pytest.mark.parametrize("text", ["0 0 29 2 *", "0 0 31 1 *", "0 0 30 2 1", "0 0 30 2,4 *", "* * * * *"])
def test_an_expression_that_is_due_at_some_time_is_one(text):
    assert parse_cron(text).text == text


@given(EXPRESSIONS)
def test_an_expression_of_right_fields_is_refused_only_when_it_is_never_due(text):
    is_ever_due(text)


@given(EXPRESSIONS.filter(is_ever_due))
def test_an_expression_means_what_cronsim_makes_of_it(text):
    cron, simulated = parse_cron(text), simulate(text, datetime(2026, 1, 1, tzinfo=timezone.utc))
    assert (set(cron.minutes), set(cron.hours)) == (simulated.minutes, simulated.hours)
    assert (set(cron.days), set(cron.months)) == (simulated.days, simulated.months)


@given(st.text(max_size=40) | st.text("0123456789*/,-?LW#@ MONJAN", max_size=30))
def test_any_text_is_an_expression_or_refused(text):
    problem = problem_of(text)
    assert problem is None or problem.startswith("The cron expression ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("60 * * * *", "the minute '60' is not a number from 0 to 59"),
        ("* 24 * * *", "the hour '24' is not a number from 0 to 23"),
        ("* * 0 * *", "the day of month '0' is not a number from 1 to 31"),
        ("* * * 13 *", "the month '13' is neither a number from 1 to 12 nor a name from JAN to DEC"),
        ("* * * * 8", "the day of week '8' is neither a number from 0 to 7 nor a name from SUN to SAT"),
        ("* * * Janu *", "the month 'JANU' is neither a number from 1 to 12 nor a name from JAN to DEC"),
        ("0-60 * * * *", "the minute '0-60' holds '60', which is not a number from 0 to 59"),
        ("* 22-2 * * *", "the hour '22-2' ends before it begins"),
        ("* * * * FRI-SUN", "the day of week 'FRI-SUN' ends before it begins"),
        ("*/0 * * * *", "the minute '*/0' has the step 0"),
        ("1-5/x * * * *", "the minute '1-5/X' has the step 'X', which is not a number"),
        ("0/5 * * * *", "the minute '0/5' has a step without a range, as Quartz has it"),
        (
            "5-5/10 * * * *",
            "the minute '5-5/10' has a step in a range of one value, which readers of cron take for different things",
        ),
        ("1,,2 * * * *", "the minute '1,,2' has nothing on one side of a comma"),
        ("* * ? * *", "the day of month '?' is Quartz's word for '*'"),
        (
            "* * L * *",
            "the day of month 'L' belongs to Quartz, and whether the platform knows it is documented nowhere",
        ),
        (
            "* * * * 5#2",
            "the day of week '5#2' belongs to Quartz, and whether the platform knows it is documented nowhere",
        ),
        ("1-2-3 * * * *", "the minute '1-2-3' is not a number from 0 to 59"),
    ],
)
def test_a_field_that_is_wrong_is_named(text, problem):
    assert refused(text)[0] == f"The cron expression {text!r} cannot be read: {problem}."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "The cron expression '' is empty."),
        ("  ", "The cron expression '  ' is empty."),
        (5, "The cron expression is 5, which is not a text."),
        (None, "The cron expression is None, which is not a text."),
        ("@hourly", "The cron expression '@hourly' is a macro, and a schedule has five fields."),
        ("0 12 * *", "The cron expression '0 12 * *' has 4 fields, and a schedule has five."),
        ("hourly", "The cron expression 'hourly' has one field, and a schedule has five."),
        ("0 0 12 * * ? *", "The cron expression '0 0 12 * * ? *' has 7 fields, and a schedule has five."),
        ("0 * * * *\n", r"The cron expression '0 * * * *\n' has the character '\n' in it."),
        ("0 *\x1b[31m * *", r"The cron expression '0 *\x1b[31m * *' has the character '\x1b' in it."),
        ("\u0663 * * * *", "The cron expression '\u0663 * * * *' has the character '\u0663' in it."),
        ("0 0 * * \u017fun", "The cron expression '0 0 * * \u017fun' has the character '\u017f' in it."),
        ("0 0 30 2 *", "The cron expression '0 0 30 2 *' is never due: none of its months has such a day."),
    ],
)
def test_a_text_that_is_no_five_fields_is_refused(text, problem):
    assert refused(text)[0] == problem


def test_an_expression_is_as_long_as_the_platform_takes():
    text = f"{'0,' * 507}0 * * * *"
    assert len(text) == 1023
    assert parse_cron(text).minutes == (0,)
    assert refused(f"{text}      ") == (
        "The cron expression is 1029 characters long, and the platform takes 1024.",
        FALLBACK,
    )


def test_a_long_expression_is_shown_in_part():
    assert refused("x" * 200)[0] == f"The cron expression '{'x' * 79}... has one field, and a schedule has five."


@pytest.mark.parametrize("text", ["", 5, "hourly", "a b c d e", "@reboot", "75 * * * *", "1 2 3 4 5 6 7 8"])
def test_a_text_that_nobody_understands_gets_the_names_of_the_fields(text):
    assert refused(text)[1] == FALLBACK


def test_a_hint_has_the_expression_that_was_meant_and_its_meaning():
    assert refused("0 0/5 * * * ?")[1] == "write '*/5 * * * *' (every 5 minutes)"


def test_a_hint_says_what_its_expression_leaves_out():
    assert refused("30 0 12 * * ?")[1] == "write '0 12 * * *' (every day at 12:00); a schedule has no seconds"
