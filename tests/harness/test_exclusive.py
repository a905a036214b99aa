"""One request to CDF at a time, whatever signals do meanwhile."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from fn_emulator.harness.exclusive import AnsweringError, exclusively, is_answering, postpone


class Stop(BaseException):
    """What a signal raises."""


@pytest.fixture
def strike(monkeypatch):
    """Sends this process a signal whose handler raises; ``postpones`` says whether it asks us first."""
    before = signal.getsignal(signal.SIGUSR1)

    def send(*, postpones: bool) -> None:
        def handler(*_: object) -> None:
            if not (postpones and postpone(Stop())):
                raise Stop

        signal.signal(signal.SIGUSR1, handler)
        os.kill(os.getpid(), signal.SIGUSR1)

    yield send
    signal.signal(signal.SIGUSR1, before)


def test_a_postponed_interruption_is_raised_when_cdf_has_answered(strike):
    done = []

    def answer(request):
        strike(postpones=True)
        done.append(request)
        return {}

    with pytest.raises(Stop):
        exclusively(answer, {"n": 1})
    assert (done, exclusively(lambda request: request, {"n": 2})) == ([{"n": 1}], {"n": 2})


def test_it_is_raised_also_when_the_answer_fails(strike):
    def answer(request):
        strike(postpones=True)
        raise ValueError

    with pytest.raises(Stop):
        exclusively(answer, {})


def test_it_is_raised_in_the_main_thread_alone(strike):
    is_in, may_end, raised = threading.Event(), threading.Event(), []

    def slow(request):
        is_in.set()
        may_end.wait(10)
        return {}

    def strike_or_stop(*_):
        if not postpone(Stop()):
            raise Stop

    def ask_for_ever():
        while True:  # the signal comes while the main thread waits for the lock, or a little later
            exclusively(lambda request: request, {})

    def work():
        try:
            exclusively(slow, {})
        except BaseException as exc:
            raised.append(exc)

    worker = threading.Thread(target=work)
    worker.start()
    is_in.wait(10)
    strike_while_waiting = threading.Timer(0.01, lambda: (os.kill(os.getpid(), signal.SIGUSR1), may_end.set()))
    signal.signal(signal.SIGUSR1, strike_or_stop)
    strike_while_waiting.start()
    with pytest.raises(Stop):
        ask_for_ever()
    worker.join()
    strike_while_waiting.join()
    assert raised == []


def test_a_foreign_handler_that_raises_leaves_nothing_locked(strike):
    with pytest.raises(Stop):
        exclusively(lambda request: strike(postpones=False), {})
    assert (is_answering(), exclusively(lambda request: request, {"n": 1})) == (False, {"n": 1})


def test_nothing_is_postponed_while_nobody_asks():
    assert postpone(Stop()) is False


def test_asking_while_answering_is_refused_at_once():
    with pytest.raises(AnsweringError) as caught:
        exclusively(lambda request: exclusively(lambda request: {}, {}), {})
    assert str(caught.value) == (
        "CDF cannot be asked while it answers: a script gets the request's JSON, and may use fake_cdf.dump()."
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_finds_the_lock_open():
    def answer(request):
        pid = os.fork()
        if pid == 0:
            os._exit(7 if exclusively(lambda request: {"free": 1}, {}) == {"free": 1} else 1)
        return {"code": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}

    assert exclusively(answer, {}) == {"code": 7}
