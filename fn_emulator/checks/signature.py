"""What a handle may take: any of the four arguments, each by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fn_emulator.checks.registry import Saw, check, handler
from fn_emulator.function.model import HANDLE_ARGUMENTS, Function, Parameter

SDK = "cognite-sdk, validate_function_folder (observed with 7.94 and 8.22)"
PASSED = "the platform passes client, data, secrets and function_call_info"
FOUND_ONLY_BY_US = "our reading: the SDK looks at ordinary parameters only and lets this one through (observed)"


@check(
    "error",
    source=f'{SDK}: "Arguments {{...}} to the function must be a subset of {{...}}"',
    bad=handler("def handle(clients, data):\n    return data\n"),
    good=handler("def handle(client, data):\n    return data\n"),
)
def unknown_argument(function: Function) -> Iterator[Saw]:
    """A handle takes any of client, data, secrets and function_call_info, in any order, and nothing else.

    An unknown argument is refused even when it has a default. A keyword-only one slips through when a folder is
    deployed: without a default each call fails, with one it never gets a value.
    """
    for parameter, place in _parameters(function, "ordinary", "keyword-only"):
        if parameter.name in HANDLE_ARGUMENTS:
            continue
        refused = parameter.form == "ordinary" or not parameter.has_default or _inspected_whole(function)
        yield Saw(
            f"handle takes {parameter.name!r}, which the platform does not pass.",
            **place,
            hint=_near_argument(parameter.name),
            evidence={"argument": parameter.name},
            severity=None if refused else "warning",
        )


def _near_argument(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name.lower(), HANDLE_ARGUMENTS, n=1)
    return f"did you mean {near[0]!r}?" if near else f"{PASSED}; send the value in data or secrets"


@check(
    "error",
    source=f"Cognite documentation (arguments are passed by name); {FOUND_ONLY_BY_US}",
    bad=handler("def handle(data, /):\n    return data\n"),
    good=handler("def handle(*, data):\n    return data\n"),
)
def positional_only_argument(function: Function) -> Iterator[Saw]:
    """A handle has no positional-only arguments: the platform passes all of them by name.

    The function deploys, and then every call of it raises TypeError.
    """
    for parameter, place in _parameters(function, "positional-only"):
        yield Saw(
            f"handle takes {parameter.name!r} by position only, and the platform passes its arguments by name.",
            **place,
            hint="remove the / from its parameters",
            evidence={"argument": parameter.name},
        )


@check(
    "warning",
    source=f"cognite-sdk, validate_function_handle (observed with 8.22); for a folder, {FOUND_ONLY_BY_US}",
    bad=handler("def handle(data, **kwargs):\n    return kwargs.get('secrets')\n"),
    good=handler("def handle(data, secrets):\n    return sorted(secrets)\n"),
)
def star_arguments(function: Function) -> Iterator[Saw]:
    """A handle names the arguments that it wants: do not count on ``*args`` or ``**kwargs`` to receive any.

    Arguments are passed by name, so ``*args`` stays empty; what ``**kwargs`` gets is documented nowhere (here: all of
    them). From a notebook or as a callable, such a handle is refused.
    """
    for parameter, place in _parameters(function, "star", "double-star"):
        receives = "receives nothing" if parameter.form == "star" else "receives what no page of the platform tells"
        stars = "*" if parameter.form == "star" else "**"
        yield Saw(
            f"handle takes {stars}{parameter.name}, which {receives}.",
            **place,
            hint="name the arguments that it needs, out of client, data, secrets and function_call_info",
            evidence={"argument": parameter.name},
            severity="error" if _inspected_whole(function) else None,
        )


@check(
    "error",
    source=f"{SDK}: \"must contain a function named 'handle'\"",
    bad=handler("async def handle(data):\n    return data\n"),
    good=handler(
        "import asyncio\n\n\nasync def work(data):\n    return data\n\n\n"
        "def handle(data):\n    return asyncio.run(work(data))\n"
    ),
)
def async_handle(function: Function) -> Iterator[Saw]:
    """A handle is an ordinary function, not a coroutine.

    The SDK does not find an ``async def handle``; and what it returned, a coroutine, would not be JSON.
    """
    if function.kind == "cognite" and function.handle is not None and function.handle.form == "async":
        place = function.place(function.handler_file, function.handle.line)
        hint = "rename it, and call it from an ordinary handle: return asyncio.run(work(...))"
        yield Saw("handle is an async function, which the platform does not await.", **place, hint=hint)


def _parameters(function: Function, *forms: str) -> Iterator[tuple[Parameter, dict[str, Any]]]:
    """Each parameter of a Cognite handle that has one of these forms, with the handle's place."""
    if function.kind != "cognite" or function.handle is None:
        return
    place = function.place(function.handler_file, function.handle.line)
    for parameter in function.handle.parameters:
        if parameter.form in forms:
            yield parameter, place


def _inspected_whole(function: Function) -> bool:
    # Of a folder the SDK reads ordinary parameters only; of a function object it checks the whole signature.
    return function.form in ("notebook", "callable")


RULES = (unknown_argument, positional_only_argument, star_arguments, async_handle)
