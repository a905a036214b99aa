"""What was typed for ``run``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Asked:
    """The parameters of ``run``, as click gives them; a plain class, which is defined in a tenth of the time.

    Attributes:
        folder: The function.
        data: ``--data``, not read yet; likewise ``at``.
        at: ``--at``.
        schedule: ``--schedule``.
        save_seed: ``--save-seed``.
        has_debugger: ``--debug``.
        profile: ``--profile``.
        is_cold: ``--cold``.
        is_watched: ``--watch``.
        is_recorded: Not ``--no-record``.
        format_: ``--format``.
        output: ``--output``.
        toolkit_env: ``--toolkit-env``.
        flags: Settings that were given by name.
        environ: The caller's environment variables.
    """

    folder: str
    data: str | None
    at: str | None
    schedule: str | None
    save_seed: str | None
    has_debugger: bool
    profile: str | None
    is_cold: bool
    is_watched: bool
    is_recorded: bool
    format_: str
    output: str | None
    toolkit_env: str | None
    flags: Mapping[str, Any]
    environ: Mapping[str, str]

    __slots__ = tuple(__annotations__)

    def __init__(self, **values: Any) -> None:
        for name in self.__slots__:
            setattr(self, name, values[name])

    @property
    def data_file(self) -> str | None:
        """The file of ``--data @FILE``."""
        return self.data[1:] if self.data is not None and self.data.startswith("@") else None

    @property
    def is_for_worker(self) -> bool:
        """Whether it is likely that a worker of our own will be wanted: what settings files say is not known yet."""
        names = ("runner", "python", "venv")
        given = [self.flags[name] or self.environ.get(f"FN_EMULATE_{name.upper()}") for name in names]
        return given[0] in (None, "", "worker") and not any(given[1:]) and not (self.is_watched or self.has_debugger)
