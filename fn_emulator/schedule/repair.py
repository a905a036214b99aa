"""Five fields with slips in them -> five fields without: ``60``, ``0/5``, ``22-2``, ``JANN``, ``*/0``, ``?``."""

from __future__ import annotations

from collections.abc import Sequence

from fn_emulator.schedule.fields import DAY, FIELDS, TERM, WEEKDAY, Field, value_of

_WEEK = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_NEAR = 0.6
"""How alike a name must be to one that there is, as ``difflib`` counts."""


def repair(fields: Sequence[str], *, is_quartz: bool) -> list[str] | None:
    """The fields as they were probably meant; None where one of them means nothing.

    Args:
        fields: Five, in upper case.
        is_quartz: Whether days of the week count from 1 for Sunday.
    """
    repaired: list[str] = []
    for field, text in zip(FIELDS, fields, strict=True):
        # ``*/2`` in one field of days makes the other one a condition; ``1/2`` does not.
        other = {DAY: fields[4], WEEKDAY: fields[2]}.get(field, "*")
        mender = _Mender(field, may_have_star=other in ("*", "?"), is_quartz=is_quartz and field is WEEKDAY)
        terms = [mender.term(term) for term in text.split(",") if term]
        if not terms or None in terms:
            return None
        repaired.append(",".join(term for term in terms if term))
    return repaired


class _Mender:
    """Mends the terms of one field."""

    def __init__(self, field: Field, *, may_have_star: bool, is_quartz: bool) -> None:
        self.field = field
        self.may_have_star = may_have_star
        self.is_quartz = is_quartz

    def term(self, term: str) -> str | None:
        """A term as it was probably meant, or None."""
        match = TERM.fullmatch("*" if term == "?" else term)
        first, last, step = match.groups() if match else ("", None, None)
        if step is not None and not (step.isascii() and step.isdigit()):
            return None
        every = int(step or 1) or 1
        if first == "*" or (first == "" and step is not None):
            return None if last is not None else "*" if every == 1 else f"*/{every}"
        if last is None and step is None:
            return self._value(first)
        return self._range(first, last, every)

    def _value(self, text: str) -> str | None:
        near = self._near(text, over=self.field.least if self.field.least == 0 else self.field.most)
        number = self._number(near)
        return near if number is None or not self.is_quartz else _WEEK[(number - 1) % 7]

    def _range(self, first: str, last: str | None, every: int) -> str | None:
        """A range; one without an end has a step, and goes on to the end of the field."""
        field = self.field
        low = self._near(first, over=None)
        high = str(field.most) if last is None else self._near(last, over=field.most)
        begin, end = self._number(low), self._number(high)
        if begin is None or end is None:
            return None
        if last is None and begin == field.least and self.may_have_star:
            return "*" if every == 1 else f"*/{every}"
        if field is WEEKDAY and (last is None or end < begin or self.is_quartz):
            return _weekdays(begin, end, every)
        if end < begin:
            return _around(field, begin, end, every)
        if begin == end:
            return low
        return f"{low}-{high}" if every == 1 else f"{low}-{high}/{every}"

    def _number(self, text: str | None) -> int | None:
        """What a number or a name means in this field, whose days may count from 1."""
        number = None if text is None else value_of(self.field, text)
        if text is None or number is None or not (self.is_quartz and text.isdigit()):
            return number
        return number - 1 if number else None

    def _near(self, text: str, *, over: int | None) -> str | None:
        """The text itself, or what it stands for that is just out of range (``over``: just above) or misspelt."""
        field = self.field
        if value_of(field, text) is not None:
            return text
        if text.isascii() and text.isdigit():
            if int(text) == field.least - 1:
                return str(field.least)
            return str(over) if int(text) == field.most + 1 and over is not None and field is not WEEKDAY else None
        import difflib

        near = difflib.get_close_matches(text, (*field.names, *field.short_names), n=1, cutoff=_NEAR)
        return near[0][:3] if near and text.isalpha() else None


def _weekdays(begin: int, end: int, every: int) -> str:
    """Days of the week by name, which every dialect reads alike; a range may go round the end of the week."""
    count = end - begin + 1 if end >= begin else end - begin + 8
    days = {(begin + offset - 1) % 7 for offset in range(0, count, every)}
    names = [name for number, name in enumerate(_WEEK) if number in days]
    if every == 1 and "SUN" not in names and len(names) > 2 and end >= begin:
        return f"{names[0]}-{names[-1]}"
    return ",".join(names)


def _around(field: Field, begin: int, end: int, every: int) -> str:
    """``22-2`` as ``22-23,0-2``."""
    values = [*range(begin, field.most + 1), *range(field.least, end + 1)]
    if every > 1:
        return ",".join(map(str, values[::every]))
    parts = ((begin, field.most), (field.least, end))
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)
