"""Random cron expressions, as people write them and worse."""

from __future__ import annotations

from cronsim import CronSim, CronSimError
from hypothesis import reject
from hypothesis import strategies as st

from fn_emulator.errors import ScheduleError
from fn_emulator.schedule import parse_cron
from fn_emulator.schedule.fields import FIELDS


def numbers(field):
    """A number of a field, or its name."""
    names = list(field.short_names)
    plain = st.integers(field.least, field.most).map(str)
    return plain | st.sampled_from(names) | st.sampled_from(names).map(str.lower) if names else plain


def ranges(field):
    """A range of numbers with an end after its beginning, with or without a step."""
    ends = st.tuples(*[st.integers(field.least, field.most)] * 2).filter(lambda pair: pair[0] != pair[1]).map(sorted)
    plain = ends.map(lambda pair: f"{pair[0]}-{pair[1]}")
    return plain | st.builds("{}/{}".format, plain, st.integers(1, 70))


def field_texts(field):
    """The text of a field: a star more often than not, so that days match."""
    terms = st.just("*") | st.integers(1, 70).map("*/{}".format) | numbers(field) | ranges(field)
    return st.just("*") | terms | st.lists(terms, min_size=1, max_size=4).map(",".join)


EXPRESSIONS = st.tuples(*map(field_texts, FIELDS)).map(" ".join)
"""Five fields, each of which is right; all together may be never due."""


def problem_of(text):
    """The message for a text that is no expression, or None."""
    try:
        parse_cron(text)
    except ScheduleError as exc:
        return exc.message
    return None


def simulate(text, after):
    """What ``cronsim`` gives later than an instant."""
    try:
        return CronSim(text, after)
    except CronSimError:  # version 2.7 takes ``30 2 1`` for an expression that is never due
        reject()


def is_ever_due(text):
    """Whether an expression whose fields are right is one."""
    problem = problem_of(text)
    assert problem is None or "is never due" in problem
    return problem is None


DUE_EXPRESSIONS = EXPRESSIONS.filter(is_ever_due)
