"""What the platform accepts as names, secrets, environment variables, metadata, runtime and schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fn_emulator.checks.registry import Example, Saw, check
from fn_emulator.checks.subject import Subject
from fn_emulator.errors import ScheduleError
from fn_emulator.settings.filled import REFERENCE

DOCSTRING = "cognite-sdk, docstring of functions.create"
TOOLKIT = "Cognite Toolkit's schema of Function.yaml; of the API itself nothing is documented"
HELLO = "def handle(data):\n    return data\n"

MAX_SECRETS = 30
MAX_ENV_VARS = 100
MAX_METADATA = 16
MAX_METADATA_KEY = 32
MAX_METADATA_VALUE = 512
METADATA_BYTES_SURE = 512
METADATA_BYTES_MAX = 4096


def _with_yaml(yaml: str) -> Example:
    return Example({"fn/handler.py": HELLO, "fn.Function.yaml": f"externalId: fn\n{yaml}"})


def _with_schedule(cron: str) -> Example:
    yaml = f'functionExternalId: fn\nname: often\ncronExpression: "{cron}"\n'
    return Example({"fn/handler.py": HELLO, "fn.Schedule.yaml": yaml})


def _origin(subject: Subject, key: str) -> str:
    """Where a setting comes from, in brackets, with the space before them."""
    origin = subject.settings.origins.get(key)
    return f" ({origin})" if origin else ""


@check(
    "error",
    source="Functions API, GET /functions/limits: runtimes; read for the cloud that --cloud names",
    bad=Example({"fn/handler.py": HELLO}, "check fn --runtime py38"),
    good=Example({"fn/handler.py": HELLO}, "check fn --runtime py311"),
)
def runtime_not_offered(subject: Subject) -> Iterator[Saw]:
    """The runtime is one of those that the platform offers.

    The platform refuses to create the function. Without a runtime it takes its default, which changes over time.
    """
    runtime, offered = subject.settings.runtime, subject.settings.runtimes
    if runtime is not None and runtime not in offered:
        yield Saw(
            f"the runtime {runtime!r}{_origin(subject, 'runtime')} is not offered on {subject.settings.cloud}.",
            hint=f"take one of {', '.join(offered)}",
            evidence={"runtime": runtime, "offered": list(offered)},
        )


@check(
    "warning",
    source=f'{DOCSTRING}: "Keys must be lowercase characters, numbers or dashes (-) and at most 15 characters. You can '
    'create at most 30 secrets"; the security page of the documentation itself uses the key "API_KEY"',
    bad=_with_yaml("secrets:\n  API_KEY: ${KEY}\n"),
    good=_with_yaml("secrets:\n  api-key: ${KEY}\n"),
)
def secret_name(subject: Subject) -> Iterator[Saw]:
    """A secret's name is made of lowercase letters, digits and dashes, at most 15 of them; at most 30 secrets.

    It is a warning because the platform's pages contradict each other: one states this rule, another breaks it.
    """
    names = sorted(subject.settings.secret_names)
    for name in names:
        if not re.fullmatch(r"[a-z0-9-]{1,15}", name):
            hint = "use at most 15 lowercase letters, digits and dashes"
            yield Saw(
                f"the secret {name!r}{_origin(subject, f'secrets.{name}')} has a name that the platform may refuse.",
                hint=hint,
                evidence={"name": name},
            )
    if len(names) > MAX_SECRETS:
        hint = f"the platform takes at most {MAX_SECRETS}; put several values into one as JSON"
        yield Saw(f"the function has {len(names)} secrets.", hint=hint, evidence={"count": len(names)})


@check(
    "error",
    source=f'{DOCSTRING}: "Keys can contain only letters, numbers or the underscore character. You can create at most '
    '100 environment variables"',
    bad=_with_yaml("envVars:\n  LOG-LEVEL: debug\n"),
    good=_with_yaml("envVars:\n  LOG_LEVEL: debug\n"),
)
def env_var_name(subject: Subject) -> Iterator[Saw]:
    """The name of an environment variable is made of letters, digits and underscores; at most 100 variables."""
    names = sorted(subject.settings.env_names)
    for name in names:
        if not re.fullmatch(r"[A-Za-z0-9_]+", name):
            hint = f"rename it, for example to {re.sub(r'[^A-Za-z0-9_]', '_', name) or 'NAME'}"
            yield Saw(
                f"the variable {name!r}{_origin(subject, f'env.{name}')} has a name that the platform refuses.",
                hint=hint,
                evidence={"name": name},
            )
    if len(names) > MAX_ENV_VARS:
        hint = f"the platform takes at most {MAX_ENV_VARS}; put several values into one as JSON"
        yield Saw(f"the function has {len(names)} environment variables.", hint=hint, evidence={"count": len(names)})


@check(
    "error",
    source=TOOLKIT,
    bad=_with_yaml(f"name: {'long-' * 30}\n"),
    good=_with_yaml(f"name: {'long-' * 28}\n"),
)
def name_too_long(subject: Subject) -> Iterator[Saw]:
    """A name has at most 140 characters, an external id 255, a description 500, an owner 128, a function path 500."""
    settings = subject.settings
    for what, text, limit in (
        ("name", settings.name, 140),
        ("externalId", settings.external_id, 255),
        ("description", settings.description, 500),
        ("owner", settings.owner, 128),
        ("functionPath", str(subject.function.function_path), 500),
    ):
        if text is not None and len(text) > limit:
            yield Saw(
                f"the {what} is {len(text)} characters long, and the platform takes {limit}.",
                hint=f"shorten it by {len(text) - limit}",
                evidence={"field": what, "length": len(text), "limit": limit},
            )


@check(
    "error",
    source=f'{DOCSTRING}: "Key & values can be at most 32, 512 characters long respectively. You can have at the most '
    '16 key-value pairs, with a maximum size of 512 bytes"; that of functions.list says 4096 bytes',
    bad=_with_yaml(f"metadata:\n  {'k' * 33}: a key of 33 characters\n"),
    good=_with_yaml(f"metadata:\n  {'k' * 32}: a key of 32 characters\n"),
)
def metadata_too_large(subject: Subject) -> Iterator[Saw]:
    """Metadata is at most 16 pairs, a key at most 32 characters, a value 512, all together 512 bytes.

    The total is stated twice, as 512 and as 4096 bytes: between the two it is a warning.
    """
    metadata = subject.settings.metadata
    if len(metadata) > MAX_METADATA:
        yield Saw(
            f"metadata has {len(metadata)} pairs, and the platform takes {MAX_METADATA}.",
            evidence={"count": len(metadata)},
        )
    for key, value in metadata.items():
        for what, text, limit in (("key", key, MAX_METADATA_KEY), ("value", value, MAX_METADATA_VALUE)):
            if len(text) > limit:
                shown = key[:MAX_METADATA_KEY]
                yield Saw(
                    f"the {what} of metadata {shown!r} is {len(text)} characters long, and the platform takes {limit}.",
                    hint=f"shorten it by {len(text) - limit}",
                    evidence={"key": key, "length": len(text), "limit": limit},
                )
    size = sum(len(key.encode()) + len(value.encode()) for key, value in metadata.items())
    if size > METADATA_BYTES_SURE:
        yield Saw(
            f"metadata is {size} bytes in all, and the platform takes {METADATA_BYTES_SURE}"
            f" (or {METADATA_BYTES_MAX}: its pages disagree).",
            hint="keep what is long in CDF or in the code",
            evidence={"bytes": size},
            severity="error" if size > METADATA_BYTES_MAX else "warning",
        )


@check(
    "error",
    source='Functions documentation: "standard cron syntax"; every sample has five fields. It points to cronmaker.com, '
    "which writes the six or seven fields of Quartz",
    bad=_with_schedule("0 0/5 * * * ?"),
    good=_with_schedule("*/5 * * * *"),
)
def invalid_cron(subject: Subject) -> Iterator[Saw]:
    """The cron expression of a schedule has five fields, and is due at some time.

    Standard syntax is all that the platform's pages promise, and a schedule is created after its function: another
    expression stops a deployment halfway, or fires at other times than were meant. So what readers of cron disagree
    about is refused here (macros such as @daily, seconds, years, L, W, # and ?). That times are UTC is an assumption.
    """
    from fn_emulator.schedule import parse_cron

    for schedule in subject.settings.schedules:
        if REFERENCE.search(schedule.cron):
            continue  # a variable that is not set here: what will stand there nobody knows
        try:
            parse_cron(schedule.cron)
        except ScheduleError as exc:
            problem = exc.message[0].lower() + exc.message[1:]
            evidence = {"schedule": schedule.name, "cron": schedule.cron}
            yield Saw(f"the schedule {schedule.name!r}: {problem}", schedule.file, hint=exc.hint, evidence=evidence)


RULES = (runtime_not_offered, secret_name, env_var_name, name_too_long, metadata_too_large, invalid_cron)
