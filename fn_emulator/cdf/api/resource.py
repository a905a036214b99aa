"""A part of the API whose items are created, listed, found, updated and deleted like those of the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fn_emulator.cdf.api.fields import Field
from fn_emulator.cdf.contract import Request
from fn_emulator.cdf.world import Item
from fn_emulator.model import NOTHING

Predicate = Callable[[Item], bool]
MakeTest = Callable[[Any, str, Request], Predicate]
"""``make(value, path, request)``: a filter's value -> the test that an item must pass."""


def _as_it_is(request: Request, item: Item, before: Item | None) -> Item:
    return item


def _nothing(request: Request, items: list[Item]) -> None:
    pass


class Resource(NamedTuple):
    """What is particular to one kind of items.

    Attributes:
        name: Its path's first segments and the name of its table, such as ``assets``.
        noun: What one of its items is called in messages.
        acl: The capability that covers it, such as ``assetsAcl``.
        fields: What an item may be created with.
        required: What it must be created with.
        filters: Keys of ``filter`` in lists, searches and aggregates.
        searched: Fields that ``search`` looks into.
        chunk: Most items in one request that creates, updates, deletes or looks up.
        chunk_created: Most items in one request that creates, where that is another number.
        page: Most items in one answer of a list.
        complete: ``complete(request, item, before)``: the resource's own checks, and what the platform adds to an item
            that is created (``before`` is None) or updated.
        check_all: ``check_all(request, items)``: checks on the items of one create request together, before any is
            stored.
        shown: What of a stored item is shown; all of it by default.
    """

    name: str
    noun: str
    acl: str
    fields: Mapping[str, Field]
    required: tuple[str, ...] = ()
    filters: Mapping[str, MakeTest] = NOTHING
    searched: tuple[str, ...] = ("name", "description")
    chunk: int = 1000
    chunk_created: int = 0
    page: int = 1000
    complete: Callable[[Request, Item, Item | None], Item] = _as_it_is
    check_all: Callable[[Request, list[Item]], None] = _nothing
    shown: Callable[[Item], Item] = lambda item: item
