"""The answer: is it JSON, does it come back from JSON as it was, is it small enough?"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.model import JSON

if TYPE_CHECKING:
    from fn_emulator.observations import Place

DOCUMENTED = "Cognite documentation, Use Functions: the return value must be JSON-serializable"
NEAR_LIMIT_BYTES = 1_000_000
"""From here on an answer is near the limit: nothing says whether the platform's MB has 1,000,000 or 1,048,576 bytes."""

CURE_BY_TYPE = {
    "datetime.datetime": "return it as text, e.g. value.isoformat()",
    "datetime.date": "return it as text, e.g. value.isoformat()",
    "datetime.time": "return it as text, e.g. value.isoformat()",
    "datetime.timedelta": "return it as a number, e.g. value.total_seconds()",
    "decimal.Decimal": "return it as str(value), or as float(value) where rounding is no matter",
    "set": "return it as a list, e.g. sorted(value)",
    "frozenset": "return it as a list, e.g. sorted(value)",
    "bytes": "return it as text, e.g. base64.b64encode(value).decode()",
    "bytearray": "return it as text, e.g. base64.b64encode(value).decode()",
    "complex": "return its parts, e.g. [value.real, value.imag]",
    "uuid.UUID": "return it as text, e.g. str(value)",
    "pathlib.PurePath": "return it as text, e.g. str(value)",
    "enum.Enum": "return its value, e.g. member.value",
    "numpy.generic": "return a Python number, e.g. value.item()",
    "numpy.ndarray": "return a list, e.g. array.tolist()",
    "pandas.DataFrame": 'return its records, e.g. json.loads(frame.to_json(orient="records", date_format="iso"))',
    "pandas.Series": "return its values, e.g. json.loads(series.to_json())",
    "types.CoroutineType": "await it, e.g. asyncio.run(coroutine): the platform does not",
    "coroutine": "await it, e.g. asyncio.run(coroutine): the platform does not",
    "generator": "return its items, e.g. list(generator)",
    "unittest.mock.NonCallableMock": "give it a return value: in Python, load_function(..., client=your_mock)",
}
CURE_BY_PLACE = {
    "key": "make the key a text, e.g. str(key)",
    "circular": "return a copy that does not hold itself",
    "too-deep": "return a flatter structure",
    "not-finite": "return None instead, e.g. value if math.isfinite(value) else None",
}
CURE_BY_TRAIT = {
    "dump": "return its content, e.g. resource.dump()",
    "model_dump": 'return its content, e.g. model.model_dump(mode="json")',
    "dataclass": "return its fields, e.g. dataclasses.asdict(value)",
    "isoformat": "return it as text, e.g. value.isoformat()",
    "to_dict": "return its content, e.g. value.to_dict()",
    "tolist": "return a list, e.g. value.tolist()",
}


@check(
    "error",
    source=DOCUMENTED,
    bad=handler(
        'import datetime\n\n\ndef handle(data):\n    return {"when": datetime.datetime(2026, 1, 1)}\n', command="run fn"
    ),
    good=handler(
        'import datetime\n\n\ndef handle(data):\n    return {"when": datetime.datetime(2026, 1, 1).isoformat()}\n',
        command="run fn",
    ),
)
def not_json(subject: CallSubject) -> Iterator[Saw]:
    """What a handler returns must be JSON.

    The platform encodes it with Python's own json: datetimes, sets, bytes, Decimals, NaN, numpy values and SDK objects
    are refused, and the call is Failed although the handler succeeded.

    So must be what a remote service answers to a batch of rows: Snowflake lets the query fail.
    """
    evidence = subject.evidence
    alike: dict[tuple[str, str], list[Place]] = {}
    for place in evidence.refused:
        alike.setdefault((place.type, cure(place)), []).append(place)
    for (kind, remedy), places in alike.items():
        more = "" if len(places) == 1 else f" So are {_more(places, evidence.refused)} other places."
        yield Saw(
            f"{places[0].path} {describe(places[0])}, which is not JSON.{more}",
            file=subject.handler_file,
            hint=remedy,
            evidence={"path": places[0].path, "type": kind, "paths": [place.path for place in places]},
        )
    if evidence.refused_reason and not evidence.refused:
        yield Saw(
            f"The answer is not JSON: {evidence.refused_reason}.",
            file=subject.handler_file,
            hint="return plain dicts, lists, texts and numbers",
        )


def _more(places: list[Place], refused: tuple[Place, ...]) -> str:
    from fn_emulator.harness.answer import MOST_PLACES

    # The harness stops looking after some places: then there may be more of any kind.
    return f"at least {len(places) - 1}" if len(refused) >= MOST_PLACES else str(len(places) - 1)


def describe(place: Place) -> str:
    """What stands at a refused place, as the end of a sentence."""
    traits = place.traits
    if "key" in traits:
        return (
            f"has a key that is a {place.type}" if "not-finite" not in traits else "has a key that is NaN or infinite"
        )
    if "circular" in traits:
        return "refers back to a container that holds it"
    if "too-deep" in traits:
        return "is nested too deeply"
    if "not-finite" in traits:
        return "is NaN or infinite"
    return f"is a {place.type}" if place.type[0] not in "aeiou" else f"is an {place.type}"


