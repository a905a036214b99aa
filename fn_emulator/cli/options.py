"""Options that several commands share, in groups.

An option that was not given is None, and a repeatable one an empty tuple: ``resolve_settings`` then looks further down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from fn_emulator.settings.keys import CHOICES, not_one_of

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Option = Callable[[Any], Any]


class OneOf(click.Choice[str]):
    """A choice that names the near miss, in the words that the same value in a settings file would get."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value, if it is one of the choices."""
        if value not in self.choices:
            raise not_one_of(param.opts[0] if param else "the option", value, self.choices)
        return str(value)


def settings_options(command: Decorated) -> Decorated:
    """Add every option that sets a setting, as ``run`` and ``config`` take them."""
    return _add(command, (*FUNCTION_OPTIONS, *CALL_OPTIONS))


def function_options(command: Decorated) -> Decorated:
    """Add those that mean something without a call, as ``check`` takes them."""
    return _add(command, FUNCTION_OPTIONS)


def finding_options(command: Decorated) -> Decorated:
    """Add ``--ignore``, ``--select`` and ``--fail-on``, which say which findings count."""
    return _add(command, FINDING_OPTIONS)


def output_options(command: Decorated) -> Decorated:
    """Add ``--format`` (parameter ``format_``) and ``--output``, which say how a report is written and where."""
    return _add(command, OUTPUT_OPTIONS)


def typed_options(context: click.Context, *, besides: Collection[str] = ()) -> list[str]:
    """The options that were typed, to be typed again; of a secret its name alone, which takes it from the environment.

    Args:
        context: The command's.
        besides: Parameters that are left out.
    """
    typed: list[str] = []
    for parameter in context.command.params:
        name = parameter.name or ""
        is_typed = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not is_typed or name in besides or not isinstance(parameter, click.Option):
            continue
        option, value = parameter.opts[0], context.params[name]
        if parameter.is_flag:
            typed.append(option)
            continue
        for each in value if parameter.multiple else (value,):
            typed += (option, str(each).partition("=")[0] if name == "secret" else str(each))
    return typed


def _add(command: Decorated, options: Sequence[Option]) -> Decorated:
    for option in reversed(options):
        command = option(command)
    return command


CALL_OPTIONS: tuple[Option, ...] = (
    click.option("--client", type=OneOf(CHOICES["client"]), help="What the handler gets as client. [default: fake]"),
    click.option("--seed", multiple=True, metavar="FILE", help="What the in-memory CDF starts with; may be repeated."),
    click.option("--lenient", is_flag=True, default=None, help="Invent what is looked up in CDF and not there."),
    click.option("--as", metavar="IDENTITY", help="Whose rights the call has, such as reader. [default: all of them]"),
    click.option("--cassette", metavar="FILE", help="Recorded CDF traffic, of --client record and recorded."),
    click.option("--allow-writes", is_flag=True, default=None, help="Let --client live and record write."),
    click.option("--runner", type=OneOf(CHOICES["runner"]), help="Where the handler runs. [default: worker]"),
    click.option("--timeout", metavar="TIME", help="Seconds, or 90s, 9m. [default: the cloud's]"),
    click.option("--memory", metavar="SIZE", help="MB, or 512MB, 1.5GB. [default: the cloud's]"),
)

FUNCTION_OPTIONS: tuple[Option, ...] = (
    click.option("--secret", multiple=True, metavar="K=V|NAME", help="A secret; NAME takes it from your environment."),
    click.option("--secrets-file", metavar="FILE", help="Secrets as JSON, YAML or lines of NAME=value."),
    click.option("--env", multiple=True, metavar="K=V|NAME", help="An environment variable of the function; likewise."),
    click.option("--env-file", metavar="FILE", help="Variables of the function's environment, lines of NAME=value."),
    click.option("--function-path", metavar="PATH", help="The handler's file, from the folder. [default: handler.py]"),
    click.option("--kind", type=OneOf(CHOICES["kind"]), help="What it is. [default: found from the code]"),
    click.option("--cloud", type=OneOf(CHOICES["cloud"]), help="Whose limits apply. [default: gcp]"),
    click.option("--runtime", metavar="py3xx", help="The Python that it is deployed with, such as py311."),
    click.option("--python", metavar="PATH", help="The Python that runs it: a file, or a name on PATH."),
    click.option("--venv", is_flag=True, default=None, help="Run it with its requirements.txt installed for it alone."),
    click.option("--network", type=OneOf(CHOICES["network"]), help="Which hosts it may reach. [default: local]"),
    click.option("--toolkit-env", metavar="ENV", help="Fill {{ name }} in Toolkit YAML from config.ENV.yaml."),
)

FINDING_OPTIONS: tuple[Option, ...] = (
    click.option("--ignore", multiple=True, metavar="ID", help="Accept this finding; may be repeated."),
    click.option("--select", multiple=True, metavar="ID", help="Report only this finding; may be repeated."),
    click.option("--fail-on", type=OneOf(CHOICES["fail-on"]), help="Exit 1 from this severity on. [default: error]"),
)

OUTPUT_OPTIONS: tuple[Option, ...] = (
    click.option("--format", "format_", type=OneOf(("text", "json")), default="text", help="[default: text]"),
    click.option("--output", metavar="FILE", help="Write the report there instead of stdout."),
)
