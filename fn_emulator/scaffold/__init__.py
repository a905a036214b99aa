"""A path -> the files of a new function that works: a handler, its requirements, a seed and a test."""

from __future__ import annotations

from fn_emulator.scaffold.plan import NewFile, plan_files
from fn_emulator.scaffold.texts import SDK
from fn_emulator.scaffold.writing import write_files

__all__ = ["SDK", "NewFile", "plan_files", "write_files"]
