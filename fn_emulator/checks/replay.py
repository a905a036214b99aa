"""What a replay saw of the values of a batch, as findings: one rule for each cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fn_emulator.checks.registry import Example, Saw, check
from fn_emulator.function import Function
from fn_emulator.replay.model import Cause, Culprit, Violation

RETRIES = (
    "Snowflake documentation, external functions: do not assume that the remote service is passed each row exactly once"
)
ROWS = (
    "Snowflake documentation, external functions: rows and batches come in any order and size, so each row on its own"
)
COMMAND = "replay fn --rows rows.json"


@dataclass(frozen=True, slots=True)
class ReplaySubject:
    """A function and what its replay saw.

    Attributes:
        function: The function.
        violations: What does not hold.
    """

    function: Function
    violations: tuple[Violation, ...]

    def of(self, cause: Cause) -> Iterator[Violation]:
        """What has this cause."""
        return (violation for violation in self.violations if violation.cause == cause)


def example(body: str, rows: str = "[[10], [20], [30]]") -> Example:
    """A handler of Snowflake batches, and rows beside its folder."""
    return Example({"fn/handler.py": body, "rows.json": f"{rows}\n"}, COMMAND)


RIGHT = example('def handle(data):\n    return {"data": [[number, value * 2] for number, value in data["data"]]}\n')


@check(
    "error",
    source=RETRIES,
    bad=example(
        "COUNT = 0\n\n\n"
        "def handle(data):\n"
        "    global COUNT\n"
        "    answers = []\n"
        '    for number, value in data["data"]:\n'
        "        COUNT += 1\n"
        "        answers.append([number, COUNT])\n"
        '    return {"data": answers}\n'
    ),
    good=RIGHT,
)
def stateful(subject: ReplaySubject) -> Iterator[Saw]:
    """A value follows from its row's arguments alone, not from what was delivered before.

    Snowflake sends a batch again after a network error, with the same batch id, and cuts a query into batches as it
    likes. What a handler keeps between deliveries makes the same row get another value the next time.
    """
    for violation in subject.of("stateful"):
        yield _saw(subject, violation, "kept state changes the value of row {place}", "keep nothing between deliveries")


@check(
    "note",
    source="our judgement: state that changes no answer is harmless as long as it stays so",
    bad=example(
        "SEEN = {}\n\n\n"
        "def handle(data):\n"
        '    for number, value in data["data"]:\n'
        "        SEEN[value] = value * 2\n"
        '    return {"data": [[number, SEEN[value]] for number, value in data["data"]]}\n'
    ),
    good=RIGHT,
)
def latent_state(subject: ReplaySubject) -> Iterator[Saw]:
    """State that is kept between deliveries changes no answer here; a cache, perhaps.

    It is no fault, and may grow without bound in an instance that lives for hours.
    """
    for violation in subject.of("latent-state"):
        culprit = _first(violation.culprits)
        yield Saw(
            f"State is kept between deliveries and changed no value: {_named(violation.culprits)}.",
            file=culprit.file,
            line=culprit.line,
            hint="if it grows with what is asked, bound it, e.g. functools.lru_cache(maxsize=1000)",
            evidence={"state": [one.name for one in violation.culprits]},
        )


@check(
    "error",
    source=ROWS,
    bad=example(
        "def handle(data):\n"
        '    values = [value for _, value in data["data"]]\n'
        "    mean = sum(values) / len(values)\n"
        '    return {"data": [[number, value - mean] for number, value in data["data"]]}\n'
    ),
    good=RIGHT,
)
def depends_on_batch(subject: ReplaySubject) -> Iterator[Saw]:
    """A value follows from its own row, not from the other rows that happen to be in the batch.

    How Snowflake cuts a query into batches is its own matter and changes from run to run. Work out ranks, means and
    totals in SQL, with window functions over the result.
    """
    for violation in subject.of("depends-on-batch"):
        yield _saw(
            subject, violation, "the other rows of the batch change the value of row {place}", "work it out in SQL"
        )


@check(
    "error",
    source=ROWS,
    bad=example(
        "def handle(data):\n"
        "    answers, total = [], 0\n"
        '    for number, value in data["data"]:\n'
        "        total += value\n"
        "        answers.append([number, total])\n"
        '    return {"data": answers}\n'
    ),
    good=RIGHT,
)
def depends_on_row_order(subject: ReplaySubject) -> Iterator[Saw]:
    """A value follows from its own row, not from the rows before it.

    Rows come in any order, also where the query has ORDER BY, which is applied after the call. Running totals and
    differences to the row before belong into SQL.
    """
    for violation in subject.of("depends-on-row-order"):
        yield _saw(subject, violation, "the rows before it change the value of row {place}", "work it out in SQL")


@check(
    "error",
    source=ROWS,
    bad=example(
        'def handle(data):\n    return {"data": [[number, f"{number}-{value}"] for number, value in data["data"]]}\n'
    ),
    good=RIGHT,
)
def depends_on_row_number(subject: ReplaySubject) -> Iterator[Saw]:
    """A value does not follow from the row's number: that is its place in the batch, and starts at 0 in each.

    The same row gets another number in the next run. Pass an id of your own as an argument.
    """
    for violation in subject.of("depends-on-row-number"):
        yield _saw(subject, violation, "the row's number changes the value of row {place}", "pass an id as an argument")


@check(
    "error",
    source=RETRIES,
    bad=example(
        "import uuid\n\n\n"
        'def handle(data):\n    return {"data": [[number, str(uuid.uuid4())] for number, _ in data["data"]]}\n'
    ),
    good=RIGHT,
)
def nondeterministic(subject: ReplaySubject) -> Iterator[Saw]:
    """Equal deliveries get equal values.

    A value that follows the clock, chance or an object's address is another one when the batch is sent again. Which of
    them it is, is not told apart yet.
    """
    for violation in subject.of("nondeterministic"):
        yield _saw(
            subject,
            violation,
            "an equal delivery changes the value of row {place}",
            "let the value follow from the arguments",
        )


@check(
    "note",
    source="our judgement: what is handed over belongs to the caller",
    bad=example('def handle(data):\n    for row in data["data"]:\n        row[1] *= 2\n    return data\n'),
    good=RIGHT,
)
def mutates_input(subject: ReplaySubject) -> Iterator[Saw]:
    """The handler changes the batch that it is handed.

    Here that is harmless, for each delivery is decoded anew; code that is handed the same object twice would be
    surprised.
    """
    for _ in subject.of("mutates-input"):
        file = str(subject.function.place(subject.function.handler_file)["file"])
        yield Saw("The handler changes the batch that it was handed.", file=file, hint="build new rows for the answer")


def _saw(subject: ReplaySubject, violation: Violation, what: str, hint: str) -> Saw:
    culprit = _first(violation.culprits)
    if _is_sent_the_same(violation):
        what = "in one answer, equal arguments get different values; row {place} goes"
    where = "" if not violation.culprits else f" ({_named(violation.culprits[:1])})"
    return Saw(
        f"{violation.relation}: {what.format(place=violation.place)} from {violation.expected} to"
        f" {violation.found}{where}.",
        file=culprit.file or str(subject.function.place(subject.function.handler_file)["file"]),
        line=culprit.line,
        hint=hint,
        evidence={
            "relation": violation.relation,
            "rows": [list(row) for row in violation.rows],
            "row": violation.place,
            "expected": violation.expected,
            "found": violation.found,
            "plain": violation.plain and {"body": violation.plain.body, "answer": violation.plain.answer},
            "deliveries": [{"body": one.body, "answer": one.answer} for one in violation.other],
            "culprits": [{"name": one.name, "file": one.file, "line": one.line} for one in violation.culprits],
            "confirmed_in_new_processes": violation.is_confirmed,
        },
    )


def _is_sent_the_same(violation: Violation) -> bool:
    """Whether rows that change places are equal, so that both bodies look the same."""
    sent = [one.body for one in violation.other]
    return violation.relation.startswith("permuted") and violation.plain is not None and sent == [violation.plain.body]


def _first(culprits: tuple[Culprit, ...]) -> Culprit:
    return culprits[0] if culprits else Culprit()


def _named(culprits: tuple[Culprit, ...]) -> str:
    return ", ".join(f"{one.name or one.source}{' probably' if one.is_likely else ''}" for one in culprits)


RULES = (
    stateful,
    latent_state,
    depends_on_batch,
    depends_on_row_order,
    depends_on_row_number,
    nondeterministic,
    mutates_input,
)
