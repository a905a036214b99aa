"""A problem of an answer -> what Snowflake says of it, and what a finding shows of both bodies."""

from __future__ import annotations

import json
from typing import NamedTuple

from fn_emulator.checks.contract_subject import ContractSubject
from fn_emulator.checks.registry import Saw
from fn_emulator.model import JSON, Severity

OUTPUT = "Snowflake documentation, Remote service output format"
HEADING = "Troubleshooting external functions, whose headings the messages are; their codes are not known"

MOST_SHOWN = 2_000
"""Characters of a body in the evidence."""

MOST_VALUE = 60
"""Characters of a value in a message."""


class Words(NamedTuple):
    """What a user of Snowflake reads.

    Attributes:
        text: The message, as far as it is known.
        code: Snowflake's error code; None where it is not known.
        sqlstate: The SQLSTATE; None where it is not known.
    """

    text: str
    code: int | None = None
    sqlstate: str | None = None


OUT_OF_ORDER = Words("Row numbers out of order")
WRONG_COUNT = Words("Function received the wrong number of rows")
INVALID = Words("Error parsing JSON: Invalid response")


def without_data(subject: ContractSubject) -> Words:
    """The message for an answer that has no data."""
    text = (
        f"Error parsing JSON response for external function {subject.name} with request batch id: "
        f'{subject.delivery.batch_id}. Error: top-level JSON object must contain "data" JSON array element'
    )
    return Words(text, 100287, "22P02")


def wrong_elements(at: int, count: int) -> Words:
    """The message for an entry that is a list of another length."""
    elements = "1 element" if count == 1 else f"{count} elements"
    text = f"Error parsing JSON response for external function - index {at} contains {elements}"
    return Words(f"{text}, but 2 elements are expected")


def sighting(
    subject: ContractSubject,
    message: str,
    *,
    hint: str,
    number: int | None = None,
    answered: JSON = None,
    words: Words | None = None,
    severity: Severity | None = None,
) -> Saw:
    """One sentence of ours and Snowflake's, with the row and both bodies as evidence.

    Args:
        subject: What was judged.
        message: Ours, with its full stop.
        hint: What to do next.
        number: The number of the row that it is about.
        answered: What stands in the answer for it.
        words: Snowflake's.
        severity: Where it is another than the rule's.
    """
    delivery = subject.delivery
    code = "" if words is None or words.code is None else f" ({words.code:06})"
    evidence: dict[str, JSON] = {
        "batch_id": delivery.batch_id,
        "row": None if number is None else {"sent": _cut(subject.sent_row(number)), "answered": _cut(answered)},
        "request": in_short(delivery.body, MOST_SHOWN),
        "answer": delivery.answer_text and in_short(delivery.answer_text, MOST_SHOWN),
        "snowflake": None if words is None else words._asdict(),
    }
    says = "" if words is None else f" Snowflake says{code}: {words.text}"
    return Saw(f"{message}{says}", file=subject.handler_file, hint=hint, evidence=evidence, severity=severity)


def in_short(text: str, most: int) -> str:
    """A text, cut where it is long, with its length."""
    return text if len(text) <= most else f"{text[:most]}... ({len(text):,} characters)"


def _cut(value: JSON) -> JSON:
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= MOST_SHOWN else in_short(text, MOST_SHOWN)


def shown(value: JSON) -> str:
    """A value in a sentence, as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_VALUE else f"{text[: MOST_VALUE - 3]}..."
