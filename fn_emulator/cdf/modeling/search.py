"""``/models/instances/search``: which instances a text query matches, and in what order.

Matching is the documented one: words in any case, all of them (``AND``) or one (``OR``), the last as a prefix. Without
an operator it is ``OR``: cognite-sdk 7 says so of the API, to become ``AND`` in 2027; version 8 always sends one.

How the platform splits words that hold symbols and how it ranks is only outlined in its documentation; here a word is a
run of letters and digits, and more whole words, then the phrase itself, come first. Its index lags by seconds, ours
does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fn_emulator.cdf.contract import bad_request
from fn_emulator.cdf.modeling.properties import Property
from fn_emulator.cdf.modeling.references import Instance, shown
from fn_emulator.cdf.modeling.scope import Scope
from fn_emulator.cdf.modeling.shapes import read_array

OPERATORS = ("AND", "OR")

Score = tuple[int, int]
"""How well an instance matches, more being better: whole words, and whether the phrase occurs."""


def search(query: Any, instances: Iterable[Instance], names: Any, operator: Any, scope: Scope) -> list[Instance]:
    """The instances that match a text query, best first; without a query all of them as they come.

    Args:
        query: Words.
        instances: The nodes or edges to search.
        names: Properties of the view to search in; without any, all its text properties.
        operator: ``AND`` or ``OR``, which is the default.
        scope: What names mean: ``scope.view`` is the request's view.

    Raises:
        CdfError: 400 where a property is not there or no text, or the operator is another.
    """
    if operator is not None and operator not in OPERATORS:
        raise bad_request(f"The operator must be AND or OR. Got {operator!r:.100}.")
    if query is not None and not isinstance(query, str):
        raise bad_request(f"The query must be a string. Got {query!r:.100}.")
    fields = text_properties(read_array(names, "properties of a search"), scope)
    if not query or not words(query):
        return list(instances)
    score = make_scorer(query, operator or "OR")
    scored = [(score(_texts(fields, instance)), instance) for instance in instances]
    found = [(points, instance) for points, instance in scored if points is not None]
    found.sort(key=lambda entry: entry[0], reverse=True)  # stable: equals stay in the order of creation
    return [instance for _, instance in found]


def text_properties(names: Sequence[Any], scope: Scope) -> list[Property]:
    """The properties that are searched: those named, or all text properties of the view."""
    if names:
        found = [scope.property(name) for name in names]
        for one in found:
            if one.kind["type"] != "text":
                raise bad_request(f"The property '{one.name}' cannot be searched: it is no text.")
        return found
    if scope.view is None:
        raise bad_request("A search must have a view.")
    resolved = scope.schema.view(scope.view)
    every = [scope.property([scope.view[0], shown(scope.view).partition(":")[2], name]) for name in resolved.mapped]
    return [one for one in every if one.kind["type"] == "text"]


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return re.findall(r"[^\W_]+", text.lower())


def make_scorer(query: str, operator: str) -> Callable[[Iterable[str]], Score | None]:
    """A function that scores the texts of one instance; None where they do not match.

    Args:
        query: At least one word.
        operator: ``AND`` or ``OR``.
    """
    wanted = words(query)
    phrase = " ".join(wanted)
    decide = all if operator == "AND" else any

    def score(texts: Iterable[str]) -> Score | None:
        split = [words(text) for text in texts]
        present = {word for one in split for word in one}
        whole = [word in present for word in wanted]
        hits = [*whole[:-1], whole[-1] or any(word.startswith(wanted[-1]) for word in present)]
        if not decide(hits):
            return None
        return sum(hits) + sum(whole), int(any(phrase in " ".join(one) for one in split))

    return score


def _texts(fields: Iterable[Property], instance: Instance) -> list[str]:
    values: list[Any] = [one.read(instance) for one in fields]
    return [text for value in values if value is not None for text in (value if isinstance(value, list) else [value])]
