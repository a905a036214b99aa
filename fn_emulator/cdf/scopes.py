"""Scoped grants where an item's place is in the request itself: the tables of RAW and the spaces of data modeling.

Asked only when the caller has a grant with a scope. Answers are filtered after the page was made: a page may be shorter
than its limit, and its cursor still leads on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fn_emulator.cdf.access import Covers, forbidden
from fn_emulator.cdf.routes import Access

BY_SPACE = ("dataModelsAcl", "dataModelInstancesAcl")


def check_request(covers: Covers, needed: Access, placeholders: Mapping[str, str], body: Any) -> None:
    """Refuse a request for a table or space that no grant covers.

    Raises:
        CdfError: 403.
    """
    if needed.acl == "rawAcl" and "db" in placeholders and not covers(*needed, placeholders):
        raise forbidden(*needed)
    if needed.action == "READ":
        return
    if needed.acl == "rawAcl" and not all(covers(*needed, _table(placeholders, one)) for one in _items(body)):
        raise forbidden(*needed)
    if needed.acl in BY_SPACE and not all(covers(*needed, one) for one in _items(body) if "space" in one):
        raise forbidden(*needed)


def without_hidden(covers: Covers, needed: Access, placeholders: Mapping[str, str], answer: Any) -> Any:
    """An answer without the tables or spaces that no grant covers."""
    if not isinstance(answer, Mapping) or "items" not in answer or needed.action not in ("READ", "LIST"):
        return answer
    if needed.acl == "rawAcl" and needed.action == "LIST":
        items = [one for one in answer["items"] if covers(*needed, _table(placeholders, one))]
        return {**answer, "items": items}
    if needed.acl in BY_SPACE:
        return {**answer, "items": _in_spaces(covers, needed, answer["items"])}
    return answer


def _table(placeholders: Mapping[str, str], item: Mapping[str, Any]) -> dict[str, Any]:
    """What a database or a table of a request or an answer is to a scope."""
    if "db" in placeholders:
        return {"db": placeholders["db"], "table": placeholders.get("table", item.get("name"))}
    return {"db": item.get("name")}


def _in_spaces(covers: Covers, needed: Access, items: Any) -> Any:
    if isinstance(items, Mapping):  # of a query, by the name of the result
        return {name: _in_spaces(covers, needed, held) for name, held in items.items()}
    return [one for one in items if not isinstance(one, Mapping) or "space" not in one or covers(*needed, one)]


def _items(body: Any) -> list[Mapping[str, Any]]:
    items = body.get("items") if isinstance(body, Mapping) else None
    return [one for one in items if isinstance(one, Mapping)] if isinstance(items, list) else []
