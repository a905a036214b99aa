"""Start a function over and over in one process: its modules are executed again from their compiled code.

How it works: the first start imports as ever, and what was found for each module of the function is remembered. A later
start makes new module objects and executes the remembered code in them, which skips nearly all of Python's import
system: the handler and the packages around it are made here, and what they import, at once or in a call, is found by a
finder that stands first. Other people's modules stay as they are.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from types import CodeType, ModuleType
from typing import Any

from .load import FolderLoader, FunctionModules
from .new_modules import Moment


class _Known:
    """A module of the function's that was imported before: its code (None of a mere folder) and its first names."""

    __slots__ = ("code", "names", "paths", "spec")

    def __init__(self, spec: ModuleSpec, code: CodeType | None) -> None:
        self.spec = spec
        self.code = code
        self.names = dict(vars(module_from_spec(spec)))
        paths = self.names.get("__path__")
        self.paths = paths if type(paths) is list else None

    def new_module(self) -> ModuleType:
        module = ModuleType(self.spec.name)
        names = vars(module)
        names.update(self.names)
        if self.paths is not None:
            names["__path__"] = list(self.paths)
        return module


class FreshStarts:
    """Starts of one function that follow one another, between ``start`` and ``stop``; its modules are active."""

    def __init__(self, modules: FunctionModules) -> None:
        """Prepare.

        Args:
            modules: The modules of a cold function.
        """
        self._modules = modules
        self._known: dict[str, _Known] = {}
        self._started = Moment()

    def start(self) -> None:
        """Begin; nothing of the function's is imported yet."""
        sys.meta_path.insert(0, self)
        self._started = Moment()

    def stop(self) -> None:
        """End, with no module of the function's left in the process."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        self.forget()

    def import_handler(self, name: str) -> ModuleType:
        """Import the handler by its dotted name into a process that has forgotten it; its errors pass through."""
        known = self._known
        if name not in known:
            return self._modules.import_handler(name)
        if "." not in name:
            return self._make(name)
        above: ModuleType | None = None
        for each in (*_parents(name), name):
            if each not in known:
                return self._modules.import_handler(name)
            module = sys.modules.get(each) or self._make(each)
            if above is not None:
                setattr(above, each.rpartition(".")[2], module)
            above = module
        return sys.modules[name]

    def forget(self) -> None:
        """Take the function's modules out: what is imported next is imported freshly."""
        modules = sys.modules
        for name in self._started.new_names():
            if name in self._known:
                del modules[name]
            elif name in self._modules.found or self._modules.is_own(modules[name]):
                self._learn(name, modules[name])
                del modules[name]
        self._started = Moment()

    def loaded(self) -> list[tuple[str, ModuleType]]:
        """The function's modules that are imported at the moment, by name."""
        modules = sys.modules
        new = [(name, modules.get(name)) for name in reversed(self._started.new_names())]
        return [
            (name, module)
            for name, module in new
            if isinstance(module, ModuleType) and (name in self._known or self._modules.is_own(module))
        ]

    @property
    def count(self) -> int:
        """How many modules of the function were found so far; never fewer."""
        return len(self._modules.found)

    def codes(self, handler: str) -> list[CodeType]:
        """The code of all modules that were found so far, and of the handler also before it is imported."""
        found = [self._modules.compiled(spec) for spec in self._modules.found.values()]
        if not found:
            found.append(self._modules.compiled_ahead(handler))
        return [code for code in found if code is not None]

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The finder on ``sys.meta_path``: serves what was imported before."""
        known = self._known.get(name)
        return None if known is None else known.spec

    def _make(self, name: str) -> ModuleType:
        known = self._known[name]
        module = sys.modules[name] = known.new_module()
        if known.code is not None:
            known.spec._initializing = True  # type: ignore[attr-defined]
            try:
                exec(known.code, vars(module))
            except BaseException:  # as the import system does it
                sys.modules.pop(name, None)
                raise
            finally:
                known.spec._initializing = False  # type: ignore[attr-defined]
        return sys.modules.get(name, module)  # a module may put something else in its place

    def _learn(self, name: str, module: ModuleType) -> None:
        spec = self._modules.found.get(name)
        if spec is not None:
            loader, code = spec.loader, self._modules.compiled(spec)
            if isinstance(loader, FolderLoader) and code is not None:
                loader.code = code
                self._known[name] = _Known(spec, code)
            return
        spec = vars(module).get("__spec__")
        if isinstance(spec, ModuleSpec) and vars(module).get("__file__") is None and spec.loader is not None:
            self._known[name] = _Known(spec, None)


def _parents(name: str) -> list[str]:
    """The packages around a module, the outermost first."""
    return [name[:end] for end, letter in enumerate(name) if letter == "."]
