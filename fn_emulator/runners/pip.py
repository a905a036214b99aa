"""Run pip in an environment, with the user's own configuration of it, and tell what it says when it fails."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from fn_emulator.errors import EnvironmentBuildError, SettingsError
from fn_emulator.harness.realtime import REAL
from fn_emulator.runners.needs import without_login
from fn_emulator.settings import Settings
from fn_emulator.uninterrupted import uninterrupted

if TYPE_CHECKING:
    from subprocess import Popen

_NAMES = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TMPDIR", "TEMP", "TMP", "TZ"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "SSH_AUTH_SOCK"),
        *("CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "LD_LIBRARY_PATH", "PKG_CONFIG_PATH"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),
        *("PYENV_VERSION", "PYENV_ROOT", "PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS"),
    )
)
_BEGINNINGS = ("PIP_", "XDG_", "LC_", "GIT_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_ELSEWHERE = frozenset(("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REQUIREMENT"))
"""What would install something else, or somewhere else."""

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_CULPRITS = (
    re.compile(r"satisfies the requirement ([^(\n]+?)(?: \(from|$)", re.MULTILINE),
    re.compile(r"No matching distribution found for ([^(\n]+?)(?: \(from|$)", re.MULTILINE),
    re.compile(r"Invalid requirement: '?([^'\n:]+)"),
    re.compile(
        r"Failed (?:building wheel for|to build) (?:installable wheels for some pyproject.toml based projects )?"
        r"\(?'?([\w.-]+)"
    ),
    re.compile(r"Failed to build '([^'\n]+)'"),
    re.compile(r"Cannot install ([^\n]+?) because"),
)
_GRACE_S = 2.0


def pip_environ(settings: Settings, environ: Mapping[str, str], text: str) -> dict[str, str]:
    """The environment of pip: the user's, without what is none of its business, and the indexes of our settings.

    A package may run its own code while it is installed; the credentials of a developer's shell are not for it. What
    the requirements refer to as ``${NAME}`` is pip's business.

    Raises:
        SettingsError: If the address of an index refers to a variable that is not set.
    """
    wanted = set(_REFERENCE.findall(text))
    kept = {name: value for name, value in environ.items() if (_is_for_pip(name) or name in wanted)}
    # Not as options: addresses may hold credentials, and everybody can read the arguments of a process.
    if settings.index_url is not None:
        kept["PIP_INDEX_URL"] = _filled(settings.index_url, "index-url")
    if settings.extra_index_urls:
        ours = (_filled(url, "extra-index-urls") for url in settings.extra_index_urls)
        kept["PIP_EXTRA_INDEX_URL"] = " ".join(filter(None, (kept.get("PIP_EXTRA_INDEX_URL"), *ours)))
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def index_identity(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """What of the indexes makes two environments differ: their addresses, not who asks there."""
    yield from (without_login(url) for url in (settings.index_url or "", *settings.extra_index_urls))
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_CONSTRAINT"):
        yield f"{name}={without_login(environ.get(name, ''))}"


def install(
    python: str, file: str, folder: str, environ: Mapping[str, str], *, keep: Iterable[int], where: str
) -> None:
    """Install what a requirements file names.

    Args:
        python: The Python of the environment.
        file: The requirements file.
        folder: The function's folder, where relative paths in the file start.
        environ: As ``pip_environ`` gives it.
        keep: Descriptors that pip inherits.
        where: The file as the user knows it, for the message.

    Raises:
        EnvironmentBuildError: If pip fails; its own words are in the message.
    """
    # -I: pip must not import what lies in the function's folder, which may be called as a module of its own.
    command = [python, "-I", "-m", "pip", "install", "--progress-bar", "off", "--requirement", file]
    code, told, errors = run(command, environ, folder=folder, keep=keep)
    if code != 0:
        raise _failed(f"{errors}\n{told}", errors, where)


def run(
    command: list[str], environ: Mapping[str, str], *, folder: str | None = None, keep: Iterable[int] = ()
) -> tuple[int, str, str]:
    """Run a program to its end: exit code, what it wrote to stdout and to stderr.

    It has a process group of its own, which is ended as a whole when we are interrupted.
    """
    import subprocess

    process = None
    try:
        with uninterrupted():  # until it is known whom to end
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
                pass_fds=tuple(keep),
            )
        with process:
            told, errors = process.communicate()
    except BaseException:
        if process is not None:
            _end(process)
        raise
    return process.returncode, told, errors


def _end(process: Popen[str]) -> None:
    """Ask all of a process group to end, and see to it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        until = REAL.perf_counter() + _GRACE_S
        while process.poll() is None and REAL.perf_counter() < until:
            REAL.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    # Those that it started are nobody's to wait for, and may still be writing into what is to be removed.
    until = REAL.perf_counter() + _GRACE_S
    while _has_members(process.pid) and REAL.perf_counter() < until:
        REAL.sleep(0.01)


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


def _is_for_pip(name: str) -> bool:
    is_named = name in _NAMES or name.startswith(_BEGINNINGS) or name.lower() in _PROXIES
    return is_named and name not in _ELSEWHERE


def _filled(url: str, key: str) -> str:
    missing = _REFERENCE.search(url)
    if missing is not None:
        name = missing[1]
        raise SettingsError(f"{key} refers to ${{{name}}}, which is not set.", hint=f"set {name} in the environment")
    return url


def _failed(everything: str, errors: str, where: str) -> EnvironmentBuildError:
    lines = [line.strip() for line in everything.splitlines() if line.lstrip().lower().startswith("error:")]
    said = list(dict.fromkeys(lines)) or errors.strip().splitlines()[-1:] or ["it says nothing"]
    culprit = next((match[1].strip() for pattern in _CULPRITS if (match := pattern.search("\n".join(said)))), None)
    subject = where if culprit is None else f"{without_login(culprit)} of {where}"
    quoted = "\n".join(f"  {without_login(line)}" for line in said)
    is_unreachable = "Retrying (" in everything or "NewConnectionError" in everything
    hint = "check the connection, the proxy and the index" if is_unreachable else "mend the requirement, or the index"
    return EnvironmentBuildError(f"{subject} cannot be installed; pip says:\n{quoted}", hint=hint)
