"""The process after a call, whatever the handler did to it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import warnings

import pytest


@pytest.mark.parametrize(
    "line",
    [
        "logging.basicConfig(level=logging.DEBUG)",
        "logging.basicConfig(force=True)",
        "logging.getLogger().handlers.clear()",
        "logging.config.dictConfig({'version': 1, 'disable_existing_loggers': True})",
        "logging.disable(logging.CRITICAL)",
        "logging.getLogger().addFilter(lambda record: False)",
    ],
)
def test_the_processs_logging_is_as_it_was(open_harness, line, caplog):
    mine = logging.getLogger("tests.mine")
    before = logging.root.handlers[:], logging.root.filters[:], logging.root.level, logging.root.manager.disable
    harness = open_harness(f"import logging, logging.config\ndef handle():\n    {line}\n")
    harness.answer()
    harness.session.close()
    harness.session.close = lambda: None
    assert (logging.root.handlers, logging.root.filters, logging.root.level, logging.root.manager.disable) == before
    mine.warning("still heard")
    assert caplog.messages == ["still heard"]


def test_basic_config_works_as_in_a_fresh_process_and_stays_warm(open_harness):
    source = (
        "import logging\n"
        "logging.basicConfig(level=logging.INFO, format='%(levelname)s %(message)s')\n"
        "def handle():\n"
        "    logging.info('hello')\n"
    )
    harness = open_harness(source)
    for _ in range(2):
        assert [line["message"] for line in harness.call()["logs"]] == ["INFO hello"]


def test_two_functions_have_root_loggers_of_their_own(open_harness):
    loud = open_harness(
        "import logging\nlogging.basicConfig(level=10)\ndef handle():\n    logging.debug('x')\n", name="loud"
    )
    quiet = open_harness("import logging\ndef handle():\n    logging.debug('x')\n", name="quiet")
    assert [len(each.call()["logs"]) for each in (loud, quiet, loud)] == [1, 0, 1]


@pytest.mark.parametrize(
    "line",
    [
        "os.environ = dict(os.environ)",
        "os.environ.clear()",
        "sys.excepthook = print",
        "sys.setrecursionlimit(5000)",
        "sys.stdout = None",
        "sys.stdout.close()",
        "sys.stdout.detach()",
        "sys.path.clear()",
        "signal.alarm(0)",
    ],
)
def test_hooks_streams_and_the_environment_are_as_they_were(open_harness, line):
    def state():
        return (
            *(type(os.environ), id(os.environ), dict(os.environ), sys.excepthook, sys.getrecursionlimit()),
            *(sys.stdin, sys.stdout, sys.stderr, sys.path[:], signal.getsignal(signal.SIGALRM)),
        )

    before = state()
    harness = open_harness(f"import os, signal, sys\ndef handle():\n    {line}\n")
    harness.call()
    harness.session.close()
    harness.session.close = lambda: None
    assert state() == before


@pytest.mark.parametrize(
    "line",
    ["sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')", "sys.stdout.close()", "sys.stdout.detach()"],
)
def test_a_handler_that_wraps_or_closes_its_output_can_be_called_again(open_harness, line):
    harness = open_harness(f"import io, sys\ndef handle():\n    print('a', flush=True)\n    {line}\n")
    for _ in range(3):
        reply = harness.call()
        assert (reply["failure"], [entry["message"] for entry in reply["logs"]]) == (None, ["a"])


def test_text_that_the_process_printed_before_stays_its_own(open_harness, tmp_path):
    with (tmp_path / "out.txt").open("w") as out:
        saved = sys.__stdout__
        sys.__stdout__ = out
        try:
            out.write("before")
            logs = open_harness("def handle():\n    pass\n").call()["logs"]
        finally:
            sys.__stdout__ = saved
    assert logs == []


def test_a_start_that_fails_leaves_the_process_as_it_was(open_harness):
    harness = open_harness("def handle():\n    pass\n", env={"A=B": "1"}, env_only=True)
    before = sys.stdout, dict(os.environ), sys.path[:]
    with pytest.raises(ValueError, match="illegal environment variable name"):
        harness.call()
    assert (sys.stdout, dict(os.environ), sys.path[:]) == before


def test_descriptors_do_not_leak(open_harness):
    folder = "/proc/self/fd"
    if not os.path.isdir(folder):
        pytest.skip("only Linux tells which descriptors are open")
    harness = open_harness("def handle():\n    print('x')\n")
    harness.call()
    before = len(os.listdir(folder))
    for _ in range(20):
        harness.call()
    assert len(os.listdir(folder)) == before


def test_an_installed_package_inside_the_folder_is_not_the_functions_own(open_harness):
    files = {
        "handler.py": "import os, sys\nsys.path.append(os.path.dirname(__file__) + '/.venv/lib/site-packages')\n"
        "import theirs_inside\ndef handle():\n    return id(theirs_inside)\n",
        ".venv/lib/site-packages/theirs_inside.py": "X = 1\n",
    }
    harness = open_harness(files)
    try:
        assert harness.answer() == harness.answer(cold=True)
        assert "theirs_inside" in sys.modules
    finally:
        sys.modules.pop("theirs_inside", None)


def test_warnings_of_a_forked_child_are_no_concern(open_harness):
    source = (
        "import multiprocessing\n"
        "def work():\n    print('from the child', flush=True)\n"
        "def handle():\n"
        "    child = multiprocessing.get_context('fork').Process(target=work)\n"
        "    child.start(); child.join()\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 and newer warn of forks beside threads
        reply = open_harness(source).call()
    assert [line["message"] for line in reply["logs"]] == ["from the child"]


def test_a_stop_that_fails_keeps_none_of_the_others(open_harness, monkeypatch):
    harness = open_harness("import os\ndef handle():\n    os.environ['LEFT'] = '1'\n    os.chdir('/')\n")
    before = sys.stdout, dict(os.environ), os.getcwd(), signal.getsignal(signal.SIGINT), sys.path[:]

    def broken():
        deactivate()
        raise OSError("no modules")

    deactivate = harness.session._modules.deactivate
    monkeypatch.setattr(harness.session._modules, "deactivate", broken)
    with pytest.raises(OSError, match="no modules"):
        harness.call()
    assert (sys.stdout, dict(os.environ), os.getcwd(), signal.getsignal(signal.SIGINT), sys.path[:]) == before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGCHLD", "SIGPIPE"])
def test_a_signal_that_was_ignored_is_as_before(open_harness, name):
    # Otherwise processes that the test starts later could not be ended.
    before = signal.getsignal(getattr(signal, name))
    body = f"import signal\ndef handle():\n    signal.signal(signal.{name}, signal.SIG_IGN)\n"
    if before == signal.SIG_IGN:
        body = body.replace("SIG_IGN", "SIG_DFL")
    assert open_harness(body).call()["failure"] is None
    assert signal.getsignal(getattr(signal, name)) == before


@pytest.mark.parametrize("value", ["None", "('/tmp',)", "[]"])
def test_a_path_that_was_replaced_is_put_back(open_harness, value):
    before = sys.path[:]
    assert open_harness(f"import sys\ndef handle():\n    sys.path = {value}\n").call()["failure"] is None
    assert sys.path == before
