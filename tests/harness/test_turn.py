from __future__ import annotations

import threading

import pytest

from fn_emulator.harness.turn import NestedCall


def test_calls_from_several_threads_take_turns(open_harness):
    source = (
        "RUNNING = []\n"
        "def handle(data):\n"
        "    RUNNING.append(1)\n"
        "    print(data['n'])\n"
        "    most = len(RUNNING)\n"
        "    RUNNING.pop()\n"
        "    return most\n"
    )
    harness = open_harness(source)
    replies = {}
    threads = [threading.Thread(target=lambda n=n: replies.update({n: harness.call({"n": n})})) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply["answer"]["value"] for reply in replies.values()} == {1}
    assert {n: [line["message"] for line in reply["logs"]] for n, reply in replies.items()} == {
        n: [str(n)] for n in range(8)
    }


def test_a_call_from_within_a_call_is_refused_instead_of_waiting_for_ever(open_harness):
    inner = open_harness("def handle():\n    return 1\n", name="inner")
    outer = open_harness("def handle(client):\n    client()\n", name="outer", client_object=lambda: inner.call())
    reply = outer.call()
    assert reply["failure"]["type"] == NestedCall.__name__
    assert inner.answer() == 1


def test_the_turn_is_given_up_after_an_interrupt(open_harness):
    harness = open_harness("import os, signal\ndef handle():\n    os.kill(os.getpid(), signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        harness.call()
    assert open_harness("def handle():\n    return 1\n", name="other").answer() == 1
