from __future__ import annotations

import os
import signal
import threading

import pytest


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("raise SystemExit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("handle()", "RecursionError", "maximum recursion depth exceeded"),
        ("raise GeneratorExit('x')", "GeneratorExit", "x"),
    ],
)
def test_whatever_the_handler_raises_is_data(open_harness, body, kind, message):
    failure = open_harness(f"def handle():\n    {body}\n").call()["failure"]
    assert failure["type"] == kind
    assert failure["message"].startswith(message)


def test_an_exception_whose_text_raises_is_data_too(open_harness):
    source = "class Bad(Exception):\n    def __str__(self):\n        raise ValueError\ndef handle():\n    raise Bad\n"
    failure = open_harness(source).call()["failure"]
    assert (failure["type"], failure["message"]) == ("Bad", "<str() of it raised ValueError>")


def test_a_chain_of_exceptions_is_shown_whole(open_harness):
    body = "    try:\n        1 / 0\n    except ZeroDivisionError as exc:\n        raise ValueError('no') from exc\n"
    source = f"def handle():\n{body}"
    trace = open_harness(source).call()["failure"]["trace"]
    assert "ZeroDivisionError: division by zero" in trace
    assert "direct cause" in trace
    assert "harness" not in trace.replace(str(os.path.dirname(__file__)), "").replace("test_a_chain", "")


def test_the_place_is_the_innermost_line_of_the_users(open_harness):
    harness = open_harness("import json\ndef handle():\n    return json.loads('{')\n")
    assert harness.call()["place"] == (f"{harness.root}/handler.py", 3)


def test_a_module_that_is_missing_is_named(open_harness):
    reply = open_harness("import not_there_at_all\ndef handle():\n    pass\n").call()
    assert (reply["stage"], reply["failure"]["missing_module"]) == ("import", "not_there_at_all")


def test_a_handle_that_cannot_be_called_is_a_failure(open_harness):
    reply = open_harness("handle = 1\n").call()
    assert reply["failure"]["message"] == "handle is a int, which cannot be called in handler"


def test_a_failed_import_is_tried_again_by_the_next_call(open_harness):
    harness = open_harness("import not_there_at_all\ndef handle():\n    return 1\n")
    harness.call()
    (harness.root / "handler.py").write_text("def handle():\n    return 1\n")
    assert harness.answer() == 1


def test_a_coroutine_is_refused_and_does_not_warn(open_harness):
    source = "async def work():\n    return 1\nhandle = lambda: work()\n"
    (place,) = open_harness(source).call()["answer"]["refused"]
    assert place["type"] == "coroutine"


def test_the_time_limit_ends_a_sleep_and_says_where(open_harness):
    harness = open_harness("import time\ndef handle():\n    time.sleep(60)\n")
    reply = harness.call(timeout_s=0.1)
    assert (reply["timed_out"], reply["timeout_enforced"], reply["place"][1]) == (True, True, 3)
    assert reply["logs"][-1]["message"] == "The time limit ended the call here."


def test_a_handler_that_catches_everything_is_timed_out_all_the_same(open_harness):
    source = (
        "import time\n"
        "def handle():\n"
        "    for _ in range(3):\n"
        "        try:\n"
        "            time.sleep(60)\n"
        "        except BaseException:\n"
        "            pass\n"
        "    return 'survived'\n"
    )
    reply = open_harness(source).call(timeout_s=0.1)
    assert reply["timed_out"]


def test_the_alarm_of_the_process_is_put_back(open_harness):
    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)
    others = signal.setitimer(signal.ITIMER_REAL, 50.0, 7.0)
    try:
        open_harness("def handle():\n    return 1\n").call(timeout_s=5.0)
        remaining, interval = signal.getitimer(signal.ITIMER_REAL)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *others)
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGINT)) == before
    assert (40 < remaining < 50, interval) == (True, 7.0)


def test_an_alarm_of_the_process_that_comes_first_is_left_alone(open_harness):
    others = signal.setitimer(signal.ITIMER_REAL, 50.0)
    try:
        reply = open_harness("def handle():\n    return 1\n").call(timeout_s=60.0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *others)
    assert (reply["timeout_enforced"], reply["answer"]["value"]) == (False, 1)


def test_outside_of_the_main_thread_the_limit_is_said_not_to_hold(open_harness):
    harness = open_harness("def handle():\n    return 1\n")
    replies = []
    thread = threading.Thread(target=lambda: replies.append(harness.call()))
    thread.start()
    thread.join()
    assert (replies[0]["timeout_enforced"], replies[0]["answer"]["value"]) == (False, 1)


def test_a_real_interrupt_leaves_the_process_as_it_was_found(open_harness):
    import sys

    before = sys.stdout, sys.path[:]
    harness = open_harness("import os, signal\ndef handle():\n    os.kill(os.getpid(), signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        harness.call()
    assert (sys.stdout, sys.path[:]) == before


def test_a_real_interrupt_that_the_handler_swallows_is_not_lost(open_harness):
    source = (
        "import os, signal\n"
        "def handle():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except BaseException:\n"
        "        return 'swallowed'\n"
    )
    harness = open_harness(source)
    with pytest.raises(KeyboardInterrupt):
        harness.call()


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "ValueError"])
def test_an_exception_whose_text_ends_the_program_is_data_too(open_harness, error):
    source = f"class Bad(Exception):\n    def __str__(self):\n        raise {error}\ndef handle():\n    raise Bad\n"
    assert open_harness(source).call()["failure"]["message"] == f"<str() of it raised {error}>"


def test_an_alarm_of_the_handlers_own_takes_the_limit_away_and_that_is_said(open_harness):
    source = "import signal\ndef handle():\n    signal.alarm(5)\n    signal.alarm(0)\n    return 1\n"
    reply = open_harness(source).call(timeout_s=20.0)
    assert (reply["timeout_enforced"], reply["answer"]["value"]) == (False, 1)


def test_what_pytest_itself_raises_is_not_the_handlers(open_harness):
    def client():
        pytest.fail("the fake was used wrongly")

    harness = open_harness("def handle(client):\n    client()\n", client_object=client)
    with pytest.raises(pytest.fail.Exception, match="the fake was used wrongly"):
        harness.call()
    assert harness.session.capture._python is None
