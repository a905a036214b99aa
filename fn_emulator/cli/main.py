"""The ``fn-emulate`` group: finds a command without importing the others, and is the one boundary for errors."""

from __future__ import annotations

import errno
import gc
import importlib
import sys
from typing import Any

import click

from fn_emulator import __version__
from fn_emulator.cli.output import tell
from fn_emulator.cli.place import working_directory
from fn_emulator.errors import EmulatorError, OutputError

COMMANDS = {
    "check": "Will it deploy and be callable? Static checks, then an import in a child process.",
    "config": "Show each setting with its origin.",
    "doctor": "Show what this machine has for running functions, and what falls back and why.",
    "explain": "Explain a finding: rule, source, a bad and a good example.",
    "init": "Write a new function with a test that passes.",
    "replay": "Deliver a Snowflake batch again and again, and say whether the handler survives it.",
    "rerun": "Run a recorded call again.",
    "run": "Call a function once and judge the answer.",
    "schedule": "Simulate scheduled calls on a frozen clock.",
    "serve": "Serve an in-memory CDF on this machine.",
}


class LazyGroup(click.Group):
    """A group whose commands live in ``fn_emulator.cli.NAME`` and are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"fn_emulator.cli.{cmd_name}"), cmd_name)
        if not gc.isenabled():
            gc.freeze()  # what start-up made stays to the end: the first collection need not look at it
            gc.enable()
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments; without any, the help is shown, which is no error of the person's."""
        if not args:
            tell(ctx.get_help())
            ctx.exit(2)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was typed, in a directory that is there."""
        working_directory()
        return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them for their help."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed, or the nearest one in an error of ours."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"the commands are: {', '.join(sorted(COMMANDS))}"
            raise EmulatorError(f"There is no command {args[0]!r}.", hint=hint)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; every error of ours ends here as two sentences and its exit code."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except EmulatorError as exc:
            complain(exc.message, exc.hint)
            code = exc.exit_code
        except click.exceptions.Exit as exc:
            code = exc.exit_code
        except click.ClickException as exc:
            hint = "run the command with --help to see what it takes"
            complain(exc.format_message(), hint)
            code = exc.exit_code
        except click.Abort as exc:  # click's word for an interrupt, which ends the process in __main__
            if isinstance(
                exc.__cause__, EOFError
            ):  # and for the end of an input that nobody here reads: a mistake of ours
                raise exc.__cause__ from None
            raise KeyboardInterrupt from None
        except OSError as exc:  # a reader that went away (head, jq) is no error: click ends the command with 1
            if exc.errno != errno.ENOSPC:
                raise
            sys.stdout = None
            complain(f"{exc.filename or 'The output'} cannot be written: {exc.strerror}.", "make room, then try again")
            code = OutputError.exit_code
        sys.exit(code or 0)


def complain(message: str, hint: str | None) -> None:
    """Print an error in its fixed form, on stderr."""
    tell(f"{click.style('Error:', fg='red', bold=True)} {message}")
    if hint:
        tell(f"{click.style('Hint:', bold=True)} {hint}")


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fn-emulate", message="%(prog)s, version %(version)s")
def main() -> None:
    """Run and test Cognite Functions locally, before they are deployed."""
