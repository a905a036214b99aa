"""What Snowflake asks of the rows of an answer: one ``[row number, value]`` for each row sent, in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fn_emulator.checks.contract_body import no_data, not_json, response_too_large
from fn_emulator.checks.contract_example import COMMAND, example
from fn_emulator.checks.contract_subject import ContractSubject
from fn_emulator.checks.contract_words import (
    HEADING,
    INVALID,
    OUT_OF_ORDER,
    OUTPUT,
    WRONG_COUNT,
    shown,
    sighting,
    wrong_elements,
)
from fn_emulator.checks.registry import Saw, check
from fn_emulator.model import JSON


@check(
    "error",
    source=f"{OUTPUT}; Snowflake's message is a paraphrase from a public guide",
    bad=example('    return {"data": [[number, text.upper(), "ok"] for number, _, text in data["data"]]}\n'),
    good=example('    return {"data": [[number, [text.upper(), "ok"]] for number, _, text in data["data"]]}\n'),
)
def row_shape(subject: ContractSubject) -> Iterator[Saw]:
    """Each entry of an answer is a list of two: the row number and one value.

    External functions are scalar: they give one value for each row. Several values go into one list or object, which
    the SQL function returns as VARIANT, ARRAY or OBJECT.
    """
    for problem in subject.of("row-shape"):
        at = problem.entries[0]
        entry, numbers = subject.entry(at), subject.delivery.numbers
        is_list = isinstance(entry, list)
        what = f"has {len(entry)} element{'s' * (len(entry) != 1)}" if is_list else f"is {shown(entry)}"
        yield sighting(
            subject,
            f"Entry {at} of the answer {what}, not a row number and one value.{_so_are(problem.entries)}",
            hint="return [number, value] for each row; several values go into one list or object",
            number=numbers[at] if at < len(numbers) else None,
            answered=entry,
            words=wrong_elements(at, len(entry)) if is_list else INVALID,
        )


@check(
    "error",
    source=f"{OUTPUT}; {HEADING}",
    bad=example(
        '    return {"data": [[number, text.upper()] for number, _, text in data["data"] if text != "Steve"]}\n'
    ),
    good=example(
        '    return {"data": [[number, None if text == "Steve" else text] for number, _, text in data["data"]]}\n'
    ),
)
def row_count(subject: ContractSubject) -> Iterator[Saw]:
    """An answer has as many rows as the batch.

    Batches have as many rows as Snowflake likes, from one to thousands. A row that cannot be answered is answered with
    null; it cannot be left out.
    """
    for _ in subject.of("row-count"):
        sent, got = subject.delivery.numbers, [entry[0] for entry in subject.delivery.answer["data"]]
        answered = {number for number in got if type(number) is int}
        missing = next((number for number in sent if number not in answered), None)
        answer = "is empty" if not got else "has 1" if len(got) == 1 else f"has {len(got)}"
        yield sighting(
            subject,
            f"The batch has {_rows(len(sent))}, and the answer {answer}{_difference(sent, got, missing)}.",
            hint="return one [number, value] for each row, [number, None] where there is no value",
            number=missing,
            words=WRONG_COUNT,
        )


def _difference(sent: Sequence[int], got: Sequence[JSON], missing: int | None) -> str:
    if missing is not None:
        return f": row {missing} is missing" if got else ""
    # None is missing, and there are more than were sent.
    waiting = set(sent)
    for number in got:
        if type(number) is not int or number not in waiting:
            was_sent = type(number) is int and number in sent
            return f": row {shown(number)} {'comes twice' if was_sent else 'was not sent'}"
        waiting.remove(number)
    return ""  # pragma: no cover - more rows than were sent


@check(
    "error",
    source=f"{OUTPUT}; {HEADING}",
    bad=example('    return {"data": [[at, row[2]] for at, row in enumerate(data["data"], start=1)]}\n'),
    good=example('    return {"data": [[row[0], row[2]] for row in data["data"]]}\n'),
)
def row_number(subject: ContractSubject) -> Iterator[Saw]:
    """Each row is answered with the number that it came with.

    The numbers of a batch count from 0 in steps of 1, in each batch anew. A number that was not sent, that comes twice
    or is a text makes the query fail. Whether Snowflake takes 1.0 for 1 is documented nowhere: that is a warning.
    """
    for problem in subject.of("row-number"):
        at = problem.entries[0]
        sent, answered = subject.delivery.numbers[at], subject.entry(at)
        is_decimal = all(_is_decimal(subject, at) for at in problem.entries)
        yield sighting(
            subject,
            f"Entry {at} of the answer has the row number {shown(answered[0])} in the place of {sent}.",
            hint="answer with int(row[0])" if is_decimal else "answer each row as [row[0], value]",
            number=sent,
            answered=answered,
            words=None if is_decimal else OUT_OF_ORDER,
            severity="warning" if is_decimal else None,
        )


def _is_decimal(subject: ContractSubject, at: int) -> bool:
    number = subject.entry(at)[0]
    return isinstance(number, float) and number == subject.delivery.numbers[at]


@check(
    "error",
    source=f"{OUTPUT}; {HEADING}",
    bad=example('    return {"data": [[row[0], row[2]] for row in sorted(data["data"], key=lambda row: row[2])]}\n'),
    good=example('    return {"data": sorted([row[0], row[2]] for row in data["data"])}\n'),
)
def row_order(subject: ContractSubject) -> Iterator[Saw]:
    """An answer has its rows in the order in which they were sent.

    Row numbers do not make up for it: Snowflake refuses an answer whose numbers do not ascend.
    """
    for problem in subject.of("row-order"):
        at = problem.entries[0]
        sent, answered = subject.delivery.numbers[at], subject.entry(at)
        yield sighting(
            subject,
            f"The answer has row {answered[0]} in the place of row {sent}.",
            hint="answer the rows in their order, or sort the answer by row number",
            number=sent,
            answered=answered,
            words=OUT_OF_ORDER,
        )


@check(
    "error",
    source="Snowflake documentation, CREATE EXTERNAL FUNCTION, [NOT] NULL; what Snowflake says is not known",
    bad=example(
        '    return {"data": [[row[0], row[1] or None] for row in data["data"]]}\n',
        rows='[["Alex"], [""]]\n',
        command=f"{COMMAND} --signature 'fn(varchar) returns varchar not null'",
    ),
    good=example(
        '    return {"data": [[row[0], row[1] or None] for row in data["data"]]}\n',
        rows='[["Alex"], [""]]\n',
        command=f"{COMMAND} --signature 'fn(varchar) returns varchar'",
    ),
)
def null_not_allowed(subject: ContractSubject) -> Iterator[Saw]:
    """A function that RETURNS ... NOT NULL answers no row with null.

    Say NOT NULL only where also a row with NULL, or one that cannot be answered, gets a value.
    """
    for problem in subject.of("null-not-allowed"):
        entry = subject.entry(problem.entries[0])
        returns = "" if subject.signature is None else f" {subject.signature.return_type}"
        yield sighting(
            subject,
            f"Row {shown(entry[0])} is answered with null, and {subject.name} returns{returns} NOT NULL."
            f"{_so_are(problem.entries)}",
            hint="give it a value, or declare the function without NOT NULL",
            number=entry[0] if type(entry[0]) is int else None,
            answered=entry,
        )


def _so_are(entries: tuple[int, ...]) -> str:
    more = len(entries) - 1
    return "" if not more else " So is another entry." if more == 1 else f" So are {more:,} other entries."


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


RULES = (no_data, row_shape, row_count, row_number, row_order, null_not_allowed)

ALL_RULES = (not_json, *RULES, response_too_large)
"""What judges an answer: also the rules whose ids the rules about calls have."""
