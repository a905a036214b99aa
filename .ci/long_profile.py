"""A pytest plugin of the long run: the profile ``long`` of hypothesis."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("long", max_examples=5_000, deadline=None)
