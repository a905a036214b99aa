"""Names that a test hands to the in-memory CDF -> an error where nothing has them: a typo would pass in silence.

Only tests ask: every module of the API is imported for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fn_emulator.cdf.api import function_calls, jobs
from fn_emulator.cdf.api.diagrams import CONVERT, DETECT, EXTRACT
from fn_emulator.cdf.api.entity_matching import FIT, PREDICT
from fn_emulator.cdf.faults import Fault
from fn_emulator.cdf.routes import declared_routes
from fn_emulator.cdf.scripts import as_json
from fn_emulator.cdf.traffic.classify import WRITE, classify
from fn_emulator.errors import SettingsError

SCRIPTED = (DETECT, CONVERT, EXTRACT, FIT, PREDICT)
A_FUNCTION = "functions/NAME/call"

_PROJECT = "https://known.cognitedata.com/api/v1/projects/known"
_A_PLACEHOLDER = re.compile(r"\{\w+\}")


def check_resource(path: str) -> None:
    """Do nothing if something of CDF can be written to ``path``.

    Args:
        path: A resource such as ``timeseries/data``, or a path such as ``/raw/dbs/d/tables/t/rows``.

    Raises:
        SettingsError: If no endpoint writes there.
    """
    _expect_text(path, "A resource")
    wanted = path.strip("/")
    resources = {*_resources()}
    writing = [declared for method, declared in _routes() if _kind_of(method, declared)[0] == WRITE]
    if wanted in resources or any(_is_at(wanted.split("/"), declared, is_whole=True) for declared in writing):
        return
    known = [f"/{one}" if path.startswith("/") else one for one in sorted(resources)]
    hint = _near(path, known) or f"use one of {', '.join(sorted(resources))}, or a path such as /assets/update"
    raise SettingsError(f"Nothing is ever written to {path!r}.", hint=hint)


def check_script_name(name: str) -> None:
    """Do nothing if a script of this name can be asked for.

    Args:
        name: Such as ``diagram/detect`` or ``functions/my-function/call``.

    Raises:
        SettingsError: If nothing asks for it.
    """
    _expect_text(name, "The name of an answer")
    if name in SCRIPTED or _names_function(name):
        return
    hint = _near(name, SCRIPTED) or f"use one of {', '.join((*SCRIPTED, A_FUNCTION))}"
    raise SettingsError(f"No answer is called {name!r}.", hint=hint)


def check_script_answer(name: str, answer: Any) -> None:
    """Do nothing if an answer has the shape that the script of this name must have.

    Args:
        name: A name that ``check_script_name`` takes.
        answer: Plain JSON; a function is only known to be right when it is called.

    Raises:
        SettingsError: If JSON cannot hold it, or it has another shape.
    """
    if callable(answer):
        return
    given = as_json(name, answer)
    problem = given.error
    if problem is None and _names_function(name):
        problem = function_calls.problem_of(given.value, name)
    elif problem is None and name != FIT:
        problem = jobs.problem_of(given.value, name)
    if problem is not None:
        raise SettingsError(f"{problem.rstrip('.')}.", hint=f"it was given {_shortened(answer)}")


def check_fault_path(fault: Fault) -> None:
    """Do nothing if a fault can ever strike: an endpoint has its method and path, or is below its path.

    Raises:
        SettingsError: If none is.
    """
    path = fault.path or ""
    segments = [segment for segment in path.split("/") if segment]
    if fault.method in (None, "POST") and segments[-1:] == ["token"]:  # of an identity provider, at any path
        return
    methods = _methods_at(segments)
    if fault.method in methods or (fault.method is None and methods):
        return
    shown = " ".join(part for part in (fault.method, fault.path) if part)
    if methods:
        raise SettingsError(f"No endpoint of CDF is {shown}.", hint=f"its method is {' or '.join(sorted(methods))}")
    hint = _near(path, {*_prefixes()}) or "paths begin below the project, such as /assets/list"
    raise SettingsError(f"No endpoint of CDF is {shown}.", hint=hint)


def _expect_text(given: object, what: str) -> None:
    if not isinstance(given, str):
        raise SettingsError(f"{what} is not a text but of type {type(given).__name__}.", hint="give a str")


def _routes() -> list[tuple[str, str]]:
    return [(method, path) for method, path, _ in declared_routes()]


def _kind_of(method: str, declared: str) -> tuple[str, str]:
    kind = classify(method, _PROJECT + _A_PLACEHOLDER.sub("1", declared))
    return kind.kind, kind.resource


def _resources() -> Iterator[str]:
    for method, declared in _routes():
        kind, resource = _kind_of(method, declared)
        if kind == WRITE:
            yield resource


def _is_at(segments: list[str], declared: str, *, is_whole: bool = False) -> bool:
    """Whether a path is a declared one, or the beginning of it; a placeholder is any segment."""
    steps = declared.strip("/").split("/")
    if len(segments) > len(steps) or (is_whole and len(segments) < len(steps)):
        return False
    return all(step[0] == "{" or step == segment for segment, step in zip(segments, steps, strict=False))


def _methods_at(segments: list[str]) -> set[str]:
    """Methods of the endpoints at and below a path; ``/assets/list`` is not the asset whose id is ``list``."""
    found = [(_literal(segments, path), method) for method, path in _routes() if _is_at(segments, path)]
    best = max((count for count, _ in found), default=0)
    return {method for count, method in found if count == best}


def _literal(segments: list[str], declared: str) -> int:
    return sum(step == segment for segment, step in zip(segments, declared.strip("/").split("/"), strict=False))


def _prefixes() -> Iterator[str]:
    for _, declared in _routes():
        steps = declared.strip("/").split("/")
        yield from ("/" + "/".join(steps[:count]) for count in range(1, len(steps) + 1))


def _names_function(name: str) -> bool:
    return name.startswith("functions/") and name.endswith("/call") and len(name) > len("functions//call")


def _near(name: str, known: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    close = get_close_matches(name, [*known], n=1)
    return f"did you mean {close[0]!r}?" if close else None


def _shortened(answer: Any) -> str:
    shown = repr(answer)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
