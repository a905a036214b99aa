"""The function that is called: taken from its module by its name, given those of the platform's arguments it takes."""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any, Callable, Protocol

from .answer import decode

HANDLE_ARGUMENTS = ("client", "data", "secrets", "function_call_info")


class Modules(Protocol):
    """The modules of a function (``load.FunctionModules``)."""

    def import_handler(self, name: str) -> Any:
        """Import the handler's module by its dotted name."""
        ...


class Handler:
    """The handler of one start of a function: imported by its first call, warm afterwards.

    Attributes:
        handle: What is called; None until it was imported.
    """

    def __init__(self, spec: Mapping[str, Any], modules: Modules, get_client: Callable[[], Any]) -> None:
        """Prepare; nothing is imported yet.

        Args:
            spec: The specification of its session.
            modules: The modules of this start.
            get_client: Gives the client, when it is first needed.
        """
        self._spec = spec
        self._modules = modules
        self._get_client = get_client
        self.handle: Any = None
        self._accepted: tuple[str, ...] = ()

    def load(self) -> None:
        """Import it; whatever that raises passes through.

        Raises:
            TypeError: If ``handle`` is not there, or is nothing that can be called.
        """
        module = self._modules.import_handler(self._spec["module"])
        handle = getattr(module, "handle", None)
        if handle is None and not self._spec["needs_handle"]:
            return
        if not callable(handle):
            what = "is missing" if handle is None else f"is a {type(handle).__name__}, which cannot be called"
            raise TypeError(f"handle {what} in {self._spec['module']}")
        self.handle, self._accepted = handle, accepted_arguments(handle)

    def arguments(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What it is called with."""
        taken: dict[str, Any] = {}
        for name in self._accepted:
            if name == "client":
                taken[name] = self._get_client()
            elif name == "data":
                taken[name] = decode(request["data"])
            else:  # copies: what the handler does to them is nobody else's matter
                taken[name] = dict(request["secrets" if name == "secrets" else "call_info"])
        return taken


def accepted_arguments(handle: Any) -> tuple[str, ...]:
    """Those of the platform's four arguments that ``handle`` takes by name; all of them where it has ``**kwargs``."""
    if type(handle) is FunctionType and not hasattr(handle, "__wrapped__"):
        code = handle.__code__
        names = code.co_varnames[code.co_posonlyargcount : code.co_argcount + code.co_kwonlyargcount]
        takes_any = bool(code.co_flags & 0x08)
    else:
        import inspect

        try:
            parameters = list(inspect.signature(handle).parameters.values())
        except (TypeError, ValueError):  # a callable of C: nothing is known, so it gets what everybody gets
            return HANDLE_ARGUMENTS
        names = tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
        takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    return HANDLE_ARGUMENTS if takes_any else tuple(name for name in HANDLE_ARGUMENTS if name in names)
