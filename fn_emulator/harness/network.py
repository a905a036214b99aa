"""Which hosts a function may reach while it is imported and called: refuse the others, by name and line.

How it works: connecting and sending methods of ``socket.socket`` and the name look-ups are wrapped while a function is
open, and refuse what its calls ask for, also what these left running. ``socket`` is wrapped when it is first imported,
so that a function without network never pays for it. Child processes and C libraries that open their own sockets are
not seen.
"""

from __future__ import annotations

import errno
from typing import Any

from .owner import close_carrying, current, open_carrying
from .when_imported import WhenImported

CDF_DOMAIN = ".cognitedata.com"
"""The end of the names of CDF's hosts."""

LOOPBACK_NAMES = frozenset(("localhost", "localhost.localdomain", "ip6-localhost", "", "0.0.0.0", "::", "::1"))
_METHODS = {"connect": 0, "connect_ex": 0, "sendto": -1, "sendmsg": 3}
"""Methods of a socket, and where among their arguments the address stands."""

_LOOK_UPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr")


class NetworkRefusedError(ConnectionRefusedError):
    """A connection that the network policy does not allow; to the handler it is a refused connection."""


class NetworkGuard:
    """The policy of one function: ``local`` allows loopback, ``off`` nothing, ``on`` everything."""

    def __init__(
        self, policy: str, is_user_file: Any, own_hosts: tuple[str, ...] = (), faked_host: str | None = None
    ) -> None:
        """Prepare.

        Args:
            policy: See above.
            is_user_file: Whether a file name belongs to the function.
            own_hosts: Hosts of the client itself, which every policy allows, and with them their addresses.
            faked_host: The host of the in-memory CDF, if it answers the client.
        """
        self.policy = policy
        self._faked_host = faked_host
        self._own = set(own_hosts)
        self._is_user_file = is_user_file
        self.refused: list[dict[str, Any]] = []

    def start(self) -> None:
        """A call begins."""
        self.refused = []

    def check(self, host: Any, port: Any, *, is_running: bool = True) -> None:
        """Let a connection pass, or record and refuse it.

        Args:
            host: Name or address; others than text and bytes pass.
            port: A number or the name of a service.
            is_running: Whether the call that it belongs to has not ended; only then it is recorded.

        Raises:
            NetworkRefusedError: If the policy does not allow the host.
        """
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if not isinstance(host, str) or host.lower() in self._own or (self.policy == "local" and is_loopback(host)):
            return
        from . import call_site

        place = call_site.known(self._is_user_file)
        file, line = place or (None, None)
        target = f"{host}:{port}" if port not in (None, 0) else host
        if is_running:
            self.refused.append({"host": host, "port": port, "file": file, "line": line})
        where = f" (line {line} of {file})" if place else ""
        raise NetworkRefusedError(
            errno.ECONNREFUSED,
            f"fn-emulate refused the connection to {target}{where}; {self._hint(host.lower())}",
        )

    def _hint(self, host: str) -> str:
        if self._faked_host is not None and (host == self._faked_host or host.endswith(CDF_DOMAIN)):
            return "only requests, httpx and the client are answered by the in-memory CDF"
        if self.policy == "local":
            return "allow it with --network on"
        return "allow it with --network local for loopback, --network on for all"

    def learn(self, host: Any, found: Any) -> None:
        """Allow the addresses of a host of the client's own; ``found`` is what ``getaddrinfo`` gave."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower() in self._own:
            self._own.update(entry[4][0] for entry in found)


def is_loopback(host: str) -> bool:
    """Whether a host name or address stays on this machine."""
    host = host.lower().partition("%")[0]
    number = host[len("::ffff:") :] if host.startswith("::ffff:") else host
    is_number = number.startswith("127.") and number.replace(".", "").isdigit()
    return is_number or host in LOOPBACK_NAMES or host.endswith(".localhost")


class _Hook:
    """The wrapped names of ``socket``: one for the process, because sockets are the process's."""

    def __init__(self) -> None:
        self._patches: list[Any] = []
        self._waiting = WhenImported({"socket": self._wrap})

    def open(self) -> None:
        """Count one more open function; wraps ``socket`` when the first comes."""
        if self._waiting.open():
            open_carrying()

    def close(self) -> None:
        """Count one less; puts everything back when the last one goes."""
        if not self._waiting.close():
            return
        close_carrying()
        for patch in reversed(self._patches):
            patch.pull_all()
        self._patches.clear()

    def _wrap(self, socket: Any) -> None:
        from .patching import Patch

        names = [
            Patch(socket.socket, name, _method(place))
            for name, place in _METHODS.items()
            if hasattr(socket.socket, name)
        ]
        look_ups = [Patch(socket, name, _look_up) for name in _LOOK_UPS]
        for patch in [*names, *look_ups]:
            patch.put()
            self._patches.append(patch)


def _method(place: int) -> Any:
    def make(original: Any) -> Any:
        def guarded(sock: Any, *args: Any) -> Any:
            owner = current()
            address = args[place] if -len(args) <= place < len(args) else None
            if owner is not None and owner.guard is not None and isinstance(address, tuple) and len(address) >= 2:
                owner.guard.check(address[0], address[1], is_running=owner.is_running)
            return original(sock, *args)

        return guarded

    return make


def _look_up(original: Any) -> Any:
    def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
        owner = current()
        guard = None if owner is None else owner.guard
        if owner is not None and guard is not None and host is not None:
            guard.check(host, args[0] if args else kwargs.get("port"), is_running=owner.is_running)
        found = original(host, *args, **kwargs)
        if guard is not None and getattr(original, "__name__", "") == "getaddrinfo":
            guard.learn(host, found)
        return found

    return guarded


_HOOK = _Hook()


def open_hook() -> None:
    """To be called when a function is opened."""
    _HOOK.open()


def close_hook() -> None:
    """To be called when it is closed."""
    _HOOK.close()
