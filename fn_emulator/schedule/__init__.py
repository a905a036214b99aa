"""A cron expression -> what it means: a sentence, and the instants at which it is due. Nothing here runs anything.

``cron`` reads an expression; ``fields`` says what each field may hold, and ``suggestion`` what somebody meant who wrote
it otherwise (``quartz`` and ``repair`` do the work). ``sentence`` tells it in words. ``due`` gives the due times,
``window`` the range of them that a command was asked for,
and ``plan`` the ticks that a scheduler makes of them.
"""

from fn_emulator.schedule.cron import Cron, parse_cron
from fn_emulator.schedule.due import count_due, due_times, next_due
from fn_emulator.schedule.plan import Plan, Tick, plan_schedule
from fn_emulator.schedule.sentence import describe
from fn_emulator.schedule.window import Window, due_in, read_window

__all__ = [
    "Cron",
    "Plan",
    "Tick",
    "Window",
    "count_due",
    "describe",
    "due_in",
    "due_times",
    "next_due",
    "parse_cron",
    "plan_schedule",
    "read_window",
]
