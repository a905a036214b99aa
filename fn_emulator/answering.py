"""What stands behind the ``client`` of a function's calls: who answers its requests to CDF, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from fn_emulator.cdf.address import PROJECT, new_address
from fn_emulator.model import JSON, Effect
from fn_emulator.settings.places import shown_path

if TYPE_CHECKING:
    from fn_emulator.cdf.fake import CallTraffic, FakeCdf
    from fn_emulator.function import Function
    from fn_emulator.settings import Settings

_calls = count(1)  # functions may share a CDF, so that a call's number is its own among all of them


class Traffic(NamedTuple):
    """What went between one call and CDF.

    Attributes:
        effects: What was read and written, in order.
        notes: Sentences about the run: where the state came from, what was invented, what could not be answered.
        hints: Sentences that explain a failure of the call, if it failed.
    """

    effects: tuple[Effect, ...] = ()
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


NO_TRAFFIC = Traffic()


class Answering(Protocol):
    """Who answers the requests of a function's calls."""

    @property
    def spec(self) -> Mapping[str, Any]:
        """What the harness makes the client from: ``{"project", "base_url"}``, more for a real project."""
        ...

    def begin(self, frozen_at_ms: int | None) -> int:
        """A call begins, perhaps under a frozen clock; its requests carry the number as their ``world``.

        Raises:
            EmulatorError: If what it starts from cannot be read.
        """
        ...

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook; see ``fn_emulator.harness.http_hook``."""
        ...

    def end(self, number: int, foreign: tuple[Mapping[str, JSON], ...]) -> Traffic:
        """That call has ended; ``foreign`` are its requests to other hosts."""
        ...

    def close(self) -> None:
        """Nothing will be asked any more."""
        ...


def open_answering(function: Function, settings: Settings, cdf: FakeCdf | None) -> Answering | None:
    """Who answers for the client that the settings name; None for clients that reach no CDF.

    Args:
        function: The function.
        settings: Its settings.
        cdf: An in-memory CDF that it shares with others; None for one of its own.

    Raises:
        EmulatorError: If a cassette cannot be read, or a real project is not configured.
    """
    if settings.client == "fake":
        return InMemory(function, settings, cdf)
    return None


class InMemory:
    """The in-memory CDF answers. One of the function's own is made when it is first needed."""

    def __init__(self, function: Function, settings: Settings, cdf: FakeCdf | None) -> None:
        """Prepare; nothing is read yet."""
        self._function = function
        self._settings = settings
        self._given = cdf
        self._own: FakeCdf | None = None
        self._address = new_address() if cdf is None else cdf.base_url
        self._project = PROJECT if cdf is None else cdf.project
        self._rules: Any = None
        self._seed_note: str | None = None
        self._has_begun = False
        self._lock = Lock()  # a handler's threads may be the first to need it

    @property
    def spec(self) -> Mapping[str, Any]:
        """Project and address."""
        return {"project": self._project, "base_url": self._address}

    @property
    def cdf(self) -> FakeCdf:
        """The in-memory CDF."""
        if self._given is not None:
            return self._given
        with self._lock:
            if self._own is None:
                from fn_emulator.cdf.fake import FakeCdf

                self._own = FakeCdf(project=self._project, base_url=self._address)
            return self._own

    def begin(self, frozen_at_ms: int | None) -> int:
        """A call begins: before the first one seeds are read.

        Raises:
            EmulatorError: If one cannot be read, or the identity is not known.
        """
        if not self._has_begun:
            self._has_begun = True
            self._put_seeds(frozen_at_ms)
            if self._settings.identity is not None:  # a name may be that of a seeded group
                self._rules = self._make_rules()
        if frozen_at_ms is not None:
            _ = self.cdf  # imported before the freeze: what is imported under one may keep the frozen clock
        return next(_calls)

    def exchange(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request of the hook."""
        cdf = self.cdf
        if self._rules is None:
            self._rules = self._make_rules()
        return cdf.exchange(sent, self._rules)

    def end(self, number: int, foreign: tuple[Mapping[str, JSON], ...]) -> Traffic:
        """What the call read and wrote, and what it could not."""
        cdf = self._given or self._own
        sent = None if cdf is None else cdf.end_call(number)
        if sent is None and not foreign and self._seed_note is None:
            return NO_TRAFFIC
        return self._told(sent, foreign)

    def close(self) -> None:
        """Let go of a CDF that is ours."""
        if self._own is not None:
            self._own.close()

    def _put_seeds(self, now_ms: int | None) -> None:
        paths = self._settings.seed
        if not paths and (self._given is None or self._given.is_empty):
            from fn_emulator.cdf.seeds.find import find_seed

            given = self._function.given
            found = find_seed(given)
            if found is not None:
                paths = (shown_path(given, found),)
                self._seed_note = f"CDF starts with {paths[0]}."
        if paths:
            self.cdf.seed(*paths, now_ms=now_ms)

    def _make_rules(self) -> Any:
        from fn_emulator.cdf.fake import Rules

        caller = None
        if self._settings.identity is not None:
            from fn_emulator.cdf.access import caller_of, identity_of

            caller = caller_of(identity_of(self._settings.identity, self.cdf.world))
        return Rules(caller=caller)

    def _told(self, sent: CallTraffic | None, foreign: tuple[Mapping[str, JSON], ...]) -> Traffic:
        from fn_emulator.cdf.traffic.effects import effects_of
        from fn_emulator.runners.frames import known_path

        entries = [] if sent is None else sent.entries
        effects = effects_of(entries, foreign, lambda file: known_path(self._function, file))
        notes = [] if self._seed_note is None else [self._seed_note]
        notes.extend(_not_there(entries))
        return Traffic(effects, tuple(notes), ())


def _not_there(entries: Any) -> Iterator[str]:
    """What an endpoint that is not there said, each once."""
    yield from dict.fromkeys(entry.error for entry in entries if entry.status == 501 and entry.error)
