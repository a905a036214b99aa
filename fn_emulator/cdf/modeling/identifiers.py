"""What spaces, containers, views, data models, properties and instances may be called.

The reserved words are those that cognite-sdk refuses before it sends. The patterns of versions, constraints, indexes
and instances, and the lengths of captions, were not checked against the API's specification.
"""

from __future__ import annotations

import re
from typing import Any

from fn_emulator.cdf.contract import bad_request

SPACE = r"[a-zA-Z][a-zA-Z0-9_-]{0,41}[a-zA-Z0-9]?"
EXTERNAL_ID = r"[a-zA-Z]([a-zA-Z0-9_]{0,253}[a-zA-Z0-9])?"
VERSION = r"[a-zA-Z0-9]([.a-zA-Z0-9_-]{0,41}[a-zA-Z0-9])?"
PART = r"[a-zA-Z]([a-zA-Z0-9_]{0,41}[a-zA-Z0-9])?"
"""Name of a constraint or index."""

RESERVED_SPACES = frozenset({"space", "cdf", "dms", "pg3", "shared", "system", "node", "edge"})

RESERVED_EXTERNAL_IDS = frozenset({
    *("Query", "Mutation", "Subscription", "String", "Int32", "Int64", "Int", "Float32", "Float64", "Float"),
    *("Timestamp", "JSONObject", "Date", "Numeric", "Boolean", "PageInfo", "File", "Sequence", "TimeSeries"),
})  # fmt: skip

RESERVED_PROPERTIES = frozenset({
    *("space", "externalId", "createdTime", "lastUpdatedTime", "deletedTime", "edge_id", "node_id", "project_id"),
    *("property_group", "seq", "tg_table_name", "extensions"),
})  # fmt: skip

LONGEST_INSTANCE_ID = 256


def check_space_id(value: Any) -> str:
    """The id of a space that may be written to.

    Raises:
        CdfError: 400 where it is no text, does not match the pattern, or is reserved.
    """
    return _check("space", value, SPACE, RESERVED_SPACES)


def check_external_id(value: Any, what: str) -> str:
    """The external id of a container, view or data model; see ``check_space_id``.

    Args:
        value: What was sent.
        what: Whose it is, such as ``view``, for the message.
    """
    return _check(f"externalId of the {what}", value, EXTERNAL_ID, RESERVED_EXTERNAL_IDS)


def check_version(value: Any) -> str:
    """The version of a view or data model; see ``check_space_id``."""
    return _check("version", value, VERSION, frozenset())


def check_property_id(value: str) -> str:
    """The identifier of a container's or view's property; see ``check_space_id``."""
    return _check("property", value, EXTERNAL_ID, RESERVED_PROPERTIES)


def check_part_id(value: str, what: str) -> str:
    """The identifier of a constraint or index; see ``check_space_id``."""
    return _check(what, value, PART, frozenset())


def check_instance_id(value: Any) -> str:
    """The external id of a node or edge: 1 to 256 characters, none of them null.

    Raises:
        CdfError: 400 where it is something else.
    """
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_INSTANCE_ID or "\0" in value:
        raise bad_request(f"The externalId {value!r} must be a string of 1 to 256 characters without null characters.")
    return value


def check_caption(definition: Any, what: str) -> dict[str, str]:
    """Name and description where they are given: at most 255 and 1024 characters.

    Raises:
        CdfError: 400 where one is no text, or longer.
    """
    captions = {}
    for key, most in (("name", 255), ("description", 1024)):
        value = definition.get(key)
        if value is None:
            continue
        if not isinstance(value, str) or len(value) > most:
            raise bad_request(
                f"The {key} of the {what} must be a string of at most {most} characters. Got {value!r:.100}."
            )
        captions[key] = value
    return captions


def _check(what: str, value: Any, pattern: str, reserved: frozenset[str]) -> str:
    if not isinstance(value, str) or re.fullmatch(pattern, value, re.ASCII) is None:
        raise bad_request(f"The {what} {value!r} does not match the pattern ^{pattern}$.")
    if value in reserved:
        raise bad_request(f"The {what} {value!r} is reserved.")
    return value
