"""pytest fixtures of fn-emulator. Importing this imports nothing of ``fn_emulator``."""

from __future__ import annotations
