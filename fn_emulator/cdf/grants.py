"""What a capability grants: its actions, and the scope that says to which items.

Scopes that are read: ``all``, ``datasetScope``, ``idScope``, ``spaceIdScope``, ``tableScope``,
``extractionPipelineScope``. A grant with another one covers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def scopes_of(capabilities: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """The scopes in which each action of each capability is granted.

    Args:
        capabilities: Such as ``{"assetsAcl": {"actions": ["READ"], "scope": {"all": {}}}}``.

    Returns:
        ``{("assetsAcl", "READ"): [{"all": {}}]}``.
    """
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for capability in capabilities:
        for acl, granted in capability.items():
            if acl.endswith("Acl") and isinstance(granted, Mapping):
                for action in granted["actions"]:
                    found.setdefault((acl, action), []).append(granted["scope"])
    return found


def is_covered(scope: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Whether a scope covers an item."""
    for kind, value in scope.items():
        if kind == "all":
            return True
        if kind == "tableScope":
            return _is_table_covered(value, item)
        field, ids = _FIELDS.get(kind.lower(), ("", ""))
        if field and isinstance(value, Mapping):
            # ids are texts in groups that were exported from CDF, and numbers in those that people write
            return str(item.get(field)) in {str(one) for one in _list(value.get(ids))}
    return False


_FIELDS = {
    "datasetscope": ("dataSetId", "ids"),
    "idscope": ("id", "ids"),
    "extractionpipelinescope": ("id", "ids"),
    "spaceidscope": ("space", "spaceIds"),
}
"""A scope in lower case -> the item's field that it is about, and where it lists the values."""


def _is_table_covered(scope: Any, item: Mapping[str, Any]) -> bool:
    # {"dbsToTables": {"db": ["table"]}}, or {"db": {"tables": [...]}}; a database without tables is all of it
    held = scope.get("dbsToTables") if isinstance(scope, Mapping) else None
    if not isinstance(held, Mapping) or item.get("db") not in held:
        return False
    tables = held[item["db"]]
    tables = _list(tables.get("tables") if isinstance(tables, Mapping) else tables)
    return not tables or item.get("table") in (None, *tables)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
