"""Contextualization (``/context``): its endpoints are in ``diagrams`` and ``entity_matching``."""

from __future__ import annotations

from fn_emulator.cdf.api import diagrams, entity_matching

__all__ = ["diagrams", "entity_matching"]
