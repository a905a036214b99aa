"""What a handler really does, by brute force: a forked process for each trial, and nothing of the emulator.

`python oracle.py FOLDER` takes a JSON object on standard input, `{"rows": ..., "not_null": ..., "base_only": ...}`,
and prints one of observations. It starts no thread and imports little, so that forking is safe and cheap.
"""

from __future__ import annotations

import copy
import datetime
import importlib
import importlib.util
import inspect
import json
import math
import os
import random
import sys
import time
import types
from pathlib import Path
from typing import Any

for _name in ("csv", "dataclasses", "decimal", "hashlib", "logging", "pathlib", "secrets", "statistics", "uuid"):
    importlib.import_module(_name)  # so that a fork need not

LIMIT = 10 * 1024 * 1024
Row = list[Any]


class Trial:
    """One process: the handler imported anew, then some deliveries, each a list of numbered rows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *batches: list[Row], seed: int = 0, reseed: bool = True) -> list[dict[str, Any]]:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            code = 1
            try:
                observed = self._deliver(batches, seed, reseed)
                with os.fdopen(writing, "w") as pipe:
                    json.dump(observed, pipe)
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        observed_list: list[dict[str, Any]] = json.loads(text)
        return observed_list

    def _deliver(self, batches: tuple[list[Row], ...], seed: int, reseed: bool) -> list[dict[str, Any]]:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        control(seed)
        sys.path.insert(0, str(self.folder))
        spec = importlib.util.spec_from_file_location("handler", self.folder / "handler.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["handler"] = module
        spec.loader.exec_module(module)
        answers = []
        for batch in batches:
            if reseed:
                control(seed)
            data = {"data": json.loads(json.dumps(batch))}
            given = copy.deepcopy(data)
            before = self._state()
            others = {name: None for name in inspect.signature(module.handle).parameters if name != "data"}
            try:
                answer = {"text": json.dumps(module.handle(data=data, **others))}
            except Exception as error:
                answer = {"error": type(error).__name__}
            answers.append(answer | {"mutated": given != data, "changed": before != self._state()})
        return answers

    def _state(self) -> str:
        ours = [m for m in sys.modules.values() if str(getattr(m, "__file__", None)).startswith(str(self.folder))]
        names = {m.__name__ for m in ours}
        return "\n".join(describe(vars(m), names, set()) for m in ours)


def control(seed: int) -> None:
    """Give the clock and the random sources what the seed says."""
    random.seed(seed)
    source = random.Random(seed)
    os.urandom = source.randbytes
    random._urandom = source.randbytes  # type: ignore[attr-defined]
    at = datetime.datetime.fromisoformat("2024-02-28T12:00:00") + datetime.timedelta(days=seed)

    class FrozenDatetime(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return at.replace(tzinfo=tz)

    class FrozenDate(datetime.date):
        @classmethod
        def today(cls) -> Any:
            return at.date()

    if not hasattr(datetime, "frozen"):
        datetime.frozen = True  # type: ignore[attr-defined]
        datetime.datetime = FrozenDatetime  # type: ignore[misc]
        datetime.date = FrozenDate  # type: ignore[misc]
        time.time = lambda: 1.7e9 + seed
        time.time_ns = lambda: 1_700_000_000_000_000_000 + seed
        time.perf_counter = lambda: 10.0 + seed


def describe(thing: Any, names: set[str], seen: set[int]) -> str:
    """Say what can be reached from the function's own modules, deep enough for small handlers."""
    if id(thing) in seen:
        return "..."
    inner = seen | {id(thing)}
    if isinstance(thing, dict):
        pairs = (f"{k!r}: {describe(v, names, inner)}" for k, v in thing.items() if not str(k).startswith("__"))
        return "{" + ", ".join(pairs) + "}"
    if isinstance(thing, list | tuple | set | frozenset) or type(thing).__name__ == "deque":
        return "[" + ", ".join(describe(item, names, inner) for item in thing) + "]"
    if hasattr(thing, "cache_info"):
        return repr(thing.cache_info())
    if isinstance(thing, types.FunctionType):
        cells = [cell.cell_contents for cell in thing.__closure__ or ()]
        return describe([cells, thing.__defaults__, vars(thing)], names, inner)
    if isinstance(thing, type):
        return describe(dict(vars(thing)), names, inner) if thing.__module__ in names else thing.__name__
    if type(thing).__module__ in names or isinstance(thing, types.SimpleNamespace):
        return describe([type(thing), getattr(thing, "__dict__", None)], names, inner)
    return repr(thing) if isinstance(thing, str | int | float | bytes | None) else type(thing).__name__


def contract(observed: dict[str, Any], sent: list[Row], *, not_null: bool) -> str | None:
    """The one rule of the response contract that the answer breaks, or None."""
    if observed.get("error") == "TypeError":
        return "not-json"
    answer = json.loads(observed["text"])
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), list):
        return "no-data"
    rows = answer["data"]
    if not all(isinstance(row, list) and len(row) == 2 for row in rows):
        return "row-shape"
    numbers, expected = [row[0] for row in rows], [row[0] for row in sent]
    wrong = {
        "row-count": len(numbers) != len(expected),
        "row-order": numbers != expected and sorted(map(str, numbers)) == [str(n) for n in expected],
        "row-number": numbers != expected,
        "not-json": any(isinstance(row[1], float) and not math.isfinite(row[1]) for row in rows),
        "response-too-large": len(observed["text"]) > LIMIT,
        "null-not-allowed": not_null and any(row[1] is None for row in rows),
    }
    if numbers != expected and all(isinstance(n, str) for n in numbers):
        return "row-number"
    return next((name for name, broken in wrong.items() if broken), None)


