"""Import a function's own modules as the platform does, and take them out of the process again.

How it works: while a function is active, its root stands first on ``sys.path`` and a finder of ours stands first on
``sys.meta_path``. The finder serves every module below the root from its source, never from a ``.pyc`` (so that an edit
within one clock tick is seen, and no cache is left in the user's folder). When the function is put away, its modules
leave ``sys.modules`` and the modules that they hid come back; modules from elsewhere stay, because some (numpy) cannot
be imported twice.
"""

from __future__ import annotations

import importlib
import linecache
import os
import sys
from collections.abc import Mapping
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from .new_modules import Moment

_STDLIB = getattr(sys, "stdlib_module_names", frozenset(sys.builtin_module_names))


class FolderLoader(SourceFileLoader):
    """Loads one file of the function, compiled from its source under the name that the user knows."""

    def __init__(self, fullname: str, path: str, modules: FunctionModules) -> None:
        super().__init__(fullname, path)
        self._modules = modules
        self.code: CodeType | None = None  # where the file is not to be read again

    def get_code(self, fullname: str) -> CodeType:
        """The compiled source; the platform's ``.pyc`` files are neither read nor written."""
        return self.code or self._modules.compile(self.path)


class FunctionModules:
    """The modules of one start of one function: empty at first, then as warm as its calls leave them.

    Attributes:
        found: By name, what was found of its modules that are files of source.
    """

    def __init__(self, root: str, shown: Mapping[str, Mapping[str, Any]], compiled: dict[str, Any]) -> None:
        """Prepare, without importing anything.

        Args:
            root: Absolute folder that stands for the zip's root.
            shown: Absolute path of a deployed file -> ``{"file", "first_line"}`` where the user wrote it.
            compiled: Code objects shared between the starts of one function; filled here.
        """
        self.root = root
        self._prefix = root.rstrip(os.sep) + os.sep
        self._shown = shown
        self._user_files = {str(entry["file"]) for entry in shown.values()}
        self._compiled = compiled
        self.found: dict[str, ModuleSpec] = {}
        self._own: dict[str, ModuleType] = {}
        self._hidden: dict[str, ModuleType] = {}
        self._extra_paths: list[str] = []
        self._paths_before: list[str] = []
        self._paths_active: list[str] = []
        self._activated = Moment()
        self._top_names, self._namespaces = _top_names(root)

    def activate(self) -> None:
        """Put the function's modules and paths in place."""
        modules = sys.modules
        for name in self._top_names:
            if name in modules and name not in self._own:
                self._hide(name)
        for name in self._namespaces:
            if name in modules and name not in self._own and not _is_installed(modules[name]):
                self._hide(name)
        modules.update(self._own)
        self._paths_before = sys.path[:]
        sys.path[:0] = [self.root, *self._extra_paths]
        self._paths_active = sys.path[:]
        sys.meta_path.insert(0, self)
        self._activated = Moment()

    def deactivate(self) -> None:
        """Take them out again; what the function added to ``sys.path`` is remembered for its next call."""
        if self not in sys.meta_path:
            return
        modules = sys.modules
        sys.meta_path.remove(self)
        if type(sys.path) is not list:  # the function put something else there, which cannot be put right in place
            sys.path = []
        if sys.path != self._paths_active:
            known = {self.root, *self._paths_before}
            self._extra_paths = [path for path in dict.fromkeys(sys.path) if path not in known]
        sys.path[:] = self._paths_before
        if new := self._activated.new_names():
            found = [(name, modules[name]) for name in (*self._own, *new) if name in modules]
            self._own.update((name, module) for name, module in found if self.is_own(module))
        for name in self._own:
            modules.pop(name, None)
        if self._hidden:
            modules.update(self._hidden)
            self._hidden.clear()

    def give_up(self) -> list[ModuleType]:
        """The modules of this start, which are put away and shall not come back."""
        given_up = [module for module in self._own.values() if isinstance(module, ModuleType)]
        self._own.clear()
        return given_up

    def import_handler(self, name: str) -> ModuleType:
        """Import the handler by its dotted name; whatever its import raises passes through."""
        importlib.invalidate_caches()
        __import__(name)  # importlib.import_module would put a frame of its own into every traceback
        return sys.modules[name]

    def forget(self) -> None:
        """Drop what the import system remembers of the folder."""
        for path in [path for path in sys.path_importer_cache if self.is_below(path)]:
            sys.path_importer_cache.pop(path, None)
        for file in self._user_files:
            if not os.path.exists(file):
                linecache.cache.pop(file, None)

    def is_below(self, path: str) -> bool:
        """Whether ``path`` is the root or lies below it; a virtual environment inside the folder does not count."""
        return path == self.root or (path.startswith(self._prefix) and not _is_installed_path(path))

    def is_user_file(self, filename: str) -> bool:
        """Whether a frame's file is one that the user wrote for this function."""
        return filename in self._user_files or (filename != self.root and self.is_below(filename))

    def compile(self, path: str) -> CodeType:
        """Code of the file at ``path``; compiled again only when its bytes have changed."""
        with open(path, "rb") as file:
            source = file.read()
        known = self._compiled.get(path)
        if known is not None and known[0] == source:
            return known[1]  # type: ignore[no-any-return]
        shown = self._shown.get(path)
        if shown is None:
            code = compile(source, path, "exec", dont_inherit=True)
        else:
            # Compiled under the user's own file and lines: tracebacks, breakpoints and coverage then need no mapping.
            lines = "\n" * (shown["first_line"] - 1) + source.decode("utf-8")
            code = compile(lines, shown["file"], "exec", dont_inherit=True)
            if not os.path.exists(shown["file"]):
                linecache.cache[shown["file"]] = (len(lines), None, lines.splitlines(keepends=True), shown["file"])
        self._compiled[path] = (source, code)
        return code

    def compiled(self, spec: ModuleSpec) -> CodeType | None:
        """Code of one of ``found``, if it was compiled."""
        known = self._compiled.get(getattr(spec.loader, "path", ""))
        return None if known is None else known[1]

    def compiled_ahead(self, name: str) -> CodeType | None:
        """Code of a module that nobody has imported yet, by its dotted name; None where it cannot be had so simply."""
        try:
            return self.compile(os.path.join(self.root, *name.split(".")) + ".py")
        except (OSError, SyntaxError, ValueError):
            return None

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The finder on ``sys.meta_path``: serves what lies below the root, and leaves all the rest to Python."""
        if name in sys.builtin_module_names:
            return None
        search = [entry for entry in (sys.path if path is None else path) if self.is_below(os.path.realpath(entry))]
        if not search:
            return None
        spec = PathFinder.find_spec(name, search)
        if spec is None or spec.loader is None:
            # A folder without __init__.py yields to a real package elsewhere: Python's own search decides that.
            return None
        if type(spec.loader) is SourceFileLoader:
            spec.loader = FolderLoader(name, spec.loader.path, self)
            spec.cached = None
            self.found[name] = spec
        return spec

    def invalidate_caches(self) -> None:
        """Part of the finder protocol; the caches are Python's own."""

    def is_own_spec(self, spec: ModuleSpec) -> bool:
        """Whether what was found to be imported is a module of the function's."""
        places = spec.submodule_search_locations or ()
        return isinstance(spec.loader, FolderLoader) or any(str(place).startswith(self._prefix) for place in places)

    def _hide(self, name: str) -> None:
        below = name + "."
        for found in [key for key in sys.modules if key == name or key.startswith(below)]:
            self._hidden[found] = sys.modules.pop(found)

    def is_own(self, module: Any) -> bool:
        """Whether a module lies below the root, with its code or as a mere folder."""
        # __dict__ and never attributes: a lazy module would import itself.
        names = getattr(module, "__dict__", None)
        if not isinstance(names, dict):
            return False
        file = names.get("__file__")
        if isinstance(file, str):
            return self.is_below(file)
        spec = names.get("__spec__")
        where = getattr(spec, "submodule_search_locations", None)
        if where is None or type(names.get("__path__")).__name__ != "_NamespacePath":
            return False
        return all(self.is_below(os.path.realpath(entry)) for entry in list(where))


def _top_names(root: str) -> tuple[list[str], list[str]]:
    """Top-level names that the folder provides: modules and packages, and folders without ``__init__.py``."""
    names: set[str] = set()
    namespaces: set[str] = set()
    try:
        entries = list(os.scandir(root))
    except OSError:
        return [], []
    for entry in entries:
        stem, ending = os.path.splitext(entry.name)
        if ending == ".py" and stem.isidentifier():
            names.add(stem)
        elif entry.name.isidentifier() and entry.is_dir():
            is_package = os.path.isfile(os.path.join(entry.path, "__init__.py"))
            (names if is_package else namespaces).add(entry.name)
    return sorted(names - _STDLIB), sorted(namespaces - _STDLIB)


def _is_installed(module: Any) -> bool:
    # An installed package wins over a mere folder of its name (`cognite/`), on the platform too.
    names = getattr(module, "__dict__", {})
    places = [names.get("__file__") or "", *map(str, names.get("__path__") or ())]
    return any(map(_is_installed_path, places))


def _is_installed_path(path: str) -> bool:
    return "site-packages" in path or "dist-packages" in path
