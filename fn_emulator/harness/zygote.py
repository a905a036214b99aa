"""A process with other people's modules imported, from which workers are forked in milliseconds.

It has one thread, has never run a handler, and has used no client: what is forked from a process with threads, or from
one whose HTTP client has been used, can hang for ever. It is asked over a socket, one thing at a time: a frame each
way, and with ``fork`` the descriptors that the new worker gets. Modules are imported with the variables that the
function sees; what they print meanwhile is lost.

``{"op": "import", "names", "env"}`` -> ``{"threads", "sockets", "imported"}``: what stands there now; with more than
one thread, or with a socket, nothing must be forked from it. ``{"op": "freeze"}`` -> ``{}``: a clock was frozen once,
as workers are going to; a process that ends meanwhile is one in which that cannot be done ahead. ``{"op": "fork"}``
-> ``{"pid"}``. ``{"op": "wait", "pid"}`` -> ``{"code", "peak_mb"}``, as ``wait_for`` gives it. ``{"op": "become"}``:
this process is the worker, and no zygote any more.
"""

from __future__ import annotations

import importlib
import os
import socket
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn

from .birth import CHANNELS, be_apart, close_others, end_with, outlive
from .environment import BASE_NAMES
from .frame import Frames, packed
from .peak import wait_for
from .worker import be_worker, get_ready

POOLS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""How many threads numerical libraries start when they are imported."""

_CHUNK = 65536


def be_zygote(descriptor: int) -> NoReturn:
    """Live as a zygote until the other side of the socket closes.

    Args:
        descriptor: Our side of the socket.
    """
    code = 1
    try:
        be_apart()
        close_others([descriptor])
        _lead_nowhere()
        get_ready()  # once for all that are forked
        with socket.socket(fileno=descriptor) as control:
            _serve(control)
        code = 0
    finally:
        os._exit(code)


def main() -> None:
    """The main function of a new interpreter: its last argument is the descriptor."""
    be_zygote(int(sys.argv[-1]))


def receive(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """A message and the descriptors that came with it; None when the other side has closed."""
    frames, descriptors = Frames(), []
    while True:
        try:
            data, with_it, _, _ = socket.recv_fds(control, _CHUNK, len(CHANNELS))
        except ConnectionResetError:  # it went away with something of ours unread
            return None
        descriptors += with_it
        if not data:
            return None
        for header, _ in frames.add(data):  # one at most: each side waits for the other
            return header, descriptors


def send(control: socket.socket, message: Mapping[str, Any], descriptors: tuple[int, ...] = ()) -> None:
    """Send a message and descriptors with it.

    Raises:
        ConnectionError: If the other side has closed.
    """
    text = packed(message)
    sent = socket.send_fds(control, [text], descriptors) if descriptors else control.send(text)
    if sent < len(text):  # else who has the answer may have closed already, and no byte would be one too many
        control.sendall(text[sent:])


def _serve(control: socket.socket) -> None:
    while (received := receive(control)) is not None:
        message, descriptors = received
        if message["op"] == "import":
            end_with(control.fileno())  # of the modules one may hang, and nobody is left to end us
            seen = _import(message["names"], message["env"])
            outlive(control.fileno())
            send(control, seen)
        elif message["op"] == "freeze":
            _freeze_once()
            send(control, {})
        elif message["op"] == "wait":
            send(control, dict(zip(("code", "peak_mb"), wait_for(message["pid"]))))
        else:
            pid = os.fork() if message["op"] == "fork" else 0
            if pid == 0:
                _draw_anew()
                be_worker(dict(zip(CHANNELS, descriptors)))
            for each in descriptors:
                os.close(each)
            send(control, {"pid": pid})


def _draw_anew() -> None:
    """Let numpy's own generator draw other numbers in each worker, as Python's does by itself after a fork."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        with suppress(Exception):  # other people's code
            numpy_random.seed()


def _import(names: list[str], env: Mapping[str, str]) -> dict[str, Any]:
    before, pid = dict(os.environ), os.getpid()
    base = {name: value for name, value in before.items() if name in BASE_NAMES}
    _set_environment({**base, **dict.fromkeys(POOLS, "1"), **env})
    imported = [name for name in names if _is_imported(name)]
    if os.getpid() != pid:  # a module has forked us, and came back
        os._exit(0)
    _set_environment(before)
    return {"imported": imported, "threads": _count_threads(), "sockets": _count_sockets() - 1}


def _freeze_once() -> None:
    """Let freezegun find now which names of all these modules are clocks, which each worker would do anew."""
    from .freeze import Frozen
    from .freezegun_of_ours import is_new_enough

    freezegun = sys.modules.get("freezegun")
    if freezegun is not None and is_new_enough(freezegun):  # else workers take another one
        Frozen("2026-01-01T00:00:00+00:00", is_own=lambda spec: False).stop()


def _set_environment(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)


def _is_imported(name: str) -> bool:
    try:
        importlib.import_module(name)
    except BaseException:  # other people's code; the function's own import will say it
        return False
    return True


def _lead_nowhere() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)


def _count_threads() -> int:
    try:
        return len(os.listdir("/proc/self/task"))  # those of C libraries too
    except OSError:
        import threading

        return threading.active_count()


def _count_sockets() -> int:
    return sum(map(_is_socket, range(_most_descriptors())))


def _most_descriptors() -> int:
    try:
        return max(map(int, os.listdir("/proc/self/fd"))) + 1
    except OSError:
        return 256


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:
        return False
