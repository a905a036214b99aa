"""``--client recorded``: a cassette answers, exactly what was asked when it was recorded, at the clock of that time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from fn_emulator.answering import Traffic
from fn_emulator.cdf.cassette import Recorded, read_cassette
from fn_emulator.cdf.traffic.effects import effects_of
from fn_emulator.errors import SettingsError
from fn_emulator.runners.observed import known_path

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.masking import Masker
    from fn_emulator.model import JSON, Call, Evidence
    from fn_emulator.settings import Settings


class FromCassette:
    """A recording; once all of it was asked for, it starts anew with the next call."""

    def __init__(self, function: Function, settings: Settings, masker: Masker) -> None:
        """Read it.

        Raises:
            SettingsError: If no file is named.
            RecordingError: If it cannot be read.
        """
        if settings.cassette is None:
            raise SettingsError("--client recorded has no recording.", hint="name it: --cassette FILE")
        self._function = function
        self._cassette = read_cassette(settings.cassette)
        self._mask = masker.mask_any
        self._recorded = Recorded(self._cassette, self._mask)
        self.clock = datetime.fromisoformat(self._cassette.recorded_at.replace("Z", "+00:00")).astimezone(timezone.utc)

    @property
    def spec(self) -> Mapping[str, JSON]:
        """Project and address of the recording."""
        return {"project": self._cassette.project, "base_url": self._cassette.base_url}

    def prepare(self) -> None:
        """Nothing takes long."""

    def begin(self, call: Call | None) -> int:
        """A call begins."""
        if self._recorded.is_used_up:
            self._recorded = Recorded(self._cassette, self._mask)
        self._mark = self._recorded.journal.mark()
        return 1

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The recorded answer."""
        return self._recorded.exchange(sent)

    def end(self, number: int, evidence: Evidence | None) -> Traffic:
        """What was asked, and the first thing that was not recorded."""
        entries = self._recorded.journal.since(self._mark)
        foreign = () if evidence is None else evidence.foreign
        effects = effects_of(entries, foreign, lambda file: known_path(self._function, file))
        return Traffic(effects, self._recorded.closing_notes())

    def start_over(self) -> None:
        """Let the next call ask for all of it."""
        self._recorded = Recorded(self._cassette, self._mask)

    def close(self) -> None:
        """Nothing is open."""
