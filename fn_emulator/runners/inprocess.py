"""The fastest runner: the handler runs in our own process, where a debugger reaches it and nothing isolates it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from fn_emulator.errors import RunnerError, SdkMissingError
from fn_emulator.function import Function
from fn_emulator.harness.client import SdkMissing
from fn_emulator.harness.peak import peak_memory_mb
from fn_emulator.harness.session import open_session
from fn_emulator.harness.turn import NestedCall
from fn_emulator.model import Call, Evidence, Where
from fn_emulator.runners import Show
from fn_emulator.runners.frames import read_reply, request
from fn_emulator.runners.left_processes import LeftProcesses
from fn_emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fn_emulator.runners import Exchange


class InProcess:
    """Runs one function in this process."""

    name = "inprocess"

    def __init__(
        self,
        function: Function,
        settings: Settings,
        spec: Mapping[str, Any],
        *,
        client: Any = None,
        exchange: Exchange | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        """Open the function; nothing of the user's is imported yet.

        Args:
            function: The function.
            settings: Its settings.
            spec: What its session is opened with.
            client: An object to hand to the handler as ``client``; None for the one that the settings name.
            exchange: What answers the requests to CDF; None when they go where they always went.
            notes: What the user is to know about where the function runs.
        """
        self._function = function
        self._notes = notes
        self._is_reloaded = False
        self._settings = settings
        self._where = Where(
            runner=self.name,
            runtime=f"py{sys.version_info.major}{sys.version_info.minor}",
            cloud=settings.cloud,
            client=settings.client if client is None else "given",
        )
        # A command has its process to itself, a test has not.
        ours = {"survives_endings": True, "has_terminal": True, "may_end_process": spec["env_only"]}
        self._session = open_session({**spec, **ours}, client, exchange)
        self._left = LeftProcesses()

    def invoke(
        self,
        call: Call,
        *,
        timeout_s: float | None,
        is_cold: bool = False,
        preload: Iterable[str] = (),
        show: Show | None = None,
        world: int = 0,
    ) -> Evidence:
        """Call the handler once; see ``Runner``.

        Raises:
            SdkMissingError: If the client needs cognite-sdk and this interpreter has none.
            RunnerError: If it is called from within another call of this process.
        """
        try:
            is_cold, self._is_reloaded = is_cold or self._is_reloaded, False
            frame = request(call, self._settings, timeout_s=timeout_s, is_cold=is_cold, preload=preload, world=world)
            reply = self._session.call(frame, show)
        except SdkMissing as exc:
            raise SdkMissingError(
                f"--client {self._settings.client} needs cognite-sdk, which {sys.executable} does not have.",
                hint='install it beside fn-emulator: pip install "fn-emulator[cdf]"',
            ) from exc
        except NestedCall:
            raise RunnerError(
                f"{self._function.given} was called from within a call that runs in the same process.",
                hint="call it after the other call has ended: in process one call runs at a time",
            ) from None
        if reply["sdk"] != self._where.sdk:
            self._where = self._where._replace(sdk=reply["sdk"])
        if reply["left"]:
            self._keep_hold_of(reply["left"])
        reply["peak_memory_mb"] = peak_memory_mb()
        reply["notes"] = self._notes
        return read_reply(reply, call, self._where, self._function)

    def invoke_each(
        self,
        calls: Iterable[tuple[Call, int]],
        *,
        timeout_s: float | None,
        preload: Iterable[str] = (),
        show: Show | None = None,
    ) -> Iterator[Evidence]:
        """Call the handler for each; see ``Runner``."""
        preload = tuple(preload)
        for call, world in calls:
            yield self.invoke(call, timeout_s=timeout_s, preload=preload, show=show, world=world)

    def reload(self) -> None:
        """Let the next call start freshly; other people's modules stay."""
        self._is_reloaded = True

    def close(self) -> None:
        """Leave the process as it was found."""
        self._left.end()
        self._session.close()

    def _keep_hold_of(self, left: Iterable[Mapping[str, Any]]) -> None:
        # Those of multiprocessing are waited for by Python itself at the end of this process, and are told there.
        multiprocessing = sys.modules.get("multiprocessing")
        known = () if multiprocessing is None else {child.pid for child in multiprocessing.active_children()}
        for entry in left:
            if entry["kind"] == "process" and entry["pid"] not in known:
                self._left.take(entry["pid"])
