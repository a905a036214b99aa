"""What happened around the handler: secrets that leaked, variables that are not there, hosts, clocks."""

from __future__ import annotations

import ast
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


UNCOVERED_CLOCKS = {
    "clock_gettime": "time.clock_gettime",
    "clock_gettime_ns": "time.clock_gettime_ns",
    "Timestamp.now": "pandas.Timestamp.now",
    "Timestamp.utcnow": "pandas.Timestamp.utcnow",
    "Timestamp.today": "pandas.Timestamp.today",
}
UNCOVERED_TEXTS = {"datetime64": "numpy.datetime64('now')", "to_datetime": "pandas.to_datetime('now')"}


@check(
    "note",
    source="measured with freezegun 1.5.5",
    bad=handler(
        'import time\n\n\ndef handle(data):\n    return {"now": time.clock_gettime(time.CLOCK_REALTIME)}\n',
        command="run fn --at 2026-03-29",
    ),
    good=handler(
        'import time\n\n\ndef handle(data):\n    return {"now": time.time()}\n', command="run fn --at 2026-03-29"
    ),
)
def clock_not_covered(subject: CallSubject) -> Iterator[Saw]:
    """A frozen clock stands still for every clock that the function reads.

    Some are out of reach: time.clock_gettime, pandas and numpy's "now", and "now" inside SQLite. They give the real
    time.
    """
    if subject.evidence.call.frozen_at is None:
        return
    from fn_emulator.function.imports import reachable_modules

    for module in reachable_modules(subject.function):
        for node in ast.walk(module.tree) if module.tree is not None else ():
            if isinstance(node, ast.Call) and (clock := _uncovered(node)) is not None:
                yield Saw(
                    f"{clock} gives the real time, not the frozen one.",
                    **subject.function.place(module.path, node.lineno),
                    hint="read datetime.now(timezone.utc) or time.time() instead",
                    evidence={"clock": clock},
                )


def _uncovered(node: ast.Call) -> str | None:
    match node.func:
        case ast.Name(id=name):
            dotted = name
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            dotted = f"{owner}.{name}"
        case ast.Attribute(value=ast.Attribute(attr=owner), attr=name):
            dotted = f"{owner}.{name}"
        case ast.Attribute(attr=name):
            dotted = name
        case _:
            return None
    last = dotted.rpartition(".")[2]
    first = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
    if first in ("now", "today") and last in (*UNCOVERED_TEXTS, "Timestamp"):
        return UNCOVERED_TEXTS.get(last, "pandas.Timestamp('now')")
    if last == "execute" and isinstance(first, str) and ("'now'" in first or "current_timestamp" in first.lower()):
        return "SQLite's 'now'"
    return UNCOVERED_CLOCKS.get(dotted) or (UNCOVERED_CLOCKS.get(last) if last.startswith("clock_") else None)


RULES = (secret_leaked, undeclared_env, network_refused, clock_not_covered)
