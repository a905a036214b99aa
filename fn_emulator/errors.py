"""What stops the tool itself: one family of exceptions, each with a message, a hint and an exit code.

A handler's own mistake is never one of these: it is a ``Failure`` or a ``Finding`` in ``model``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fn_emulator.model import Finding, Result


class EmulatorError(Exception):
    """The tool cannot go on, and the user can mend it.

    Attributes:
        message: One sentence: what is wrong, and where.
        hint: One sentence: what to do next.
        exit_code: What the command exits with: 2 for what was typed or handed over, 5 for what is missing here.
    """

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\nHint: {self.hint}"


class SourceError(EmulatorError):
    """The path that was given is not a function folder, zip or notebook that can be read."""


class SettingsError(EmulatorError):
    """A flag, an environment variable or a settings file holds a value that is not allowed."""


class DataError(EmulatorError):
    """The data, secrets or environment that was handed over cannot be read."""


class SeedError(EmulatorError):
    """What the in-memory CDF should start with cannot be read, or is not what CDF would take."""


class ScheduleError(EmulatorError):
    """A cron expression cannot be read, or nothing is due in the range that was asked for."""


class RowsError(EmulatorError):
    """Rows that were handed over cannot be read, or do not fit the signature."""


class RecordingError(EmulatorError):
    """A recorded call is not there, or cannot be run again."""


class OutputError(EmulatorError):
    """The report cannot be written where it was asked for."""


class ScaffoldError(EmulatorError):
    """A new function cannot be written where it was asked for."""


class RunnerError(EmulatorError):
    """The place where the handler should run is not usable."""

    exit_code = 5


class InterpreterError(RunnerError):
    """The Python that was named cannot run a function."""

    exit_code = 2


class EnvironmentBuildError(RunnerError):
    """The environment with the function's requirements cannot be made."""


class SdkMissingError(RunnerError):
    """The interpreter that runs the function has no cognite-sdk."""


class DebuggerMissingError(RunnerError):
    """The interpreter that runs the function has no debugpy."""


class ServerError(EmulatorError):
    """A local server cannot be started."""


class ExtraMissingError(EmulatorError):
    """A part of ours needs packages that are not installed here."""

    exit_code = 5


class FunctionLoadError(Exception):
    """The function cannot be loaded; ``findings`` say why (raised by ``load_function`` alone)."""

    def __init__(self, message: str, findings: Sequence[Finding]) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class CallFailedError(Exception):
    """The response of a call that did not complete was asked for; the message holds the handler's traceback."""

    def __init__(self, message: str, result: Result) -> None:
        super().__init__(message)
        self.result = result
