"""What the rules of Snowflake's contract read: one batch, and what came back for it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fn_emulator.model import JSON
from fn_emulator.snowflake.contract import Problem, ProblemId, problems

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.observations import Place
    from fn_emulator.snowflake.signature import Signature


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request, and what came back for it.

    Attributes:
        batch_id: As it was sent.
        numbers: The row numbers that were sent, in order.
        body: The request's body as text.
        answer_text: The response's body as text; None where what the handler returned is not JSON.
        answer: The same, decoded.
        refused: Where JSON refuses what the handler returned.
        refused_reason: Why it is not JSON; empty where it is.
    """

    batch_id: str
    numbers: tuple[int, ...]
    body: str
    answer_text: str | None
    answer: JSON = None
    refused: tuple[Place, ...] = ()
    refused_reason: str = ""


@dataclass(frozen=True, slots=True)
class ContractSubject:
    """A function and one delivery, with what is wrong with the answer.

    Attributes:
        function: The function that was called.
        signature: Its SQL signature, where one was given.
        delivery: The request and the answer.
        problems: What Snowflake would refuse in the answer; nothing of an answer that is not JSON.
        size_bytes: Bytes of the answer as UTF-8.
    """

    function: Function
    signature: Signature | None
    delivery: Delivery
    problems: tuple[Problem, ...]
    size_bytes: int

    @property
    def name(self) -> str:
        """What Snowflake calls the function: the signature's name, or that of the folder."""
        return self.function.name.upper() if self.signature is None else self.signature.name

    @property
    def handler_file(self) -> str:
        """The handler file as the user knows it."""
        return str(self.function.place(self.function.handler_file)["file"])

    def of(self, problem_id: ProblemId) -> Iterable[Problem]:
        """The problems with an id."""
        return (problem for problem in self.problems if problem.id == problem_id)

    def entry(self, at: int) -> JSON:
        """What stands at an index of the answer's data; None behind its end."""
        data = self.delivery.answer["data"]
        return data[at] if at < len(data) else None

    def sent_row(self, number: int) -> JSON:
        """The row that was sent with a number: ``[number, argument, ...]``; None where there is none."""
        numbers = self.delivery.numbers
        return json.loads(self.delivery.body)["data"][numbers.index(number)] if number in numbers else None


def contract_subject(function: Function, delivery: Delivery, signature: Signature | None = None) -> ContractSubject:
    """A delivery, looked at once for all rules."""
    text = delivery.answer_text
    if text is None:
        return ContractSubject(function, signature, delivery, (), 0)
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    is_not_null = signature is not None and signature.is_not_null
    found = problems(delivery.answer, delivery.numbers, is_not_null=is_not_null, size_bytes=size)
    return ContractSubject(function, signature, delivery, tuple(found), size)
