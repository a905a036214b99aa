"""What settings are once they are resolved: values with their origins, secrets that cannot be shown by accident."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from fn_emulator.errors import SettingsError

if TYPE_CHECKING:
    from fn_emulator.model import JSON

# Named tuples and plain classes instead of dataclasses: ``Settings`` as a dataclass takes 2 ms to define, in every run.


class Secret:
    """One secret of a function. Its value is shown nowhere: ``str`` and ``repr`` give ``***``."""

    __slots__ = ("name", "origin", "value")

    def __init__(self, name: str, value: str, origin: str) -> None:
        self.name = name
        self.value = value
        self.origin = origin

    def __repr__(self) -> str:
        return "***"


class ScheduleSettings(NamedTuple):
    """One schedule of a function, from Toolkit YAML.

    Attributes:
        name: As ``--schedule`` takes it.
        cron: The cron expression as written.
        data: What its calls get as ``data``; ``{}`` when it has none.
        file: The file that declares it.
    """

    name: str
    cron: str
    data: JSON
    file: str

    def __repr__(self) -> str:
        # The data may hold values from the environment.
        return f"ScheduleSettings({self.name!r}, {self.cron!r}, file={self.file!r})"


class Found(NamedTuple):
    """What one place (a flag, a variable, a table of a file) says about one setting.

    Attributes:
        value: What it means, in our units.
        origin: Where it was written, as ``config`` shows it.
        template: The text as it was written, when it refers to environment variables; it is shown instead of ``value``.
        file: The file that holds it, as the user can find it; empty for what is not from a file.
        needs: The environment variables that it refers to and that are not set.
    """

    value: Any
    origin: str
    template: str | None = None
    file: str = ""
    needs: tuple[str, ...] = ()


Layer = dict[str, Found]
"""All that one place says: key, as in a settings file, or ``secrets.NAME``, ``env.NAME``, ``metadata.NAME``."""


class Settings:
    """Everything that is configured for one function. Frozen; made by ``resolve_settings``.

    Attributes:
        function_path: POSIX path of the handler file, or None for the platform's default.
        kind: What the function is, or None to find it from the code.
        client: What the handler gets as ``client``.
        seed: Files and folders that the in-memory CDF starts with.
        is_lenient: Whether the in-memory CDF invents what is looked up and not there.
        identity: Whose rights a call has, by name; None for one who may do everything.
        cassette: The file of recorded CDF traffic.
        allows_writes: Whether a call may write to a real project.
        cloud: Whose limits apply.
        runtime: The runtime it is deployed with, such as ``py311``; None when nothing names one.
        runner: Where the handler runs; None where nobody says it, and whoever makes the call decides.
        python: The interpreter that runs it, a path or a name on PATH; None when nothing names one.
        is_venv: Whether it runs in an environment of its own, with its requirements.
        timeout_s: Seconds until a call is stopped.
        memory_mb: Memory limit in MB (1,000,000 bytes).
        cpu: Cores.
        data_limit_bytes: Largest ``data``.
        response_limit_bytes: Largest response.
        response_limit_documented: Whether exceeding it is certainly wrong: stated by the platform, or by the user.
        runtimes: Runtimes that the platform offers.
        network: Which hosts a call may reach.
        call_info_types: How ``function_call_info`` gives ids and times.
        fail_on: From which severity on findings make the command exit 1.
        ignore: Ids of findings that are accepted.
        select: Ids of the only findings that are reported; empty for all.
        secrets: Name -> secret, of those that have a value.
        env: Name -> value of the function's environment, of those that have one.
        metadata: The function's metadata.
        index_url: Package index for its requirements; may hold credentials.
        extra_index_urls: Further package indexes; may hold credentials.
        schedules: Its schedules.
        external_id: As Toolkit declares it.
        name: As Toolkit declares it.
        description: As Toolkit declares it.
        owner: As Toolkit declares it.
        missing: ``secrets.NAME``, ``env.NAME`` or ``schedules.NAME`` -> what needs variables that are not set.
        templates: Key -> text as it was written, of values that were filled from the environment; show this instead.
        origins: Key as in a settings file (``fail-on``), or ``secrets.NAME``, ``env.NAME`` -> where it comes from.
        toolkit_env: The Toolkit environment, or None.
        toolkit_files: Toolkit files that declare this function or its schedules.
    """

    function_path: str | None
    kind: Literal["cognite", "remote-service"] | None
    client: Literal["fake", "mock", "record", "recorded", "live", "none"]
    seed: tuple[str, ...]
    is_lenient: bool
    identity: str | None
    cassette: str | None
    allows_writes: bool
    cloud: Literal["gcp", "azure", "aws"]
    runtime: str | None
    runner: Literal["inprocess", "worker"] | None
    python: str | None
    is_venv: bool
    timeout_s: float
    memory_mb: float
    cpu: float
    data_limit_bytes: int
    response_limit_bytes: int
    response_limit_documented: bool
    runtimes: tuple[str, ...]
    network: Literal["off", "local", "on"]
    call_info_types: Literal["text", "int"]
    fail_on: Literal["error", "warning", "note", "never"]
    ignore: tuple[str, ...]
    select: tuple[str, ...]
    secrets: Mapping[str, Secret]
    env: Mapping[str, str]
    metadata: Mapping[str, str]
    index_url: str | None
    extra_index_urls: tuple[str, ...]
    schedules: tuple[ScheduleSettings, ...]
    external_id: str | None
    name: str | None
    description: str | None
    owner: str | None
    missing: Mapping[str, Found]
    templates: Mapping[str, str]
    origins: Mapping[str, str]
    toolkit_env: str | None
    toolkit_files: tuple[str, ...]

    __slots__ = tuple(__annotations__)

    def __init__(self, **values: Any) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, values.pop(name))
        if values:
            raise TypeError(f"Settings has no field {next(iter(values))!r}")

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError("Settings is frozen; use replace()")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("Settings is frozen")

    def __repr__(self) -> str:
        # Not env, metadata, indexes, schedules: they may hold values from the environment.
        shown = ("function_path", "kind", "client", "cloud", "runtime", "network", "fail_on")
        return f"Settings({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def replace(self, **changes: Any) -> Settings:
        """The same settings with some values changed."""
        return Settings(**{name: getattr(self, name) for name in self.__slots__} | changes)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """Names of all secrets that are declared, with a value or without."""
        return (*self.secrets, *self._missing_names("secrets."))

    @property
    def env_names(self) -> tuple[str, ...]:
        """Names of all environment variables that are declared, with a value or without."""
        return (*self.env, *self._missing_names("env."))

    def _missing_names(self, prefix: str) -> list[str]:
        return [key.removeprefix(prefix) for key in self.missing if key.startswith(prefix)]

    def require_values(self, *, schedule: str | None = None) -> None:
        """Refuse to go on when a call needs a value that is missing.

        Args:
            schedule: Name of the schedule whose data the call uses; the data of other schedules is not needed.

        Raises:
            SettingsError: Naming every missing value, its file, and how to give it.
        """
        needed = {
            key: found
            for key, found in self.missing.items()
            if not key.startswith("schedules.") or key == f"schedules.{schedule}"
        }
        if needed:
            raise _missing_values(needed)


def _missing_values(needed: Mapping[str, Found]) -> SettingsError:
    listed = ", ".join(
        f"{key} needs {' and '.join(f'${{{name}}}' for name in found.needs)} ({found.file})"
        for key, found in needed.items()
    )
    variables = dict.fromkeys(name for found in needed.values() for name in found.needs)
    flags = [_flag(key) for key in needed if not key.startswith("schedules.")]
    hint = f"set {', '.join(variables)}" + (f", or give {' '.join(flags)}" if flags else "")
    return SettingsError(f"Environment variables that the settings refer to are not set: {listed}.", hint=hint)


def _flag(key: str) -> str:
    table, _, name = key.partition(".")
    return f"--secret {name}=VALUE" if table == "secrets" else f"--env {name}=VALUE"
