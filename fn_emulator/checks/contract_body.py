"""The answer to a batch as a whole: is it JSON, has it a list "data", is it small enough?

``not-json`` and ``response-too-large`` are also rules about calls: one id has one text and one pair of examples, those
of ``call.response``. Here are their bodies for a batch.
"""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.checks.call import response
from fn_emulator.checks.contract_example import GOOD, example
from fn_emulator.checks.contract_subject import ContractSubject
from fn_emulator.checks.contract_words import HEADING, INVALID, OUTPUT, shown, sighting, without_data
from fn_emulator.checks.registry import Saw, check
from fn_emulator.model import JSON
from fn_emulator.snowflake.contract import RESPONSE_BYTES


@check(
    "error",
    source=f"{OUTPUT}; the message with its code was seen in a public log",
    bad=example('    return {"rows": [[number, text.upper()] for number, _, text in data["data"]]}\n'),
    good=example(GOOD),
)
def no_data(subject: ContractSubject) -> Iterator[Saw]:
    """The answer to a batch is an object with a list "data".

    Without it the query fails at once. An answer of {"statusCode": ..., "body": ...} is what a proxy such as Amazon API
    Gateway takes; Snowflake gets the body alone.
    """
    for _ in subject.of("no-data"):
        answer = subject.delivery.answer
        is_proxy = isinstance(answer, dict) and "statusCode" in answer
        yield sighting(
            subject,
            f'The answer has no list "data": it {_without_data(answer)}.',
            hint="return the body alone, decoded" if is_proxy else 'return {"data": [[number, value], ...]}',
            words=without_data(subject),
        )


def _without_data(answer: JSON) -> str:
    if not isinstance(answer, dict):
        return f"is {shown(answer)}"
    if "data" in answer:
        return f'has {shown(answer["data"])} as "data"'
    return f"has {', '.join(map(shown, answer))} instead" if answer else "is an empty object"


def _not_json(subject: ContractSubject) -> Iterator[Saw]:
    delivery = subject.delivery
    hint = "return plain dicts, lists, texts and numbers"
    if delivery.refused:
        place = delivery.refused[0]
        count = len(delivery.refused) - 1
        more = f" So are {count} other places." if count > 1 else " So is another place." if count else ""
        message = f"{place.path} {response.describe(place)}, which is not JSON.{more}"
        yield sighting(subject, message, hint=response.cure(place), words=INVALID)
    elif delivery.refused_reason:
        yield sighting(subject, f"The answer is not JSON: {delivery.refused_reason}.", hint=hint, words=INVALID)


def _response_too_large(subject: ContractSubject) -> Iterator[Saw]:
    for _ in subject.of("response-too-large"):
        is_over = subject.size_bytes > RESPONSE_BYTES
        limit = f"{'more than' if is_over else 'close to'} the {RESPONSE_BYTES:,} that Snowflake takes for a batch"
        yield sighting(
            subject,
            f"The answer has {subject.size_bytes:,} bytes, {limit}.",
            hint="return less for a row, or have smaller batches sent (MAX_BATCH_ROWS)",
            severity=None if is_over else "warning",
        )


not_json = response.not_json._replace(source=f"{OUTPUT}; {HEADING}", body=_not_json)
response_too_large = response.response_too_large._replace(
    source="Snowflake documentation, Limitations of external functions: 10 MB for a batch", body=_response_too_large
)
