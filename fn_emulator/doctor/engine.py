"""Whether a container engine answers."""

from __future__ import annotations

from collections.abc import Mapping

from fn_emulator.doctor.fact import Fact

ANSWER_LIMIT_S = 5
USUAL = "unix:///var/run/docker.sock"


def engine_fact(environ: Mapping[str, str]) -> Fact:
    """Ask the engine that ``DOCKER_HOST`` names, or the one of this machine."""
    import shutil

    host = environ.get("DOCKER_HOST") or None
    command = shutil.which("docker", path=environ.get("PATH", ""))
    details = {"host": host, "command": command, "version": None}
    where = f"DOCKER_HOST {host}" if host else "the usual socket"
    version, why = _ask(environ)
    if version is None:
        beside = f"; the command is here: {command}" if command else "; nor is there a docker command"
        return Fact("container engine", "absent", f"none answers at {where} ({why}){beside}", {**details, "why": why})
    return Fact("container engine", "ok", f"{version} at {where}", {**details, "version": version})


def _ask(environ: Mapping[str, str]) -> tuple[str | None, str]:
    """The engine's version, or None and why there is none."""
    why = _unreachable(environ.get("DOCKER_HOST") or USUAL)
    if why is not None:
        return None, why
    try:
        import docker  # type: ignore[import-untyped]
    except ImportError:
        return None, "the package docker is not installed"
    try:
        client = docker.from_env(timeout=ANSWER_LIMIT_S, environment=dict(environ))
        try:
            return str(client.version()["Version"]), ""
        finally:
            client.close()
    except Exception as exc:  # of docker, requests or urllib3, whatever the address leads to
        return None, _reason(exc)


def _unreachable(host: str) -> str | None:
    """Why nobody listens there, or None; docker's own client would leave a socket open on a failure."""
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(host)
    try:
        if parts.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(ANSWER_LIMIT_S)
                probe.connect(parts.path)
        elif parts.scheme in ("tcp", "http", "https") and parts.hostname:
            socket.create_connection((parts.hostname, parts.port or 2375), timeout=ANSWER_LIMIT_S).close()
    except (OSError, ValueError) as exc:
        return getattr(exc, "strerror", None) or str(exc)
    return None


def _reason(exc: BaseException) -> str:
    """The innermost cause, which names the file or host; around it stand the wrappings of three libraries."""
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return str(exc).partition("\n")[0]
