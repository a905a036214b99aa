"""``--client record`` and ``--client live``: a real project answers; the former keeps what it says in a cassette."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fn_emulator.answering import Foreign, Traffic
from fn_emulator.cdf.cassette import PassThrough, real_project, write_cassette
from fn_emulator.cdf.traffic.effects import effects_of
from fn_emulator.clock import in_text, now
from fn_emulator.errors import SettingsError
from fn_emulator.runners.frames import known_path

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.model import JSON
    from fn_emulator.settings import Settings


class RealProject:
    """Requests pass to the project that the environment names."""

    def __init__(self, function: Function, settings: Settings, environ: Mapping[str, str], masker: Masker) -> None:
        """Read where the project is.

        Raises:
            SettingsError: If that is not said, or there is no file for a recording.
        """
        if settings.client == "record" and settings.cassette is None:
            raise SettingsError("--client record has no file to record to.", hint="name one: --cassette FILE")
        self._function = function
        self._settings = settings
        self._project = real_project(environ)
        self._pass = PassThrough(masker.mask_any, mode=settings.client, has_writes=settings.allows_writes)
        self._first: datetime | None = None
        # What asks for "the last hour" asks the same again only from the same instant.
        self.clock: datetime | None = now() if settings.client == "record" else None

    @property
    def spec(self) -> Mapping[str, JSON]:
        """Project, address and credentials."""
        return self._project

    def begin(self, frozen_at: datetime | None) -> int:
        """A call begins: the clock of the first one is that of the recording."""
        self._first = self._first or frozen_at or now()
        self._mark = self._pass.journal.mark()
        return 1

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Let a request pass, or refuse it."""
        return self._pass.exchange(sent)

    def end(self, number: int, foreign: Foreign, sdk: str | None) -> Traffic:
        """What went to the project.

        Raises:
            RecordingError: If the cassette cannot be written.
        """
        notes = []
        if self._settings.client == "record" and self._settings.cassette is not None and self._first is not None:
            cassette = self._pass.cassette(
                recorded_at=in_text(self._first),
                project=self._project["project"],
                base_url=self._project["base_url"],
                sdk=sdk,
            )
            write_cassette(self._settings.cassette, cassette)
            many = "1 request" if len(cassette.exchanges) == 1 else f"{len(cassette.exchanges)} requests"
            notes.append(f"Recorded {many} in {self._settings.cassette}.")
        entries = self._pass.journal.since(self._mark)
        effects = effects_of(entries, foreign, lambda file: known_path(self._function, file))
        return Traffic(effects, tuple(notes))

    def close(self) -> None:
        """Nothing is open."""
