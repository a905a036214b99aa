"""``POST /x/search``: full-text search. What is found follows the platform; the order of relevance is ours.

The platform's ranking is not documented and may change there from one day to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fn_emulator.cdf.api.bodies import body_of, limit_of
from fn_emulator.cdf.api.fields import check_fields, text
from fn_emulator.cdf.api.listing import matching
from fn_emulator.cdf.api.resource import Resource
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item

MOST_FOUND = 1000


def search(request: Request, resource: Resource) -> dict[str, Any]:
    """The items that pass ``filter`` and contain what ``search`` asks for, the best first.

    ``name`` and ``description`` want a word beginning with each of their words in that field; ``query`` wants any of
    its words in any searched field. Without ``search`` it lists.
    """
    body = body_of(request, "filter", "search", "limit", "advancedFilter")
    limit = limit_of(body, MOST_FOUND)
    asked = body.get("search") or {}
    known = {name: text(500) for name in (*resource.searched, "query")}
    check_fields(asked, "search", known)
    asked = {name: wanted for name, wanted in asked.items() if wanted is not None}
    found = [item for _, item in matching(request, resource, body)]
    ranked = (
        [(relevance(item, asked, resource.searched), item) for item in found] if asked else [(1.0, i) for i in found]
    )
    best = sorted((pair for pair in ranked if pair[0] > 0), key=lambda pair: -pair[0])
    return {"items": [resource.shown(item) for _, item in best[:limit]]}


def relevance(item: Item, asked: Mapping[str, Any], searched: Iterable[str]) -> float:
    """How well an item answers a search; 0 when not at all."""
    total = 0.0
    for field, wanted in asked.items():
        if field == "query":
            words = words_of(wanted)
            score = max((score_of(words, item.get(name), is_any=True) for name in searched), default=0.0)
        else:
            score = score_of(words_of(wanted), item.get(field), is_any=False)
        if score == 0:
            return 0.0
        total += score
    return total


def score_of(words: list[str], held: Any, *, is_any: bool) -> float:
    """Share of the words that the held text contains, more for whole words; 0 when one is missing and all must be."""
    if not isinstance(held, str) or not words:
        return 0.0
    there = words_of(held)
    scores = [max((_likeness(word, other) for other in there), default=0.0) for word in words]
    if not is_any and not all(scores):
        return 0.0
    # Of two texts that contain the same words, the one with less besides comes first.
    return sum(scores) / len(words) + 0.1 / (1 + len(there)) if any(scores) else 0.0


def words_of(value: str) -> list[str]:
    """The words of a text in lower case: what stands between anything but letters and digits."""
    return "".join(char if char.isalnum() else " " for char in value.lower()).split()


def _likeness(word: str, other: str) -> float:
    if word == other:
        return 1.0
    if other.startswith(word):
        return 0.75
    return 0.5 if word in other else 0.0