def cure(place: Place) -> str:
    """How to return a refused value instead."""
    by_place = (cure for trait, cure in CURE_BY_PLACE.items() if trait in place.traits)
    by_type = (CURE_BY_TYPE[name] for name in map(_public_name, place.bases) if name in CURE_BY_TYPE)
    by_method = (cure for trait, cure in CURE_BY_TRAIT.items() if trait in place.traits)
    return next(itertools.chain(by_place, by_type, by_method), "return plain dicts, lists, texts and numbers")


def _public_name(base: str) -> str:
    if base.startswith("pandas."):
        return f"pandas.{base.rpartition('.')[2]}"
    return base.replace("builtins.", "").replace("pathlib._local.", "pathlib.")


@check(
    "warning",
    source="Python's json, which the platform uses; that the difference is worth a warning is our judgement",
    bad=handler('def handle(data):\n    return {1: "one", "point": (2, 3)}\n', command="run fn"),
    good=handler('def handle(data):\n    return {"1": "one", "point": [2, 3]}\n', command="run fn"),
)
def not_round_trip(subject: CallSubject) -> Iterator[Saw]:
    """What the caller gets should be what the handler returned.

    JSON has only text keys and only lists: {1: "one"} arrives as {"1": "one"}, and a tuple as a list. A test of the
    handler alone does not show it.
    """
    for place in subject.evidence.changed:
        what = f"has the key of type {place.type} that" if "key" in place.traits else f"is a {place.type} that"
        yield Saw(
            f"{place.path} {what} arrives as {place.becomes}.",
            file=subject.handler_file,
            hint="make the keys texts" if "key" in place.traits else "return what should arrive, e.g. list(value)",
            evidence={"path": place.path, "type": place.type, "becomes": place.becomes},
        )


@check(
    "error",
    source="Cognite documentation, Functions limits: 1 MB, documented for GCP (responseSizeMb)",
    bad=handler('def handle(data):\n    return {"rows": ["x" * 100] * 12_000}\n', command="run fn"),
    good=handler('def handle(data):\n    return {"rows": 12_000}\n', command="run fn"),
)
def response_too_large(subject: CallSubject) -> Iterator[Saw]:
    """An answer has at most 1 MB.

    It is counted as Python's json writes it by default. On gcp a larger one makes the call Failed; on azure and aws no
    limit is documented, so there it is a warning. Whether 1 MB means 1,000,000 or 1,048,576 bytes is documented
    nowhere; between the two it is a warning. Write large results to CDF (a file, RAW, time series) and return where
    they are.

    The answer of a remote service to a batch of rows has at most 10 MB, which Snowflake documents; between the two
    readings of that it is a warning.
    """
    evidence, settings = subject.evidence, subject.settings
    if evidence.answer_text is None:
        return
    size, limit = len(evidence.answer_text), settings.response_limit_bytes
    is_over = size > limit
    near = min(NEAR_LIMIT_BYTES, limit)
    if not is_over and size <= near:
        return
    severity = "error" if is_over and settings.response_limit_documented else "warning"
    member = largest_member(evidence.answer)
    over, near_it = f"more than the {limit:,} bytes of {settings.cloud}", f"close to the {limit:,} bytes allowed"
    yield Saw(
        f"The answer has {size:,} bytes, {over if is_over else near_it}{_at_most(member)}.",
        file=subject.handler_file,
        hint="write it to CDF (a file, RAW, time series) and return where it is",
        evidence={"bytes": size, "limit": limit, "largest": member and member[0]},
        severity=severity,  # type: ignore[arg-type]
    )


@check(
    "note",
    source="Cognite documentation, Use Functions: pass small amounts of data, and read and write CDF from the function",
    bad=handler('def handle(data):\n    return {"rows": ["x" * 100] * 2_000}\n', command="run fn"),
    good=handler('def handle(data):\n    return {"rows": ["x" * 100] * 200}\n', command="run fn"),
)
def large_response(subject: CallSubject) -> Iterator[Saw]:
    """Answers should be small.

    The platform advises to pass small amounts of data to and from functions. From a tenth of the limit on this note
    says so.
    """
    evidence, limit = subject.evidence, subject.settings.response_limit_bytes
    if evidence.answer_text is None or not limit / 10 < len(evidence.answer_text) <= min(NEAR_LIMIT_BYTES, limit):
        return
    size, member = len(evidence.answer_text), largest_member(evidence.answer)
    yield Saw(
        f"The answer has {size:,} bytes, {size / limit:.0%} of what is allowed{_at_most(member)}.",
        file=subject.handler_file,
        hint="write large results to CDF and return where they are",
        evidence={"bytes": size, "limit": limit},
    )


def largest_member(answer: JSON) -> tuple[str, int] | None:
    """Path and size in bytes of the member of an answer that weighs the most, as deep as one outweighs the rest."""
    path, value, found = "$", answer, None
    while isinstance(value, dict | list) and value:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        sizes = [(len(json.dumps(member)), key, member) for key, member in members]
        size, key, member = max(sizes, key=lambda entry: entry[0])
        if size * 2 < sum(entry[0] for entry in sizes):
            return found
        path += f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{json.dumps(key)}]"
        found, value = (path, size), member
    return found


def _at_most(member: tuple[str, int] | None) -> str:
    return f"; the largest part is {member[0]} with {member[1]:,}" if member is not None else ""


RULES = (not_json, not_round_trip, response_too_large, large_response)
