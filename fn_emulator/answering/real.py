"""``--client record`` and ``--client live``: a real project answers; the former keeps what it says in a cassette."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fn_emulator.answering import Traffic
from fn_emulator.cdf.cassette import PassThrough, real_project, write_cassette
from fn_emulator.cdf.traffic.effects import effects_of
from fn_emulator.clock import in_text, now
from fn_emulator.errors import SettingsError
from fn_emulator.runners.observed import known_path

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.model import JSON, Call, Evidence
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
        self._mask = masker.mask_any
        self._pass = self._new_pass()
        self._first: datetime | None = None
        self._is_ours = False  # the cassette was written by this session
        # What asks for "the last hour" asks the same again only from the same instant.
        self.clock: datetime | None = now() if settings.client == "record" else None

    @property
    def spec(self) -> Mapping[str, JSON]:
        """Project, address and credentials."""
        return self._project

    def prepare(self) -> None:
        """Nothing takes long."""

    def begin(self, call: Call | None) -> int:
        """A call begins: the clock of the first one is that of the recording."""
        self._first = self._first or (call and call.frozen_at) or now()
        self._mark = self._pass.journal.mark()
        return 1

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Let a request pass, or refuse it."""
        return self._pass.exchange(sent)

    def end(self, number: int, evidence: Evidence | None) -> Traffic:
        """What went to the project.

        Raises:
            RecordingError: If the cassette cannot be written.
        """
        entries = self._pass.journal.since(self._mark)
        foreign = () if evidence is None else evidence.foreign
        effects = effects_of(entries, foreign, lambda file: known_path(self._function, file))
        notes = () if self._settings.client == "live" else (self._recorded(evidence),)
        return Traffic(effects, notes)

    def _recorded(self, evidence: Evidence | None) -> str:
        """Write the recording, and say so. One that was there is replaced only by that of a call that completed."""
        path = self._settings.cassette
        assert path is not None
        assert self._first is not None
        cassette = self._pass.cassette(
            recorded_at=in_text(self._first),
            project=self._project["project"],
            base_url=self._project["base_url"],
            sdk=None if evidence is None else evidence.where.sdk,
        )
        is_complete = evidence is not None and evidence.stage == "done" and bool(cassette.exchanges)
        if not is_complete and not self._is_ours and os.path.lexists(path):
            return f"{path} was there before and is kept as it was: this call did not complete, or asked nothing."
        write_cassette(path, cassette)
        self._is_ours = True
        many = "1 request" if len(cassette.exchanges) == 1 else f"{len(cassette.exchanges)} requests"
        return f"Recorded {many} in {path}."

    def start_over(self) -> None:
        """Let the next call begin a recording of its own; what it did to the project stays done."""
        self._pass = self._new_pass()

    def _new_pass(self) -> PassThrough:
        settings = self._settings
        return PassThrough(self._mask, mode=settings.client, has_writes=settings.allows_writes)

    def close(self) -> None:
        """Nothing is open."""
