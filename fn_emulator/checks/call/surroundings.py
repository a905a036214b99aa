"""What happened around the handler: secrets that leaked, variables that are not there, hosts, clocks."""

from __future__ import annotations

from collections.abc import Iterator

from fn_emulator.checks.call.subject import CallSubject
from fn_emulator.checks.registry import Example, Saw, check, handler
from fn_emulator.model import Evidence

ASKS = 'import os\n\n\ndef handle(data):\n    return {"region": os.environ.get("REGION", "none")}\n'


@check(
    "error",
    source="Cognite documentation, Use Functions: secrets are for sensitive information; logs and responses are not",
    bad=handler(
        'def handle(secrets):\n    print("using", secrets["key"])\n    return {}\n',
        command="run fn --secret key=correct-horse",
    ),
    good=handler(
        'def handle(secrets):\n    print("using a key of", len(secrets["key"]), "characters")\n    return {}\n',
        command="run fn --secret key=correct-horse",
    ),
)
def secret_leaked(subject: CallSubject) -> Iterator[Saw]:
    """A secret's value stands neither in the logs nor in the response nor in an error.

    All of these are kept by the platform and shown to everybody who may read the function's calls. Values of four
    characters and more are looked for, also in base64 and URL-encoded; in what is printed here they are masked.
    """
    if not subject.settings.secrets:
        return
    names_in = subject.masker.names_in
    leaks = ((name, where) for where, text in _shown_texts(subject.evidence) for name in names_in(text))
    for name, where in dict.fromkeys(leaks):  # a key of many lines leaks in as many
        yield Saw(
            f"The value of the secret {name!r} stands in {where}.",
            file=subject.handler_file,
            hint="do not print, return or raise it; print its name or its length where you must",
            evidence={"secret": name, "where": where},
        )


def _shown_texts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Where texts of the function's are shown, and the texts."""
    yield from ((f"the logs ({log.stream})", log.message) for log in evidence.logs)
    if evidence.answer_text is not None:
        yield "the response", evidence.answer_text
    # Of an answer that is not JSON the keys on the way to what is refused are known, and no more.
    yield from (("the response", place.path) for place in evidence.refused)
    if evidence.failure is not None:
        yield "the name of the exception", evidence.failure.type
        yield f"the message of the {evidence.failure.type}", evidence.failure.message


@check(
    "warning",
    source="Cognite SDK, functions.create: env_vars are the variables that the function can read",
    bad=Example({"fn/handler.py": ASKS}, "run fn", {"REGION": "north"}),
    good=Example({"fn/handler.py": ASKS}, "run fn --env REGION=north", {"REGION": "north"}),
)
def undeclared_env(subject: CallSubject) -> Iterator[Saw]:
    """A variable that the handler reads is one of the function's own.

    What only your shell (or your test) provides is missing after deployment. The commands therefore take it away; in a
    test it stays visible and this finding says that it will not be there.
    """
    for read in subject.evidence.env_reads:
        if read.is_in_shell:
            seen = "is only set in the environment around it" if read.is_visible else "is set in your shell only"
            yield Saw(
                f"The handler reads the environment variable {read.name}, which {seen}.",
                file=read.file,
                line=read.line,
                hint=f"declare it: --env {read.name} takes it over, --env {read.name}=VALUE gives another value",
                evidence={"name": read.name, "visible": read.is_visible},
            )


@check(
    "warning",
    source="our own policy, so that a test never reaches production by accident",
    bad=handler(
        "import socket\n\n\ndef handle(data):\n    try:\n"
        '        socket.create_connection(("example.com", 80), timeout=1)\n'
        '    except OSError as exc:\n        return {"error": str(exc)}\n    return {}\n',
        command="run fn",
    ),
    good=handler(
        'import socket\n\n\ndef handle(data):\n    with socket.create_server(("127.0.0.1", 0)) as server:\n'
        "        socket.create_connection(server.getsockname(), timeout=1).close()\n    return {}\n",
        command="run fn",
    ),
)
def network_refused(subject: CallSubject) -> Iterator[Saw]:
    """Hosts other than this machine are reached only where that was asked for.

    The handler gets a refused connection. With --network on it may reach every host. A library may connect in a thread
    of its own, where no line of the function is known; that is a note. The SDK's own look at PyPI for a newer version
    fails without a word, and none is said of it.
    """
    for refusal in dict.fromkeys(subject.evidence.refusals):
        if refusal.host == "pypi.org" and refusal.file is None:
            continue
        target = refusal.host if refusal.port in (None, 0) else f"{refusal.host}:{refusal.port}"
        by_whom = "" if refusal.file else ", which a library asked for in a thread of its own"
        yield Saw(
            f"The connection to {target} was refused{by_whom}.",
            file=refusal.file,
            line=refusal.line,
            hint="allow it with --network on, or let the test stand in for that host on 127.0.0.1",
            evidence={"host": refusal.host, "port": refusal.port},
            severity=None if refusal.file else "note",
        )


@check(
    "note",
    source="measured with freezegun 1.5.5 and time-machine 2.14 to 3.6",
    bad=handler(
        "import sqlite3\n\n\ndef handle(data):\n"
        "    return sqlite3.connect(':memory:').execute(\"select datetime('now')\").fetchone()[0]\n",
        command="run fn --at 2026-03-29",
    ),
    good=handler(
        "import sqlite3\nfrom datetime import datetime, timezone\n\n\ndef handle(data):\n"
        "    now = datetime.now(timezone.utc).isoformat()\n"
        "    return sqlite3.connect(':memory:').execute('select datetime(?)', [now]).fetchone()[0]\n",
        command="run fn --at 2026-03-29",
    ),
)
def clock_not_covered(subject: CallSubject) -> Iterator[Saw]:
    """A frozen clock stands still for every clock that the function reads.

    Some are out of reach and give the real time: numpy's "now", "now" inside SQLite, the times of files. So are those
    of pandas and time.clock_gettime, unless time-machine is installed where the function runs (for fn-emulate's own
    Python: pip install "fn-emulator[clock]"). The function's own code is looked at, not the libraries that it uses.
    """
    if subject.evidence.call.frozen_at is None:
        return
    from fn_emulator.checks.call.clocks import uncovered_clocks

    has_machine = subject.evidence.clock == "time-machine"
    for read in uncovered_clocks(subject.function):
        if not (has_machine and read.is_held_beneath):
            yield Saw(
                f"{read.clock} gives the real time, not the frozen one.",
                **subject.function.place(read.file, read.line),
                hint=f"{read.hint}, or install time-machine beside it" if read.is_held_beneath else read.hint,
                evidence={"clock": read.clock},
            )


RULES = (secret_leaked, undeclared_env, network_refused, clock_not_covered)
