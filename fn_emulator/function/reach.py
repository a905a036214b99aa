"""What a function reaches: the modules of others that it imports, and whether its calls may ask CDF anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fn_emulator.function import Function

_ASKING = frozenset(("cognite", "httpx", "httpx2", "requests"))
"""Packages by which a function may ask CDF without a client of ours."""


def takes_client(function: Function) -> bool:
    """Whether its handler takes ``client``, or may."""
    handle = function.handle
    if handle is None or handle.form == "assignment":  # what it takes is known when it is imported
        return True
    return any(parameter.name == "client" or parameter.form == "double-star" for parameter in handle.parameters)


def preloaded_modules(function: Function, *, has_sdk: bool) -> tuple[str, ...]:
    """Names of other people's modules that are to be imported before a clock is frozen.

    Args:
        function: The function.
        has_sdk: Whether its client is made of the SDK, which nobody's import names: its waits are virtual then too.
    """
    from fn_emulator.function.imports import preload_names, reachable_modules

    sdk = ("cognite.client",) if has_sdk else ()
    return (*preload_names(function, reachable_modules(function)), *sdk)


def may_ask(modules: tuple[str, ...]) -> bool:
    """Whether a function that imports these may ask CDF anything."""
    return any(name.partition(".")[0] in _ASKING for name in modules)