def numbered(rows: list[Row], first: int = 0) -> list[Row]:
    return [[number, *row] for number, row in enumerate(rows, start=first)]


def values(observed: dict[str, Any]) -> list[str]:
    """The values of an answer by position, or the one error for all; nothing where there are no rows."""
    if "error" in observed:
        return [observed["error"]]
    answer = json.loads(observed["text"])
    rows = answer.get("data", ()) if isinstance(answer, dict) else ()
    return [json.dumps(row[1]) for row in rows if isinstance(row, list) and len(row) == 2]


def otherwise(rows: list[Row]) -> list[Row]:
    """Other rows that look like these: the last column moved on by one row, or its values changed."""
    if len(rows[0]) > 1:
        return [[*row[:-1], rows[i - 1][-1]] for i, row in enumerate(rows)]
    return [changed(row) for row in rows]


def changed(row: Row) -> Row:
    change: dict[type, Any] = {str: lambda v: v + "x", int: lambda v: v + 1000, float: lambda v: v * 3 + 1}
    return [change.get(type(value), lambda v: v)(value) for value in row]


class Observer:
    """All trials of one handler."""

    def __init__(self, folder: Path, rows: list[Row]) -> None:
        self.trial = Trial(folder)
        self.rows = rows
        self.batch = numbered(rows)
        self.base = self.trial.run(self.batch)[0]
        self.values = values(self.base)

    def fresh(self, rows: list[Row], first: int = 0) -> list[str]:
        return values(self.trial.run(numbered(rows, first))[0])

    def look(self, *, not_null: bool) -> dict[str, Any]:
        found: dict[str, Any] = {
            "base": self.base,
            "contract": contract(self.base, self.batch, not_null=not_null),
            "mutated": self.base["mutated"],
            "changed": self.base["changed"],
            "stateful": False,
            "uncontrolled": self.trial.run(self.batch)[0] != self.base,
            "varies": any(self.trial.run(self.batch, seed=seed)[0] != self.base for seed in (1, 2)),
        }
        if found["contract"] == "response-too-large" or found["uncontrolled"]:
            return found  # one is too slow to go on with, of the other nothing more can be said
        found["stateful"] = self.stateful()
        if found["contract"] in {None, "null-not-allowed"}:
            found["batch"] = self.batch_matters()
            found["row_number"] = any(self.fresh(self.rows, first) != self.values for first in (1, 2, 7, 1000))
            found["order"] = self.order_matters(by_content=found["stateful"] or found["varies"])
        return found

    def stateful(self) -> bool:
        histories = [self.rows, self.rows[::-1], otherwise(self.rows), [changed(row) for row in self.rows]]
        histories += [self.rows[:1], self.rows[:2], self.rows[-1:]]
        answers = (self.trial.run(numbered(history), self.batch)[-1] for history in histories)
        return any(answer.get("text") != self.base.get("text") for answer in answers)

    def batch_matters(self) -> bool:
        """Whether a split changes a value in fresh processes, in a warm one, and with the row numbers left alone."""
        size_one_and_others = {1, max(1, len(self.rows) // 3), max(1, len(self.rows) - 1)}
        return any(not self.split_is_explained(size) for size in size_one_and_others)

    def split_is_explained(self, size: int) -> bool:
        starts = range(0, len(self.rows), size)
        parts = [self.rows[start : start + size] for start in starts]
        for firsts in ([0] * len(parts), starts):  # a row number moves with a split, unless it is left alone
            batches = [numbered(part, first) for part, first in zip(parts, firsts, strict=True)]
            warm = self.trial.run(*batches, reseed=False)
            if [value for answer in warm for value in values(answer)] == self.values:
                return True
            fresh = [self.trial.run(batch)[0] for batch in batches]
            if [value for answer in fresh for value in values(answer)] == self.values:
                return True
        return False

    def order_matters(self, *, by_content: bool) -> bool:
        if by_content:
            return self.earlier_rows_matter()
        count = len(self.rows)
        for order in ([*range(count)][::-1], [*range(1, count), 0]):
            expected = [self.values[place] for place in order]
            carried = self.trial.run([[place, *self.rows[place]] for place in order])[0]
            if values(carried) != expected and self.fresh([self.rows[place] for place in order]) != expected:
                return True
        return False

    def earlier_rows_matter(self) -> bool:
        base, count = self.values, len(self.rows)
        other = [changed(row) for row in self.rows]
        mixed = [otherwise(self.rows), other, [self.rows[-1]] * count]
        earlier = any(self.safe([*rows[:-1], self.rows[-1]])[-1] != base[-1] for rows in mixed)
        later = any(self.safe([self.rows[0], *rows[1:]])[0] != base[0] for rows in mixed)
        return earlier and not later

    def safe(self, rows: list[Row]) -> list[str]:
        """Answers to changed rows; those that the handler cannot take are as good as unchanged."""
        observed = self.trial.run(numbered(rows))[0]
        return self.values if "error" in observed else values(observed)


def main() -> None:
    sys.dont_write_bytecode = True
    asked = json.load(sys.stdin)
    observer = Observer(Path(sys.argv[1]), asked["rows"])
    found = {"base": observer.base} if asked["base_only"] else observer.look(not_null=asked["not_null"])
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
