"""One function, beside its handler: open it, call it as often as wanted, close it. Plain dicts in and out.

How it works: ``open_session`` takes a specification and imports nothing of the user's. ``call`` puts the function's
world in place (modules, environment, output, network policy, time limit, clock), imports the handler if it is not warm,
calls it, takes everything out again and replies with what was seen. Judging what was seen is done elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Callable

from . import SCHEMA, http_watch, owner
from .capture import Capture
from .client import REAL_CLIENTS, make_client, sdk_version
from .collecting import free, unwarned
from .debugger import Breakpoints
from .environment import Environment
from .handler import Handler
from .http_watch import Exchange, FunctionHttp, split
from .journal import Journal
from .left_behind import LeftBehind
from .left_open import hold_open
from .leftovers import Leftovers
from .limits import CallLimits
from .load import FunctionModules
from .network import NetworkGuard, close_hook, open_hook
from .running import Running, empty_reply, end_process
from .turn import Turn

if TYPE_CHECKING:
    from .stretch import Tell

Show = Callable[[str, str], None]

_TURN = Turn()


def open_session(
    spec: Mapping[str, Any],
    client: Any = None,
    exchange: Exchange | None = None,
    journal: Journal | None = None,
    memory: Mapping[str, int] | None = None,
) -> Session:
    """Open a function in this process.

    Args:
        spec: ``{"schema": 1, "root", "module", "shown": {path: {"file", "first_line"}}, "env": {name: value},
            "env_only": bool, "network": "off|local|on", "client": "none|mock|fake|record|recorded|live",
            "needs_handle": bool, "may_end_process": bool, "survives_endings": bool, "cdf": {"project", "base_url"},
            "has_terminal": bool, "debug_port": int,
            "profiles_memory": bool}``; a remote service needs no handle to be imported, and a process
            may be ended that is only there for the call; one that is ours survives that a handler ends it
            (``endings``). ``cdf`` is where the client ``fake`` points, for example ``{"project": "fn-emulator",
            "base_url": "https://fn-emulator.cognitedata.com"}``; needed with ``exchange``. Absent, ``has_terminal`` is
            false, and no editor is waited for on ``debug_port``.
        client: An object to hand to the handler instead, or None.
        exchange: What answers the handler's requests to CDF (see ``http_hook``), or None: they are sent as ever.
        journal: Where it is written down at once what calls write and how far they are; replies then hold no logs.
        memory: Memory files to which descriptors 1 and 2 of this process lead, with ``journal``.
    """
    if spec["schema"] != SCHEMA:
        raise ValueError(f"specification of schema {spec['schema']}, this harness speaks {SCHEMA}")
    return Session(spec, client, exchange, journal, memory)


class Session:
    """A function that is open in this process; made by ``open_session``.

    The attributes are what a call changes in the process, for ``stretch``, which looks at it between two calls.
    """

    def __init__(
        self,
        spec: Mapping[str, Any],
        client: Any,
        exchange: Exchange | None,
        journal: Journal | None,
        memory: Mapping[str, int] | None,
    ) -> None:
        self._spec = spec
        self._journal = journal
        self._client = client
        self._compiled: dict[str, Any] = {}
        self._start_anew()
        self.capture = Capture(self._modules.is_user_file, journal, memory)
        is_real = spec["client"] in REAL_CLIENTS
        self._http = None if exchange is None else FunctionHttp(exchange, spec["cdf"]["base_url"], is_real=is_real)
        faked_host = None if self._http is None or is_real else self._http.host
        self.network = NetworkGuard(spec["network"], self._modules.is_user_file, _real_hosts(spec), faked_host)
        self._owner: owner.Owner | None = None
        self.frozen: Any = None
        self._is_frozen_start = False
        self.limits = CallLimits(has_keyboard=journal is None)
        self.limits.on_stuck = self._end_process if spec["may_end_process"] else None
        has_terminal = spec.get("has_terminal", False)
        self._breakpoints = Breakpoints(self.capture, self.limits, has_terminal=has_terminal)
        self.running = Running(spec, self.capture, self.limits, journal)
        self.leftovers = Leftovers()
        # A worker, which alone has a journal, leads a session that nobody else is in.
        self.left = LeftBehind(self._modules.is_user_file, is_leader=journal is not None)
        self._survives = bool(spec.get("survives_endings"))
        open_hook()
        if self._survives:
            from .endings import open_endings

            open_endings()
        if self._http is not None:
            http_watch.open_hook()

    def call(self, request: Mapping[str, Any], show: Show | None = None) -> dict[str, Any]:
        """Call the handler once.

        Args:
            request: ``{"data": JSON text, "call_info": {...}, "secrets": {name: value}, "timeout_s": float or None,
                "frozen_at": ISO 8601 or None, "cold": bool, "preload": [module, ...]}``. The first call at a frozen
                instant after one under the real clock is cold, and the other way round; ``preload`` is imported
                before the freeze. ``"world": int`` (default 0) travels in the requests to CDF. ``"clock_folder"`` is
                where freezegun is imported from if this interpreter has none. ``"ticking": bool`` (default false)
                lets a frozen clock go on as real time does.
            show: Called as ``show(stream, line)`` for each line as it is written.

        Returns:
            The reply: ``{"stage": "import" | "call" | "done", "started", "elapsed_s", "import_s", "duration_s",
            "cpu_s", "answer", "failure", "place": (file, line) or None, "timed_out", "timeout_enforced", "logs",
            "env_reads", "refused", "read_input", "sdk", "foreign": [{"method", "url", "file", "line"}], "left",
            "death", "moved_s"}``; ``answer`` is what ``encode_answer`` gives, ``foreign`` are requests to other hosts
            than CDF's, ``left`` is what ``LeftBehind`` found, ``death`` how the process would have ended:
            ``{"exit_code": n}``, ``{"signal": n}`` or None; ``moved_s`` is how far sleeps moved a frozen clock,
            ``clock`` which clocks the freeze held (``Frozen.covers``), or None.

        Raises:
            SdkMissing: If the client needs an SDK and this interpreter has none.
            DebuggerMissing: If an editor is to be waited for and this interpreter has no debugpy.
            NestedCall: If a handler that runs in this process calls a function in this process.
            KeyboardInterrupt: If the person at the keyboard interrupted the call.
        """
        with _TURN:
            return self._call(request, show)

    def _call(self, request: Mapping[str, Any], show: Show | None) -> dict[str, Any]:
        reply = empty_reply()
        self.limits.start()
        try:
            call_owner = self._enter(request, show)
            self.running.run(self.handler, call_owner, request, reply)
        finally:
            self._stop(reply)
        if self.limits.interrupted:
            raise KeyboardInterrupt
        self.tell_surroundings(reply)
        if reply["death"] is not None:
            self._go_cold()
        return reply

    def call_each(self, request: Mapping[str, Any], tell: Tell, show: Show | None = None) -> int:
        """Call the handler for each of a list of calls, the first as ``call`` would and the others warm.

        Args:
            request: As ``call`` takes it, for the first. ``"calls": [[instant, world, call_info, data], ...]`` is what
                they differ in: where the clock stands when each begins (ISO 8601, or None where it goes on), its world,
                what its ``call_info`` has of its own, and its data, which may be left out where it is that of the
                first. ``"until_s": float``: after so many real seconds no other one begins; ``"in_step": bool``:
                neither does after one that asked CDF something.
            tell: Is told what came of each.
            show: As ``call`` takes it.

        Returns:
            How many were made.

        Raises:
            Exception: As ``call`` does.
        """
        from .stretch import Stretch

        with _TURN:
            stretch = Stretch(self, tell)
            self.limits.start()
            try:
                call_owner = self._enter(request, show)
                made = stretch.run(call_owner, request)
            finally:
                self._stop({})
            if self.limits.interrupted:
                raise KeyboardInterrupt
            if stretch.has_died:
                self._go_cold()
        return made

    def run_trials(self, request: Mapping[str, Any], tell: Tell, show: Show | None = None) -> int:
        """Run trials, each from the same beginning; the function is cold before and after.

        Args:
            request: As ``call`` takes it, without its data, for every delivery. ``"trials": [[is_fresh, world,
                looks_at_state, locates, [number, ...], random_seed, frozen_at], ...]``: whether the handler is loaded
                freshly, the world of its deliveries, whether it is told what state of the function they changed, for
                which states the line that changes them is looked for, what is delivered, as numbers of ``"bodies":
                [JSON text, ...]``, and what it has, where that is not None, instead of the request's ``"random_seed":
                int`` and ``"frozen_at"``.
            tell: Is told what came of each delivery: a reply that is not quiet is one of ``call``'s and may have
                ``"state": [{"name", "kind", "before", "after", "file", "line"}]`` and ``"is_input_changed"``.
            show: As ``call`` takes it.

        Returns:
            How many trials were made; the others begin with a fresh one.

        Raises:
            Exception: As ``call`` does.
        """
        from .trials import Trials

        with _TURN, unwarned():  # Python frees the starts before at any time
            self._go_cold()
            trials = Trials(self, self._spec, self._modules, self._get_client, tell)
            self.limits.start()
            try:
                made = trials.run(self._enter(request, show), request)
            finally:
                self._stop({})
                has_left_open = trials.has_left_open
                del trials
                self._go_cold()
                if has_left_open:
                    free()
            if self.limits.interrupted:
                raise KeyboardInterrupt
        return made

    def _enter(self, request: Mapping[str, Any], show: Show | None) -> owner.Owner:
        """Put the function's world in place; what was not started is left alone by its stop."""
        self.frozen = None
        is_frozen = request["frozen_at"] is not None
        debugger = None
        if self._spec.get("debug_port") is not None:
            from .debug import wait_for_debugger

            debugger = wait_for_debugger(self._spec["debug_port"])
        # Modules that were imported under the one clock hold its names, which do not work under the other.
        if request["cold"] or (self.handler.handle is not None and self._is_frozen_start != is_frozen):
            self._go_cold()
        self._is_frozen_start = is_frozen
        self.leftovers.start()
        self.capture.start(show)
        self._breakpoints.start(debugger)
        self.environment.start()
        self.network.start()
        call_owner = self.begin_call(request.get("world", 0))
        self._modules.activate()
        if is_frozen:
            self.frozen = self._freeze(request)
        return call_owner

    def tell_surroundings(self, reply: dict[str, Any]) -> None:
        """Add to the reply of a call what was seen beside the handler."""
        reply["env_reads"] = list(self.environment.reads.values())
        reply["refused"] = self.network.refused[:]
        reply["read_input"] = self.capture.input_read_at
        reply["timeout_enforced"] = self.limits.enforced
        reply["sdk"] = sdk_version()
        route = None if self._owner is None else self._owner.route
        reply["foreign"] = [] if route is None else route.foreign

    def _stop(self, reply: dict[str, Any]) -> None:
        frozen, self.frozen = self.frozen, None

        def keep_logs() -> None:
            reply["logs"] = self.capture.stop()

        def keep_left() -> None:
            reply["left"] = self.left.found()

        def unfreeze() -> None:
            if frozen is not None:
                reply["moved_s"], reply["clock"] = frozen.moved_s, frozen.covers
                frozen.stop()

        # The function's modules go before the freeze ends: what they keep of it must not be used after it.
        _each(
            keep_left,
            self._modules.deactivate,
            unfreeze,
            self.end_call,
            self.environment.stop,
            self._breakpoints.stop,
            keep_logs,
            self.leftovers.stop,
            self.limits.stop,
        )

    def begin_call(self, world: int) -> owner.Owner:
        """A call begins, with an owner of its own."""
        guard = None if self.network.policy == "on" else self.network
        self._owner = owner.Owner(self._http, guard, self._modules.is_user_file, world)
        self.left.start()
        self._owner.begun = self.left
        owner.begin(self._owner)
        if self._http is not None:
            http_watch.enter(self._owner)
        return self._owner

    def end_call(self) -> None:
        """It has ended; nothing goes on after it."""
        if self._owner is None:
            return
        owner.end(self._owner)
        if self._http is not None:
            http_watch.leave(self._owner)

    def try_import(self) -> dict[str, Any]:
        """Import the handler and nothing more; the reply is that of ``call``, without an answer."""
        request = {"only_import": True, "timeout_s": None, "frozen_at": None, "cold": True}
        return self.call(request)

    def close(self) -> None:
        """Leave the process as it was found."""
        self._modules.forget()
        self._go_cold()
        self.leftovers.close(self.capture.sinks)
        self.capture.close()
        if self._survives:
            from .endings import close_endings

            close_endings()
        if self._http is not None:
            http_watch.close_hook()
        close_hook()

    def _go_cold(self) -> None:
        given_up = self._modules.give_up()
        if hold_open(given_up):
            with unwarned():
                given_up.clear()
                self._start_anew()
                free()
        else:
            self._start_anew()
        if self._http is not None:
            self._http.sdk_settings = {}

    def _start_anew(self) -> None:
        spec = self._spec
        shown = {os.path.join(spec["root"], path): place for path, place in spec["shown"].items()}
        self._modules = FunctionModules(spec["root"], shown, self._compiled)
        self.environment = Environment(spec["env"], only=spec["env_only"], is_user_file=self._modules.is_user_file)
        self.handler = Handler(spec, self._modules, self._get_client)

    def _freeze(self, request: Mapping[str, Any]) -> Any:
        from .freeze import Frozen, import_real

        import_real(request["preload"])
        return Frozen(
            request["frozen_at"],
            self._modules.is_own_spec,
            request.get("clock_folder"),
            is_ticking=request.get("ticking", False),
            is_debugged=self._spec.get("debug_port") is not None,
        )

    def _end_process(self) -> None:
        self.end_call()  # this end is none of the handler's, which the process would survive
        end_process(self.capture)

    def _get_client(self) -> Any:
        if self._client is None:
            self._client = make_client(self._spec["client"], self._spec.get("cdf"))
        return self._client


def _each(*stops: Callable[[], None] | None) -> None:
    """Run them all, also after one that raised; what the first raised is raised at the end."""
    error: BaseException | None = None
    for stop in stops:
        try:
            if stop is not None:
                stop()
        except BaseException as exc:
            error = error or exc
    if error is not None:
        raise error


def _real_hosts(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """Hosts that the client itself talks to."""
    if spec["client"] not in REAL_CLIENTS:
        return ()
    cdf = spec["cdf"]
    addresses = (cdf["base_url"], cdf["credentials"].get("token_url", ""))
    return tuple(split(address)[0] for address in addresses if address)
