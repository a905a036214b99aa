"""What a capability of a group may hold: a name, actions and a scope that CDF knows.

The names and actions are those of ``fn_emulator.cdf.acls``. Which kinds of scope each capability takes is not looked
at, only that there is such a kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fn_emulator.cdf.acls import ACTIONS
from fn_emulator.cdf.api.fields import anything, check_fields, json_object, list_of, text, wrong_type
from fn_emulator.cdf.contract import bad_request

NOT_USED = ("templateGroupsAcl", "modelHostingAcl", "genericsAcl")
"""Old capabilities that groups may still have [cognite-sdk: ``LegacyCapability``]; their actions are not looked at."""

SCOPES = (
    *("all", "currentuserscope", "idScope", "instancesScope", "extractionPipelineScope", "usersScope", "datasetScope"),
    *("tableScope", "assetRootIdScope", "experimentscope", "spaceIdScope", "appScope", "partition", "spaceScope"),
    *("dataModelScope", "appExternalIdScope", "dataProductScope"),
)
"""Kinds of scope that cognite-sdk 8.22 lists; one of them it knows in two spellings, so that case does not count."""

BESIDE = ("projectScope",)
"""What may stand beside the capability, as in the answers of token inspection."""

_FIELDS = {"actions": list_of(text(100)), "scope": json_object(), "version": anything()}


def check_capability(value: Any, path: str) -> None:
    """Do nothing if a value is a capability.

    Raises:
        CdfError: 400 with what is wrong, and the near miss.
    """
    if not isinstance(value, dict):
        raise wrong_type(path, value, "an object")
    names = [name for name in value if name not in BESIDE]
    if len(names) != 1:
        raise bad_request(f"{path} must have exactly one capability such as assetsAcl.")
    (acl,) = names
    if acl not in ACTIONS and acl not in NOT_USED:
        raise bad_request(f"{path}.{acl} is no capability that CDF knows.{_near(acl, ACTIONS)}")
    granted, path = value[acl], f"{path}.{acl}"
    check_fields(granted, path, _FIELDS, ("actions", "scope"))
    if acl in ACTIONS:
        _check_actions(granted["actions"], acl, path)
    _check_scope(granted["scope"], f"{path}.scope")


def _check_actions(actions: list[str], acl: str, path: str) -> None:
    known = ACTIONS[acl].split()
    for index, action in enumerate(actions):
        if action not in known:
            raise bad_request(
                f"{path}.actions[{index}] must be one of {', '.join(known)}, it is {action!r}.{_near(action, known)}"
            )


def _check_scope(scope: dict[str, Any], path: str) -> None:
    if len(scope) != 1:
        raise bad_request(f"{path} must have exactly one kind of scope, such as all.")
    (kind,) = scope
    if kind.lower() not in {one.lower() for one in SCOPES}:
        raise bad_request(f"{path}.{kind} is no kind of scope that CDF knows.{_near(kind, SCOPES)}")


def _near(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    by_lower = {one.lower(): one for one in known}
    close = get_close_matches(name.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[close[0]]!r}?" if close else ""
