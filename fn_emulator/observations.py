"""What a runner may see of a call beside its answer: frozen data, which most calls have none of.

Apart from ``model``, so that a start of the command that sees nothing of it does not pay for it either.
"""

from typing import Literal, NamedTuple


class Effect(NamedTuple):
    """One thing that the handler did to the outside.

    Attributes:
        kind: ``file``, ``network``, ``process``, ``database`` or ``cdf``.
        operation: ``connect``, ``write``, ...
        target: A host and port, a path, a resource.
        items: How many items it touched, where that is known.
        changed: Whether anything outside is different afterwards.
        file: The user's file that did it.
        line: 1-based line in ``file``.
        access: ``read``, ``write`` or ``action`` (starts a computation) where ``kind`` is ``cdf``.
        requests: How many requests it took; those of one line for one thing are one effect.
        failed: How many of these were refused.
        problem: What the first refusal said, with its HTTP status.
        created: How many items (datapoints of a series) are new; None where that is not known, as of a real project.
        updated: How many are different.
        unchanged: How many were written as they were.
        deleted: How many are gone.
    """

    kind: str
    operation: str
    target: str
    items: int | None = None
    changed: bool = False
    file: str | None = None
    line: int | None = None
    access: str | None = None
    requests: int = 1
    failed: int = 0
    problem: str | None = None
    created: int | None = None
    updated: int | None = None
    unchanged: int | None = None
    deleted: int | None = None


class Refusal(NamedTuple):
    """A connection that the network policy refused, and the user's line that asked for it (None when unknown)."""

    host: str
    port: int | str | None
    file: str | None
    line: int | None


class EnvRead(NamedTuple):
    """A line of the user's that read an environment variable which was not declared for the function.

    Attributes:
        name: The variable.
        is_visible: Whether the handler got a value.
        is_in_shell: Whether the caller's own environment has it.
        file: The user's file.
        line: 1-based line in ``file``.
    """

    name: str
    is_visible: bool
    is_in_shell: bool
    file: str
    line: int


class Place(NamedTuple):
    """A place in an answer that JSON refuses or changes.

    Attributes:
        path: JSON path, such as ``$.rows[3].when``.
        type: Qualified name of the value's class, without ``builtins``.
        bases: Qualified names of the class and its bases.
        traits: What a fix depends on: ``key``, ``circular``, ``too-deep``, ``not-finite``, ``dataclass``, and the names
            of conversion methods that its class defines.
        becomes: What JSON makes of it, in words; None where JSON refuses it.
    """

    path: str
    type: str
    bases: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    becomes: str | None = None


class Death(NamedTuple):
    """How the process of a call ended before the call did: by one of the three.

    Attributes:
        exit_code: What it exited with.
        signal: Number of the signal that ended it.
        is_out_of_memory: Whether the memory limit ended it; the signal is then the kernel's or ours.
    """

    exit_code: int | None = None
    signal: int | None = None
    is_out_of_memory: bool = False


class LeftBehind(NamedTuple):
    """What a handler started and did not end.

    Attributes:
        kind: ``thread``, ``process`` or ``clock``.
        name: The thread's name, the process's command, or what stopped the clock.
        file: The user's file that started it, or None.
        line: 1-based line in ``file``.
    """

    kind: Literal["thread", "process", "clock"]
    name: str
    file: str | None = None
    line: int | None = None


class Held(NamedTuple):
    """Memory that was allocated for one line of the user's and not yet freed, in MB."""

    file: str
    line: int
    mb: float


class MemoryProfile(NamedTuple):
    """Where a call's memory was, as far as Python's allocators know.

    Attributes:
        peak_mb: The most that was allocated at one moment of the call.
        file: The user's file whose line ran at that moment, or None.
        line: 1-based line in ``file``.
        held: The lines that held the most then, the largest first.
    """

    peak_mb: float
    file: str | None
    line: int | None
    held: tuple[Held, ...]
