"""The in-memory CDF as its users hold it: a world, what was sent to it, and a real client that talks to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Union

from fn_emulator.cdf.address import PROJECT, new_address
from fn_emulator.cdf.call_input import as_path
from fn_emulator.cdf.exchanges import Exchanges
from fn_emulator.cdf.traffic.journal import writes
from fn_emulator.errors import SeedError

if TYPE_CHECKING:
    from fn_emulator.cdf.seeds import Seed
    from fn_emulator.cdf.snapshots import Snapshots
    from fn_emulator.cdf.world import World

Source = Union[str, "os.PathLike[str]", Mapping[str, Any]]
"""What a seed is read from."""


class FakeCdf(Exchanges):
    """A stateful CDF in memory, behind the real client.

    Attributes:
        world: Its state; a seed replaces it.
        project: Name of its project.
        base_url: Where clients find it; nothing is ever sent to this host.
        journal: Every request that it answered.
    """

    def __init__(
        self,
        *,
        project: str = PROJECT,
        base_url: str | None = None,
        keeps_journal: bool = True,
        snapshots: Snapshots | None = None,
    ) -> None:
        """An empty CDF.

        Args:
            project: Name of its project.
            base_url: Where clients find it; an address of its own when None.
            keeps_journal: Whether it remembers the requests that it answered, with their bodies.
            snapshots: Where the files of ``assert_matches`` lie; None where there are none.
        """
        super().__init__(project, keeps_journal=keeps_journal)
        self.project = project
        self.base_url = base_url or new_address()
        self._snapshots = snapshots
        self._masks: list[Callable[[Any], Any]] = []
        self._client: Any = None
        self._held: Any = None
        self._seeded: set[str] = set()

    def __repr__(self) -> str:
        return f"FakeCdf(project={self.project!r})"

    @property
    def client(self) -> Any:
        """A real ``CogniteClient`` that talks to this CDF, to prepare a test and to look at what came of it.

        Raises:
            SdkMissingError: If this interpreter has no cognite-sdk.
        """
        from fn_emulator.harness import http_hook

        held = http_hook.hold(self.exchange, self.base_url)  # again each time: a test may have patched since
        if self._held is not None:
            http_hook.release(self._held)
        self._held = held
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def _make_client(self) -> Any:
        from fn_emulator.harness.client import fake_client

        try:
            return fake_client(self.project, self.base_url)
        except ImportError as exc:
            from fn_emulator.errors import SdkMissingError

            raise SdkMissingError(
                "The client of the in-memory CDF needs cognite-sdk, which is not installed here.",
                hint='pip install "fn-emulator[cdf]"',
            ) from exc

    def close(self) -> None:
        """Let its client reach nothing any more."""
        if self._held is not None:
            from fn_emulator.harness import http_hook

            http_hook.release(self._held)
            self._held = None

    def hide(self, mask: Callable[[Any], Any]) -> None:
        """Let snapshots show no secrets of a function that uses this CDF; ``mask`` takes them out of JSON."""
        self._masks.append(mask)

    def seed(self, *sources: Source) -> FakeCdf:
        """Put data in, as seed files hold it; it counts as nobody's write.

        Args:
            sources: Paths of seed files or folders, or mappings such as ``{"assets": [{"externalId": "pump"}]}``. A
                file that was read before is not read again. ``2h-ago`` starts from the clock of the process, or from
                where the clock of the first call stands, if that is the next thing that happens to this CDF.

        Returns:
            This CDF.

        Raises:
            SeedError: If a file cannot be read, or CDF would refuse what it holds.
        """
        from fn_emulator.cdf.seeds import read_seed, seed_from

        named = [held if isinstance(held, Mapping) else as_path(held, "A seed", SeedError) for held in sources]
        given = [held for held in named if isinstance(held, Mapping) or os.path.realpath(held) not in self._seeded]
        seeds = [seed_from(held) if isinstance(held, Mapping) else read_seed(held) for held in given]
        with self._lock:
            untouched, before = self._untouched or (self.world.fork(), [])
            self.world = self._with(self.world.fork(), seeds, _now_ms())
            self._untouched = (untouched, [*before, *seeds])
            self._before = None
            self._seeded.update(os.path.realpath(held) for held in given if not isinstance(held, Mapping))
        return self

    def start_at(self, now_ms: int) -> None:
        """A call begins at this clock: seeds that nobody has seen yet are loaded as of then."""
        with self._lock:
            if self._untouched is not None:
                untouched, seeds = self._untouched
                self.world = self._with(untouched.fork(), seeds, now_ms)

    def _with(self, world: World, seeds: Iterable[Seed], now_ms: int) -> World:
        """A world in which seeds were loaded; where one is broken, nothing of it is in ``self.world``."""
        from fn_emulator.cdf.seeds import load_seed

        for seed in seeds:
            load_seed(world, seed, now_ms)
        return world

    @property
    def is_empty(self) -> bool:
        """Whether nothing was put into it yet."""
        return not any(self.world.tables())

    def fail(self, *faults: str) -> None:
        """Let requests of functions fail from now on; replaces what was asked for before.

        Args:
            faults: Such as ``503@3`` (the third request), ``429@1x5 POST /raw``, ``timeout-after@2 /assets``.

        Raises:
            SettingsError: If one is not understood.
        """
        from fn_emulator.cdf.faults import Faults, parse_fault
        from fn_emulator.cdf.known import check_fault_path

        read = [parse_fault(fault) for fault in faults]
        for fault in read:
            check_fault_path(fault)
        self._faults = Faults(read) if read else None

    def script(self, name: str, answer: Any) -> None:
        """Say what is answered where an answer cannot be worked out.

        Args:
            name: Such as ``diagram/detect``, ``entitymatching/predict`` or ``functions/my-function/call``.
            answer: Plain JSON, or a function of the request's JSON that returns it.

        Raises:
            SettingsError: If nothing is called so, or a plain answer has another shape.
        """
        from fn_emulator.cdf.known import check_script_answer, check_script_name

        check_script_name(name)
        check_script_answer(name, answer)
        with self._lock:
            self.world.script(name, answer)

    def writes(self, path: str | None = None) -> list[dict[str, Any]]:
        """What functions wrote in their calls: ``[{"operation", "item"}]``, each item as it was sent.

        What a test itself writes with ``client`` is not among it.

        Args:
            path: A resource such as ``timeseries/data``, or a path such as ``/raw/dbs/d/tables/t/rows``; None for all.

        Raises:
            SettingsError: If nothing is ever written to what is called so.
        """
        if path is not None:
            from fn_emulator.cdf.known import check_resource

            check_resource(path)
        with self._lock:
            return writes(self._sent_in_calls, path)

    def diff(self, *, is_of_last_call: bool = False) -> dict[str, dict[str, list[Any]]]:
        """What is different since the first call: ``{resource: {"created", "updated", "deleted"}}``.

        What a test puts in with ``seed`` between two calls makes a new beginning.

        Args:
            is_of_last_call: Only what is different since the last call that sent something began.
        """
        from fn_emulator.cdf.difference import diff

        with self._lock:
            before = self._before_last if is_of_last_call else self._before
            return {} if before is None else diff(before, self.world)

    def assert_matches(self, path: str | os.PathLike[str]) -> None:
        """Compare what is different since the first call with a file, which ``pytest --fn-update`` writes.

        Args:
            path: Such as ``expected.yaml``, below the folder of the test's file.

        Raises:
            AssertionError: If something else is different than there, or the file is not there.
            SettingsError: If it cannot be a snapshot's file, or cannot be read.
        """
        __tracebackhide__ = True
        from fn_emulator.cdf.snapshots import check_snapshot, snapshot

        with self._lock:
            found = {} if self._before is None else snapshot(self._before, self.world)
        check_snapshot(self._snapshots, path, found, self._masks)

    def dump(self) -> dict[str, Any]:
        """All that it holds, as a seed, in a stable order: to be compared, or saved."""
        from fn_emulator.cdf.seeds import dump

        with self._lock:
            return dump(self.world)


def _now_ms() -> int:
    # The clock of whoever seeds: a test's own freeze counts.
    return round(time.time() * 1000)
