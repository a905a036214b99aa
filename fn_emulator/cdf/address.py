"""Where clients find an in-memory CDF: a host of its own below the domain that SDKs know, to which nothing is sent."""

from __future__ import annotations

from itertools import count

DOMAIN = "cognitedata.com"
PROJECT = "fn-emulator"

_numbers = count(1)


def new_address() -> str:
    """A base URL that no other in-memory CDF of this process has."""
    number = next(_numbers)
    return f"https://fn-emulator{'' if number == 1 else f'-{number}'}.{DOMAIN}"
