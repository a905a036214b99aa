"""Requests of a seed: through the same endpoints as a handler's, but recorded nowhere; their errors name the seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from fn_emulator.cdf.contract import CdfError, Reply, Request
from fn_emulator.cdf.routes import find_route
from fn_emulator.cdf.seeds.model import Entry, near_miss
from fn_emulator.cdf.seeds.plain import creatable
from fn_emulator.cdf.world import Tally, World
from fn_emulator.errors import SeedError
from fn_emulator.model import NOTHING

HOST = "https://seed.cognitedata.com"

RULES = ("may", "covers", "caller", "invent")
"""What a world holds its callers to."""

_UNEXPECTED = re.compile(r"Unexpected field - (?:items\[(\d+)\]\.?)?(\S*)")
_AT_ITEM = re.compile(r"items\[(\d+)\]([^\s:]*?)(?=[\s:]|$)")
_OBJECT = re.compile(r"^(Unexpected field - )?(?:file|function|config)\.")  # bodies that are one item themselves
_UNQUOTED = re.compile(r"must be a string, it is (a number|a boolean)$")
_QUOTES = "put it in quotes: YAML reads it as a number, or as true or false"
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Sent(NamedTuple):
    """One item on its way to an endpoint.

    Attributes:
        entry: Where it is from.
        body: The item as the API takes it.
        preset: Its id and times, where the seed gives them.
        below: Where in the entry it stands, when it is a part of one.
    """

    entry: Entry
    body: Any
    preset: Mapping[str, Any] = NOTHING
    below: tuple[Any, ...] = ()


@contextmanager
def as_seed(world: World, now_ms: int) -> Iterator[None]:
    """The world with its clock at ``now_ms``, where everything is allowed and nothing is invented."""
    before = {name: getattr(world, name) for name in ("now_ms", "tally", *RULES)}
    world.now_ms, world.tally = now_ms, Tally()
    for name in RULES:
        setattr(world, name, None)
    try:
        yield
    finally:
        world.presets = None
        for name, value in before.items():
            setattr(world, name, value)


def call(world: World, method: str, path: str, body: Any = None, query: Mapping[str, str] = NOTHING) -> Any:
    """What an endpoint answers, as plain JSON.

    Args:
        world: The state.
        method: Such as ``POST``.
        path: Below the project, percent-encoded.
        body: Plain JSON.
        query: Parameters.

    Raises:
        CdfError: What the endpoint raises; 501 where there is none.
    """
    found = find_route(method, path)
    if found is None:
        raise CdfError(501, f"The in-memory CDF does not implement {method} {path}.")
    chosen, placeholders = found
    answer = chosen.endpoint(Request(method, path, world, body, query, NOTHING, b"", HOST), **placeholders)
    return answer.body if isinstance(answer, Reply) else answer


def in_items(items: list[Any]) -> dict[str, Any]:
    """The usual body."""
    return {"items": items}


def send(
    world: World,
    path: str,
    sent: list[Sent],
    chunk: int = 1000,
    wrap: Callable[[list[Any]], Any] = in_items,
) -> list[Any]:
    """Send items in requests of at most ``chunk``.

    Args:
        world: The state.
        path: Where they are posted to.
        sent: The items.
        chunk: Most items in one request.
        wrap: Makes the body of a request from its items.

    Returns:
        The answers, one for each request.

    Raises:
        SeedError: What the endpoint says, at the item that it says it of.
    """
    answers = []
    for start in range(0, len(sent), chunk):
        part = sent[start : start + chunk]
        try:
            answers.append(_post(world, path, part, wrap))
        except CdfError as exc:
            raise _blamed(world, path, part, wrap, exc) from None
    return answers


def _post(world: World, path: str, part: list[Sent], wrap: Callable[[list[Any]], Any]) -> Any:
    world.presets = iter([item.preset for item in part])
    try:
        return call(world, "POST", path, wrap([item.body for item in part]))
    finally:
        world.presets = None


def _blamed(world: World, path: str, part: list[Sent], wrap: Callable[[list[Any]], Any], exc: CdfError) -> SeedError:
    """The error at the item that is named in it; where none is, at the first that fails without those behind it."""
    named = _AT_ITEM.search(exc.message)
    if named is not None and int(named[1]) < len(part):
        return seed_error(part[int(named[1])], exc, path)
    trial = world.fork()
    for item in part if len(part) > 1 else ():
        try:
            _post(trial, path, [item], wrap)
        except CdfError as alone:
            # Items that need each other fail alone in another way.
            if alone.message.partition(":")[0] == exc.message.partition(":")[0]:
                return seed_error(item, alone, path)
    return seed_error(part[0], exc, path)


def seed_error(item: Sent, exc: CdfError, path: str) -> SeedError:
    """An endpoint's error as one of the seed, at the item.

    Args:
        item: The item.
        exc: What the endpoint raised.
        path: The endpoint's path, whose fields are the allowed ones.
    """
    said, _, near = exc.message.partition(". Did you mean ")
    below, message = item.below, _OBJECT.sub(r"\1items[0].", said.rstrip("."))
    if found := _UNEXPECTED.match(message):
        *steps, name = _steps(found[2]) or [found[2]]
        known = creatable(path) if not steps else []
        hint = near_miss(name, known, "allowed") if known else "see the API specification for what there is"
        return item.entry.error("is not a field that CDF knows.", *below, *steps, name, hint=hint)
    if found := _AT_ITEM.match(message):
        steps, rest = _steps(found[2]), message[found.end() :]
        line = _csv_line(item.entry, steps)
        advice = (
            f"did you mean {near}" if near else _QUOTES if item.entry.source.text and _UNQUOTED.search(rest) else None
        )
        return item.entry.error(f"{rest.lstrip() or 'is refused'}.", *below, *steps, line=line, hint=advice)
    if near:
        hint = f"did you mean {near}"
    elif exc.details.get("missing"):
        hint = "add what is named to the seed, or name it by its external id (dataSetExternalId, assetExternalId)"
    else:
        hint = "write it as the API's create request takes it"
    return item.entry.error(f": {message}.", *below, hint=hint)


def _csv_line(entry: Entry, steps: Iterable[Any]) -> int | None:
    place = next((step for step in steps if isinstance(step, int)), None)
    return entry.lines[place] if place is not None and place < len(entry.lines) else None


def _steps(path: str) -> list[Any]:
    return [int(number) if number else name for name, number in _STEP.findall(path)]
