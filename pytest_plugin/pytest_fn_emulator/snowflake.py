"""What the fixture ``fake_snowflake`` does: deliver rows to a function as Snowflake may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fn_emulator import LoadedFunction, Verdict


class FakeSnowflake:
    """Snowflake, as a function's test needs it."""

    def __init__(self, load_function: Callable[..., LoadedFunction]) -> None:
        """Prepare; ``load_function`` is the test's fixture."""
        self._load_function = load_function

    def __repr__(self) -> str:
        return "fake_snowflake"  # as it is shown among the arguments of a failed test

    def replay(
        self,
        source: Any = None,
        *,
        rows: Any,
        signature: str | None = None,
        random_seed: int = 0,
        **options: Any,
    ) -> Verdict:
        """Deliver a batch again and again, and compare the answers; see ``LoadedFunction.replay``.

        Args:
            source: A function that is open, or what ``load_function`` takes; that of the marker when None.
            rows: Argument lists without numbers.
            signature: Of the SQL function.
            random_seed: Repeats a run exactly.
            options: As ``load_function`` takes them.

        Raises:
            EmulatorError: If rows or signature cannot be read, or the function cannot be run.
        """
        __tracebackhide__ = True
        function = source if isinstance(source, LoadedFunction) else self._load_function(source, **options)
        return function.replay(rows, signature=signature, random_seed=random_seed)
