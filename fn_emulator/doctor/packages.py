"""What is installed beside us that a call may need."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from fn_emulator.doctor.fact import Fact


def installed(distribution: str) -> str | None:
    """The version that is installed beside us, or None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def http_library(sdk: str) -> str:
    """The HTTP library of a version of cognite-sdk: requests in 7, httpx up to 8.15, httpx2 from 8.16 on."""
    from packaging.version import Version

    release = Version(sdk).release[:2]
    return "requests" if release < (8,) else "httpx" if release < (8, 16) else "httpx2"


def sdk_fact() -> Fact:
    """The SDK beside us."""
    found = installed("cognite-sdk")
    if found is None:
        text = 'not here; client needs it: pip install "fn-emulator[cdf]"'
        return Fact("cognite-sdk", "absent", text, {"version": None, "http": None})
    http = http_library(found)
    return Fact("cognite-sdk", "ok", f"{found}, which sends with {http}", {"version": found, "http": http})


def debugpy_fact() -> Fact:
    """What ``--debug`` needs."""
    found = installed("debugpy")
    if found is None:
        text = 'not here; --debug needs it: pip install "fn-emulator[debug]"'
        return Fact("debugpy", "absent", text, {"version": None})
    return Fact("debugpy", "ok", found, {"version": found})
