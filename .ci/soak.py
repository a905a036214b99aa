"""Random saves against ``run --watch``: answers follow, and nothing grows.

``python .ci/soak.py --seconds 60`` edits, renames, deletes and breaks a function's files for as long, as editors, git
and people do. It fails when an answer is not the one of the files that lie there, or when processes, descriptors or
memory of the command and its children grow. Linux alone: it reads ``/proc``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ANSWER_S = 30
WARM_UP = 40
"""Saves before the first count: caches fill and pools grow to their size."""

COUNT_EVERY = 20
MOST_MEMORY_MB = 24
"""How much the memory of all processes may be above that after the warm-up."""


class Count(NamedTuple):
    """What the command and its children hold."""

    processes: int
    descriptors: int
    memory_mb: float


class Soak:
    """One command that watches, and the files of its function."""

    def __init__(self, folder: Path, random_seed: int) -> None:
        """Start it."""
        self.root = folder / "fn"
        self.root.mkdir()
        self.choose = random.Random(random_seed)
        self.number = 0
        self.write()
        self._left = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "fn_emulator", "run", "fn", "--watch", "--no-record"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=open(folder / "stderr.txt", "wb"),  # noqa: SIM115 - the process has it
            bufsize=0,
        )

    def write(self, handler: str | None = None) -> None:
        """Write the next version of both files, each through a file beside it, as most editors do."""
        self.number += 1
        self._replace("rules.py", f"NUMBER = {self.number}\n")
        self._replace(
            "handler.py", handler or f"import rules\ndef handle():\n    return [{self.number}, rules.NUMBER]\n"
        )

    def _replace(self, name: str, text: str) -> None:
        beside = self.root / f"{name}~"
        beside.write_text(text)
        beside.rename(self.root / name)

    def save_in_place(self) -> None:
        """As VS Code writes."""
        self.number += 1
        (self.root / "rules.py").write_text(f"NUMBER = {self.number}\n")
        (self.root / "handler.py").write_text(
            f"import rules\ndef handle():\n    return [{self.number}, rules.NUMBER]\n"
        )

    def save_in_pieces(self) -> None:
        """A slow disk."""
        self.write()
        text = f"import rules\ndef handle():\n    return [{self.number}, rules.NUMBER]\n"
        with open(self.root / "handler.py", "w") as file:
            for at in range(0, len(text), 20):
                file.write(text[at : at + 20])
                file.flush()
                time.sleep(self.choose.uniform(0, 0.02))

    def break_syntax(self) -> None:
        """A save in the middle of a thought."""
        self.write("def handle(:\n")
        time.sleep(self.choose.uniform(0, 0.3))
        self.write()

    def break_import(self) -> None:
        """A module that is not there."""
        self.write("import nothing_of_that_name\n")
        time.sleep(self.choose.uniform(0, 0.3))
        self.write()

    def die(self) -> None:
        """A process that ends in the middle of a call."""
        self.write("import os\ndef handle():\n    os._exit(3)\n")
        time.sleep(self.choose.uniform(0, 0.3))
        self.write()

    def delete(self) -> None:
        """The handler is gone for a while."""
        (self.root / "handler.py").unlink()
        time.sleep(self.choose.uniform(0, 0.3))
        self.write()

    def move_away(self) -> None:
        """The whole folder is gone for a while."""
        away = self.root.with_name("away")
        self.root.rename(away)
        time.sleep(self.choose.uniform(0, 0.3))
        away.rename(self.root)
        self.write()

    def check_out(self) -> None:
        """Many files at once, some in new folders, and away again."""
        lib = self.root / "lib" / "deep"
        lib.mkdir(parents=True)
        for number in range(self.choose.randrange(1, 100)):
            (lib / f"m{number}.py").write_text(str(self.number))
        self.write()
        if self.choose.random() < 0.5:
            time.sleep(0.2)
        shutil.rmtree(self.root / "lib")
        self.write()

    def burst(self) -> None:
        """Somebody who saves all the time."""
        for _ in range(self.choose.randrange(2, 20)):
            self.write()
            time.sleep(self.choose.uniform(0, 0.05))

    def scenes(self) -> list[Callable[[], None]]:
        """Everything that may happen; each ends with a function that answers ``[number, number]``."""
        often = [self.write, self.save_in_place, self.burst]
        rare = [self.save_in_pieces, self.break_syntax, self.break_import, self.die, self.delete, self.move_away]
        return [*often, *often, *rare, self.check_out]

    def follow(self) -> int:
        """Read answers until the one of what lies there; give how many it took."""
        wanted, began = [self.number, self.number], time.monotonic()
        for count, answer in enumerate(self._answers(began), start=1):
            if answer["response"] == wanted:
                return count
        raise AssertionError("unreachable")

    def _answers(self, began: float) -> Iterator[dict[str, Any]]:
        while True:
            while b"\n" not in self._left:
                assert self.process.stdout is not None
                rest = began + ANSWER_S - time.monotonic()
                ready = select.select([self.process.stdout], [], [], max(0.0, rest))[0]
                part = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
                if not part:
                    raise AssertionError(f"no answer [{self.number}, {self.number}] within {ANSWER_S} s")
                self._left += part
            line, self._left = self._left.split(b"\n", 1)
            yield json.loads(line)

    def count(self) -> Count:
        """What it holds now; the lowest of some looks, since a worker may be starting or ending."""
        counts = []
        for _ in range(5):
            counts.append(_count(self.process.pid))
            time.sleep(0.05)
        return Count(*(min(values) for values in zip(*counts, strict=True)))

    def end(self) -> None:
        """End it as a person does, and see that nothing is left."""
        family = list(_family(self.process.pid))
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(ANSWER_S)
        assert code == 130, f"it ended with {code}"
        until = time.monotonic() + 5
        while left := [pid for pid in family if os.path.exists(f"/proc/{pid}")]:
            assert time.monotonic() < until, f"processes were left: {left}"
            time.sleep(0.05)


def _count(pid: int) -> Count:
    pids = list(_family(pid))
    return Count(len(pids), sum(map(_descriptors, pids)), sum(map(_memory_mb, pids)))


def _family(pid: int) -> Iterator[int]:
    """Yield a process and all below it, by the parents that ``/proc`` names."""
    parents: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{name}/stat").read_text()
        except OSError:
            continue
        parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(name))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(parents.get(one, ()))


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _memory_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(seconds: float, random_seed: int) -> str:
    """Run it, and say in a sentence what was done.

    Raises:
        AssertionError: If an answer did not come, or something grew.
    """
    with tempfile.TemporaryDirectory() as folder:
        one = Soak(Path(folder), random_seed)
        try:
            return _soaked(one, seconds)
        except AssertionError as exc:
            said = Path(folder, "stderr.txt").read_text()[-2000:]
            raise AssertionError(f"{exc} (random seed {random_seed}); it said last:\n{said}") from None
        finally:
            if one.process.poll() is None:
                one.process.kill()
                one.process.wait()


def _soaked(one: Soak, seconds: float) -> str:
    until, saves, answers = time.monotonic() + seconds, 0, one.follow()
    first = last = one.count()
    while time.monotonic() < until or saves <= WARM_UP:
        one.choose.choice(one.scenes())()
        answers += one.follow()
        saves += 1
        if saves == WARM_UP:
            first = one.count()
        elif saves > WARM_UP and saves % COUNT_EVERY == 0:
            last = one.count()
            _expect_no_growth(first, last)
    one.end()
    return f"{saves} scenes, {answers} answers; first {first}, last {last}."


def _expect_no_growth(first: Count, now: Count) -> None:
    assert now.processes <= first.processes, f"processes grew from {first} to {now}"
    assert now.descriptors <= first.descriptors + 2, f"descriptors grew from {first} to {now}"
    assert now.memory_mb <= first.memory_mb + MOST_MEMORY_MB, f"memory grew from {first} to {now}"


def main() -> None:
    """Read the options and soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--random-seed", type=int, default=random.SystemRandom().randrange(10**6))
    options = parser.parse_args()
    try:
        print(soak(options.seconds, options.random_seed))
    except AssertionError as exc:
        sys.exit(f"The soak failed: {exc}")


if __name__ == "__main__":
    main()
