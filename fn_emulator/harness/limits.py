"""End a call that takes too long, and tell a real Ctrl-C from a ``KeyboardInterrupt`` that the handler raises.

In process only a kernel timer on the main thread can do this: its signal interrupts Python code and sleeping system
calls, but not a loop inside C.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Callable

from .exclusive import postpone
from .realtime import REAL

try:
    # Below the module's wrappers, which turn numbers into enums and back and cost more than the calls themselves.
    import _signal as raw_signal  # type: ignore[import-not-found]
except ImportError:
    raw_signal = signal

_AGAIN_AFTER_S = 0.2
_SHARED = 0.001
_MOST_IGNORED = 25

_SIGINT = int(signal.SIGINT)
_LEFT = tuple(
    int(getattr(signal, name)) for name in ("SIGTERM", "SIGHUP", "SIGCHLD", "SIGPIPE") if hasattr(signal, name)
)
"""What handlers also set, and processes that are started later would inherit where they are ignored."""

_SIGALRM = int(getattr(signal, "SIGALRM", 0))
_TIMER = int(getattr(signal, "ITIMER_REAL", 0))
_SOON_S = 0.001


class TimeIsUp(BaseException):
    """Raised inside the handler when its time is up; a BaseException, so that ``except Exception`` lets it through."""

    __module__ = "builtins"  # a traceback that shows it names it without our package


class CallLimits:
    """Guards one call: ``start``, then ``arm`` just before user code runs, ``disarm`` just after it, then ``stop``.

    A Ctrl-C outside of user code is kept in ``interrupted`` until the process is as it was found.
    """

    def __init__(self, *, has_keyboard: bool = True) -> None:
        """Prepare; ``has_keyboard``: whether a person's Ctrl-C reaches this process, and is not the handler's own."""
        self._has_keyboard = has_keyboard
        self._is_main = False
        self.enforced = False
        self.expired = False
        self.on_stuck: Callable[[], None] | None = None
        self._ignored = 0
        self.interrupted = False
        self._running = False
        self._others = (0.0, 0.0)
        self._armed_at = 0.0
        self._saved: list[tuple[int, Any]] = []
        self._found: list[Any] = []
        self._others_handler: Any = None
        self._is_in_place = self._is_set = False
        self._set_at = 0.0

    def start(self) -> None:
        """Take over the interrupt signal."""
        self.enforced = self.expired = self.interrupted = self._running = False
        self._ignored = 0
        self._saved = []
        self._found = []
        self._is_main = threading.get_ident() == threading.main_thread().ident
        if self._is_main and self._has_keyboard:
            self._replace(_SIGINT, self._on_interrupt)
            self._found = list(map(raw_signal.getsignal, _LEFT))

    def start_next(self) -> None:
        """Another call begins before ``stop``."""
        self.enforced = self.expired = False
        self._ignored = 0
        if self._saved and raw_signal.getsignal(_SIGINT) != self._on_interrupt:  # the call before has taken it away
            raw_signal.signal(_SIGINT, self._on_interrupt)

    def arm(self, timeout_s: float | None) -> None:
        """Let the signals reach user code; ``enforced`` then says whether the time limit holds."""
        if self._is_main and timeout_s is not None and _SIGALRM:
            # The process's own alarm (a test's time limit) stays where it comes first.
            if 0 < self._others_timer()[0] < timeout_s:
                self._give_timer_back()
            elif self._take_timer():
                now = REAL.perf_counter()
                # Calls in a row share a timer for as long as that takes nothing worth naming from any of them.
                if not self._is_set or now - self._set_at > timeout_s * _SHARED:
                    # Again and again: a handler that catches everything and goes on is caught again.
                    raw_signal.setitimer(_TIMER, timeout_s, _AGAIN_AFTER_S)
                    self._is_set, self._set_at = True, now
                self.enforced = True
        self._running = True

    def disarm(self) -> None:
        """User code is over: nothing is interrupted any more. ``enforced`` becomes false if it took our alarm away."""
        if not self._running:
            return
        self._running = False
        if self.enforced and raw_signal.getsignal(_SIGALRM) != self._on_alarm:
            self.enforced = self._is_in_place = self._is_set = False
        if self.enforced and not self.expired and raw_signal.getitimer(_TIMER)[1] != _AGAIN_AFTER_S:
            self.enforced = self._is_set = False
        if self.expired:
            self._is_set = False

    def lift(self) -> None:
        """End the time limit of this call, because a person debugs it."""
        if self.enforced:
            raw_signal.setitimer(_TIMER, 0)
            self._is_set = False

    def stop(self) -> None:
        """Put the process's own timer and signal handlers back."""
        self._give_timer_back()
        for number, handler in reversed(self._saved):
            raw_signal.signal(number, handler)
        if self._found and list(map(raw_signal.getsignal, _LEFT)) != self._found:
            for number, handler in zip(_LEFT, self._found):
                if handler is not None:
                    raw_signal.signal(number, handler)
        self._saved = []
        self._found = []

    def _take_timer(self) -> bool:
        """Let the process's alarm be ours; False where that cannot be, as another's could not be put back."""
        if self._others_handler is None:
            others, handler = self._others_timer(), raw_signal.getsignal(_SIGALRM)
            if handler is None:  # installed from C
                return False
            self._others, self._others_handler, self._armed_at = others, handler, REAL.perf_counter()
            self._is_in_place = False
        if not self._is_in_place:  # or the call before has taken it away
            raw_signal.signal(_SIGALRM, self._on_alarm)
            self._is_in_place = True
        return True

    def _give_timer_back(self) -> None:
        if self._others_handler is not None:
            others = self._others_timer()
            raw_signal.setitimer(_TIMER, 0)
            raw_signal.signal(_SIGALRM, self._others_handler)
            self._others_handler = None
            self._is_set = False
            if others[0]:
                raw_signal.setitimer(_TIMER, *others)

    def _others_timer(self) -> tuple[float, float]:
        """Seconds until the process's own alarm, 0 without one, and its interval."""
        if self._others_handler is None:
            return raw_signal.getitimer(_TIMER)  # type: ignore[no-any-return]
        remaining, interval = self._others
        if not remaining:
            return 0.0, interval
        return max(remaining - (REAL.perf_counter() - self._armed_at), _SOON_S), interval

    def _replace(self, number: int, handler: Any) -> None:
        previous = raw_signal.getsignal(number)
        if previous is not None:  # None was installed from C: it could not be put back, so it stays
            self._saved.append((number, previous))
            raw_signal.signal(number, handler)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        if self._running:
            self.expired = True
            self._ignored += 1
            if self._ignored > _MOST_IGNORED and self.on_stuck is not None:
                self.on_stuck()
            if not postpone(TimeIsUp()):
                raise TimeIsUp

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        self.interrupted = True
        if self._running and not postpone(KeyboardInterrupt()):
            raise KeyboardInterrupt
