"""What a caller hands over -> ``Call``: its data as JSON, its ids, its clock. Each call of a function has a number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, count
from typing import TYPE_CHECKING

from fn_emulator.cdf.call_info import make_call_id, make_id
from fn_emulator.cdf.call_input import as_json
from fn_emulator.clock import now
from fn_emulator.errors import DataError
from fn_emulator.model import JSON, Call

if TYPE_CHECKING:
    from fn_emulator.function import Function
    from fn_emulator.schedule import Tick
    from fn_emulator.settings import ScheduleSettings, Settings


class CallMaker:
    """Makes the calls of one function; from several threads, too."""

    def __init__(self, function: Function, settings: Settings, info: Mapping[str, JSON]) -> None:
        """Prepare; ``info`` is what its calls have in ``function_call_info`` over what they would have there."""
        self._function = function
        self._settings = settings
        self._info = info
        self._function_id = make_id(function.name)
        self._numbers = count(1)

    def call(
        self, data: JSON, at: datetime | None, schedule: str | None = None, scheduled_time: datetime | None = None
    ) -> Call:
        """One call.

        Args:
            data: What the handler gets as ``data``; None for the schedule's, or ``{}``.
            at: Where the clock stands, in UTC; None leaves it running.
            schedule: Name of a declared schedule, or None.
            scheduled_time: When it is due, in UTC, where it is scheduled; else ``at`` or now where a schedule is named.

        Raises:
            EmulatorError: If the data is not JSON, or the schedule does not exist.
        """
        name = self._function.name
        has_schedules_data = schedule is not None and data is None
        if schedule is not None:
            declared = self.declared_schedule(schedule)
            data = declared.data if data is None else data
            scheduled_time = scheduled_time or (at or now()).replace(second=0, microsecond=0)
        schedule_id = None if scheduled_time is None else make_id(name, "schedule", schedule or "")
        value, text = as_json({} if data is None else data)
        return Call(
            id=self._next_id(),
            function=name,
            function_id=self._function_id,
            data=value,
            data_text=text,
            schedule_id=schedule_id,
            scheduled_time=scheduled_time,
            data_of_schedule=schedule if has_schedules_data else None,
            frozen_at=at,
            info=self._info,
        )

    def scheduled(
        self,
        ticks: Iterable[Tick],
        *,
        schedule: str | None = None,
        data: JSON = None,
        is_ticking: bool = False,
        number: int | None = None,
    ) -> Iterator[Call]:
        """A warm call for each tick; they share the data.

        Args:
            ticks: When each is due, and where the clock stands when it starts.
            schedule: As ``call`` takes it.
            data: Likewise.
            is_ticking: Whether the clock goes on as real time does.
            number: The number of the first, from which its id follows; the next one when None.

        Raises:
            EmulatorError: As ``call``, at once.
        """
        ticks = iter(ticks)
        first = next(ticks, None)
        if first is None:
            return iter(())
        if number is not None:
            self._numbers = count(number)
        model = self.call(data, first.at, schedule, first.due)._replace(is_warm=True, is_ticking=is_ticking)
        return chain((model,), (self._like(model, tick) for tick in ticks))

    def declared_schedule(self, name: str) -> ScheduleSettings:
        """A declared schedule of the function.

        Raises:
            DataError: If it has none of this name.
            SettingsError: If its data needs environment variables that are not set.
        """
        declared = {schedule.name: schedule for schedule in self._settings.schedules}
        if name not in declared:
            known = ", ".join(map(repr, declared)) or "none"
            raise DataError(
                f"{self._function.given} has no schedule {name!r}.",
                hint=f"declared in *.Schedule.yaml beside or above the folder: {known}",
            )
        self._settings.require_values(schedule=name)
        return declared[name]

    def _like(self, model: Call, tick: Tick) -> Call:
        # A third of what _replace takes: a year of calls pays it.
        return Call._make((self._next_id(), *model[1:6], *tick, *model[8:]))

    def _next_id(self) -> int:
        return make_call_id(self._function_id, next(self._numbers))
