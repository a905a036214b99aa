"""What was read from a function without running any of it: files, the handle, its parameters.

Named tuples, not frozen dataclasses: they are defined in a seventh of the time, and every start pays it. For the same
reason paths are kept as text and given as ``Path`` where one is asked for, and annotations are not postponed here.
"""

import ast
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from fn_emulator.model import NOTHING

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath
    from tempfile import TemporaryDirectory

Kind = Literal["cognite", "remote-service"]
Form = Literal["folder", "zip", "notebook", "callable"]
ParameterForm = Literal["positional-only", "ordinary", "keyword-only", "star", "double-star"]

HANDLE_ARGUMENTS = ("client", "data", "secrets", "function_call_info")
"""What the platform passes to a handle, by name [cognite-sdk, validate_function_folder]."""


class Parameter(NamedTuple):
    """One parameter of a handle; ``star`` is ``*args``, ``double-star`` is ``**kwargs``."""

    name: str
    form: ParameterForm
    has_default: bool


class Handle(NamedTuple):
    """The last top-level definition of ``handle`` in the handler file.

    Attributes:
        form: ``def``, ``async`` or ``assignment`` (``handle = something``; its parameters are known only at run time).
        line: 1-based line of the definition in the deployed file.
        parameters: In order of appearance; empty for an assignment.
    """

    form: Literal["def", "async", "assignment"]
    line: int
    parameters: tuple[Parameter, ...] = ()


class SyntaxProblem(NamedTuple):
    """Why a file cannot be compiled: message, 1-based line and column (None where the file is not text at all)."""

    message: str
    line: int | None = None
    column: int | None = None


class Module(NamedTuple):
    """One Python file of a function, parsed, never imported.

    Attributes:
        file: POSIX path from the function's root, such as ``common/rules.py``; ``path`` is the same as a path.
        name: Dotted name under which the platform would import it, such as ``common.rules``.
        text: The source; empty when it is not text.
        tree: Its syntax tree, or None when ``problem`` says why there is none.
        problem: Why it does not compile, or None.
    """

    file: str
    name: str
    text: str
    tree: ast.Module | None
    problem: SyntaxProblem | None = None

    @property
    def path(self) -> "PurePosixPath":
        """POSIX path from the function's root."""
        from pathlib import PurePosixPath

        return PurePosixPath(self.file)


class Shown(NamedTuple):
    """How a deployed file is shown when the user wrote it elsewhere: a name, and the line there of its first line."""

    file: str
    first_line: int = 1


class Function(NamedTuple):
    """A function, opened: everything that can be known of it without importing user code.

    Attributes:
        name: Folder name, or the stem of the zip or notebook, or the callable's module.
        given: What the user typed, as shown in messages.
        form: How it was given.
        folder: Absolute folder that stands for the deployed zip's root; ``root`` is the same as a path.
        handler_file: POSIX path of the handler file from it; without handler.py, of the service's own file.
        kind: ``cognite``, or ``remote-service`` for what Snowflake would call through a proxy.
        service: What a remote service was recognised by, such as ``lambda_handler(event, context)``; None for cognite.
        handler: The handler file, or None when it is not there.
        absence: Why ``handler`` is None, as the end of a sentence: ``it is a directory``.
        handle: The handle found in it, or None.
        found: Names of other top-level functions in the handler file, for messages.
        shown: Deployed path -> where the user wrote it (notebook cell, file of a callable).
        nested_root: The single extra folder inside a zip that holds the handler, or None.
        requirements: Text of requirements.txt (or of the docstring's block), or None when there is none.
        temporary: The folder that ``close`` removes, for what had to be unpacked.
    """

    name: str
    given: str
    form: Form
    folder: str
    handler_file: str
    kind: Kind = "cognite"
    service: str | None = None
    handler: Module | None = None
    absence: str | None = None
    handle: Handle | None = None
    found: tuple[str, ...] = ()
    shown: Mapping[str, Shown] = NOTHING
    nested_root: str | None = None
    requirements: str | None = None
    temporary: "TemporaryDirectory[str] | None" = None

    @property
    def root(self) -> "Path":
        """Absolute folder that stands for the deployed zip's root."""
        from pathlib import Path

        return Path(self.folder)

    @property
    def function_path(self) -> "PurePosixPath":
        """POSIX path of the handler file from ``root``."""
        from pathlib import PurePosixPath

        return PurePosixPath(self.handler_file)

    @property
    def module_name(self) -> str:
        """Dotted name under which the platform imports the handler: ``sub.dir.handler``."""
        return posixpath.splitext(self.handler_file)[0].replace("/", ".")

    def place(self, path: "PurePosixPath | str", line: int | None = None) -> dict[str, Any]:
        """Where the user wrote line ``line`` of the deployed file ``path``: ``{"file": ..., "line": ...}``."""
        shown = self.shown.get(str(path))
        if shown is None:
            return {"file": f"{self.given.rstrip('/')}/{path}", "line": line}
        return {"file": shown.file, "line": line and line + shown.first_line - 1}

    def close(self) -> None:
        """Remove what was unpacked for it; a folder that the user gave is left alone."""
        if self.temporary is not None:
            self.temporary.cleanup()
