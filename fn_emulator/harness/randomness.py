"""Random sources that give the same again: those of Python, of the operating system as far as Python asks it, of numpy.

How it works: while this is on, ``os.urandom`` and what stands beside it read from a stream that follows from the seed,
which covers ``uuid4``, ``secrets``, ``SystemRandom`` and numpy's generators without a seed. ``random.Random`` without a
seed takes one from there. The generators that a process has once (``random``, ``numpy.random``) are seeded, and are put
back at the end. Not covered: ``/dev/urandom``, what C code asks the system for, names that modules of others have taken
of these functions before, ``id()`` and the hash seed.
"""

from __future__ import annotations

import os
import random
import sys

# The parts of C: below the methods of Python, which look at what kind of seed they are given.
from _random import Random as RawRandom
from importlib import import_module
from typing import Any

_seed_raw = RawRandom.seed
_NUMPY_SEEDS = 2**32


class Randomness:
    """The random sources of this process between ``start`` and ``stop``."""

    def __init__(self) -> None:
        """Prepare; ``start`` and ``begin`` are to follow."""
        self._seed = 0
        self._stream: RawRandom | None = None
        self._replaced: list[tuple[Any, str, Any]] = []
        self._state: Any = None
        self._numpy: Any = None
        self._numpy_state: Any = None

    def start(self) -> None:
        """Take the sources over."""
        self._state = random.getstate()
        generator: Any = random._inst
        self._replace(os, "urandom", self._bytes)
        self._replace(random, "_urandom", self._bytes)
        if hasattr(os, "getrandom"):
            self._replace(os, "getrandom", lambda size, flags=0: self._bytes(size))
        original = random.Random.seed

        def seed(generator: Any, a: Any = None, version: int = 2) -> None:
            original(generator, self._number() if a is None else a, version)

        self._replace(random.Random, "seed", seed)
        self._replace(random, "seed", seed.__get__(generator))

    def stop(self) -> None:
        """Put everything back."""
        for owner, name, original in reversed(self._replaced):
            setattr(owner, name, original)
        self._replaced.clear()
        random.setstate(self._state)
        if self._numpy is not None:
            self._numpy.set_state(self._numpy_state)

    def begin(self, seed: int) -> None:
        """Let everything begin, with a seed that may be any whole number."""
        self._seed = abs(seed)
        self.seed()

    def seed(self) -> None:
        """Let everything begin anew with the same seed."""
        generator: Any = random._inst
        _seed_raw(generator, self._seed)
        generator.gauss_next = None
        self._stream = None
        modules = sys.modules
        if "numpy" in modules:
            self._seed_numpy(modules.get("numpy.random"))
        names = modules.get("tempfile")
        if names is not None and getattr(names, "_name_sequence", None) is not None:
            names._name_sequence = None  # type: ignore[attr-defined]
        ids = modules.get("uuid")
        if ids is not None and getattr(ids, "_last_timestamp", None) is not None:
            ids._last_timestamp = None  # type: ignore[attr-defined]

    def is_used(self) -> bool:
        """Whether anything was taken from them since ``begin``, which this does again; it takes long."""
        state, numpy_state = random.getstate(), None if self._numpy is None else repr(self._numpy.get_state())
        had_stream = self._stream is not None
        self.seed()
        now = None if self._numpy is None else repr(self._numpy.get_state())
        return had_stream or state != random.getstate() or numpy_state != now

    @property
    def is_stream_used(self) -> bool:
        """The same, of what stands for the operating system's."""
        return self._stream is not None

    def _seed_numpy(self, numpy: Any) -> None:
        if self._numpy is None:
            if numpy is None:  # which numpy 2 imports when it is first asked for
                try:
                    numpy = import_module("numpy.random")
                except Exception:  # a module of that name which is not numpy
                    return
            if not hasattr(numpy, "get_state") or not hasattr(numpy, "seed"):
                return
            self._numpy, self._numpy_state = numpy, numpy.get_state()
        numpy.seed(self._seed % _NUMPY_SEEDS)

    def _replace(self, owner: Any, name: str, ours: Any) -> None:
        self._replaced.append((owner, name, vars(owner)[name]))
        setattr(owner, name, ours)

    def _source(self) -> RawRandom:
        if self._stream is None:
            self._stream = RawRandom()
            self._stream.seed(self._seed + 1)
        return self._stream

    def _bytes(self, size: int) -> bytes:
        if size < 0:
            raise ValueError("negative argument not allowed")
        return self._source().getrandbits(size * 8).to_bytes(size, "little") if size else b""

    def _number(self) -> int:
        return int(self._source().getrandbits(128))
