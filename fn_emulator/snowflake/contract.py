"""What a remote service answered to one batch -> what Snowflake would refuse in it.

``problems`` is written by hand, because it runs on each answer: it takes about 30 ns a row, jsonschema 15 s a million.
``response_schema`` says the same to machines; a test holds the two together.

Source: Snowflake documentation, Remote service output format, Creating external functions (``[NOT] NULL``) and
Troubleshooting external functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fn_emulator.model import JSON

ProblemId = Literal[
    "no-data", "row-shape", "row-count", "row-number", "row-order", "null-not-allowed", "response-too-large"
]

RESPONSE_BYTES = 10_485_760
"""Most bytes of an answer, documented as 10 MB."""

NEAR_LIMIT_BYTES = 10_000_000
"""From here on the other reading of MB is exceeded; nothing says which one is Snowflake's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which an answer breaks the contract.

    Attributes:
        id: The id of its finding.
        entries: 0-based indices into the answer's ``data`` of what is wrong, in order; empty where it is the whole.
    """

    id: ProblemId
    entries: tuple[int, ...] = ()


def problems(
    answer: JSON, sent_numbers: Sequence[int], *, is_not_null: bool = False, size_bytes: int = 0
) -> list[Problem]:
    """What Snowflake would refuse in an answer, the first cause alone where one follows from another.

    Args:
        answer: The answer, decoded from JSON.
        sent_numbers: The row numbers of the batch, in order: each once.
        is_not_null: Whether the function is declared ``RETURNS ... NOT NULL``.
        size_bytes: Bytes of the answer's text.

    Returns:
        Nothing for an answer that is right. At most one of ``no-data``, ``row-shape``, ``row-count``, ``row-number``
        and ``row-order``; ``null-not-allowed`` unless the shape is wrong; and ``response-too-large``, which is also
        told where just the smaller reading of 10 MB is exceeded.
    """
    found = [] if size_bytes <= NEAR_LIMIT_BYTES else [Problem("response-too-large")]
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, list):
        return [Problem("no-data"), *found]
    if not _is_as_sent(data, sent_numbers):
        problem = _first_problem(data, list(sent_numbers))
        found = found if problem is None else [problem, *found]
        if problem is not None and problem.id == "row-shape":
            return found
    if is_not_null and None in [value for _, value in data]:
        nulls = (at for at, (_, value) in enumerate(data) if value is None)
        found.append(Problem("null-not-allowed", tuple(nulls)))
    return found


def _is_as_sent(data: list[Any], sent_numbers: Sequence[int]) -> bool:
    """Whether an answer is surely right: this is what nearly every answer pays for."""
    try:
        numbers = [number for number, _ in data]
    except (TypeError, ValueError):
        return False
    # Equal are also 0 and false (which stand at the beginning of a batch, if anywhere), and 7 and 7.0, whose sum is a
    # float. A text or an object of two members has no whole number in it.
    return (
        numbers == (sent_numbers if isinstance(sent_numbers, list) else list(sent_numbers))
        and type(sum(numbers)) is int
        and not any(type(number) is bool for number in _zero_and_one(numbers))
    )


def _zero_and_one(numbers: list[int]) -> Iterator[int]:
    if numbers[:2] == [0, 1]:
        yield from numbers[:2]
        return
    for bit in (0, 1):
        if bit in numbers:
            yield numbers[numbers.index(bit)]


def _first_problem(data: list[Any], sent: list[int]) -> Problem | None:
    shapeless = tuple(at for at, entry in enumerate(data) if not _is_pair(entry))
    if shapeless:
        return Problem("row-shape", shapeless)
    if len(data) != len(sent):
        return Problem("row-count")
    numbers = [entry[0] for entry in data]
    if all(type(number) is int for number in numbers) and sorted(numbers) == sorted(sent):
        moved = tuple(at for at, number in enumerate(numbers) if number != sent[at])
        return Problem("row-order", moved) if moved else None
    wrong = (at for at, number in enumerate(numbers) if type(number) is not int or number != sent[at])
    return Problem("row-number", tuple(wrong))


def _is_pair(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 2


def response_schema(rows: int, *, is_not_null: bool = False) -> Mapping[str, JSON]:
    """The JSON Schema of an answer to a batch of ``rows`` rows, but for the values and the order of row numbers."""
    value: dict[str, JSON] = {"not": {"type": "null"}} if is_not_null else {}
    row = {"type": "array", "prefixItems": [{"type": "integer"}, value], "minItems": 2, "maxItems": 2}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {"data": {"type": "array", "items": row, "minItems": rows, "maxItems": rows}},
        "required": ["data"],
    }
