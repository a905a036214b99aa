"""The days on which a cron expression is due, in words."""

from __future__ import annotations

from collections.abc import Sequence

from fn_emulator.schedule.cron import Cron
from fn_emulator.schedule.fields import DAYS_IN_MONTH, MONTH, WEEKDAY
from fn_emulator.schedule.words import joined, listed

MOST_DATES = 3
"""Dates of a year that are listed one by one."""


def days_in_words(cron: Cron) -> str:
    """``on Monday``, ``on day 1 of every month``, ``in June``; empty for every day."""
    days = [day for day in cron.days if any(day <= DAYS_IN_MONTH[month - 1] for month in cron.months)]
    has_all_days, has_all_weekdays = len(cron.days) == 31, len(cron.weekdays) == 7
    in_months = "" if len(cron.months) == 12 else f"in {_months(cron.months)}"
    if has_all_days and has_all_weekdays:
        return in_months
    if has_all_weekdays and cron.needs_both_days:
        return _dates(days, cron.months)
    on_weekdays = f"on {_weekdays(cron.weekdays)}"
    if not days or (has_all_days and cron.needs_both_days):
        return f"{on_weekdays} {in_months}".strip()
    if cron.needs_both_days:
        return f"{on_weekdays}, but only {_dates(days, cron.months)}"
    if has_all_days or has_all_weekdays:
        return in_months
    return f"{_dates(days, cron.months)}, and also {on_weekdays} {in_months}".strip()


def _dates(days: Sequence[int], months: Sequence[int]) -> str:
    if len(days) > 1:
        return f"on days {listed(days)} of {_months(months)}"
    (day,) = days
    having = [month for month in months if day <= DAYS_IN_MONTH[month - 1]]
    if len(having) <= MOST_DATES:
        return "on " + joined([f"{day} {_month(month)}" for month in having])
    suffix = " that has it" if len(months) == 12 and len(having) < 12 else ""
    return f"on day {day} of {_months(months if suffix else having)}{suffix}"


def _months(months: Sequence[int]) -> str:
    return "every month" if len(months) == 12 else listed(months, _month)


def _month(month: int) -> str:
    return MONTH.names[month - 1].capitalize()


def _weekdays(weekdays: Sequence[int]) -> str:
    """Days of the week from Monday on."""
    return listed([day or 7 for day in sorted(weekdays, key=lambda day: day or 7)], _weekday)


def _weekday(day: int) -> str:
    return WEEKDAY.names[day % 7].capitalize()
