from __future__ import annotations

import os
import select
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from fn_emulator import CallFailedError, EmulatorError, FunctionLoadError, load_function
from fn_emulator.calls import CallLog, find_recording
from fn_emulator.errors import DataError, RunnerError, SeedError, SettingsError, SourceError
from fn_emulator.recording import recorded_call
from fn_emulator.runners.inprocess import InProcess


@pytest.fixture
def folder(tmp_path):
    def write(source, **files):
        root = tmp_path / "fn"
        root.mkdir(exist_ok=True)
        (root / "handler.py").write_text(source)
        for name, text in files.items():
            (root / f"{name}.py").write_text(text)
        return root

    return write


def ids(result):
    return [finding.id for finding in result.findings]


def test_a_call_gives_the_answer(folder):
    with load_function(folder("def handle(data):\n    return {'hello': data['name']}\n")) as fn:
        assert fn.call({"name": "Ada"}).response == {"hello": "Ada"}


def test_data_is_an_empty_object_when_absent(folder):
    with load_function(folder("def handle(data):\n    return data\n")) as fn:
        assert fn.call().response == {}


def test_ids_are_the_same_on_every_machine_and_differ_from_call_to_call(folder):
    with load_function(folder("def handle(function_call_info):\n    return function_call_info\n")) as fn:
        first, second = fn.call().response, fn.call().response
    assert first == {"function_id": "6854388593317178", "call_id": "4454951414421058"}
    assert second["function_id"] == first["function_id"]
    assert second["call_id"] != first["call_id"]


def test_a_failed_call_is_data_until_its_response_is_asked_for(folder):
    with load_function(folder("def handle():\n    raise ValueError('no')\n")) as fn:
        result = fn.call()
    assert (result.status, result.failure.type, result.failure.message) == ("Failed", "ValueError", "no")
    with pytest.raises(CallFailedError, match=r"(?s)the call is Failed.*handler.py.*ValueError: no"):
        _ = result.response


def test_an_answer_that_is_not_json_fails_the_call(folder):
    with load_function(folder("import datetime\ndef handle():\n    return {'at': datetime.date(2026, 1, 1)}\n")) as fn:
        result = fn.call()
    assert (result.status, ids(result), result.answer) == ("Failed", ["not-json"], None)
    assert result.findings[0].message == "$.at is a datetime.date, which is not JSON."
    assert result.findings[0].hint == "return it as text, e.g. value.isoformat()"


def test_an_answer_over_a_megabyte_fails_on_gcp_and_warns_on_azure(folder):
    source = folder("def handle():\n    return {'small': 1, 'rows': ['x' * 100] * 11_000}\n")
    for cloud, status, severity in (("gcp", "Failed", "error"), ("azure", "Completed", "warning")):
        with load_function(source, cloud=cloud) as fn:
            result = fn.call()
        assert (result.status, ids(result), result.findings[0].severity) == (status, ["response-too-large"], severity)
        assert result.findings[0].evidence["largest"] == "$.rows"


def test_an_answer_between_the_two_readings_of_a_megabyte_warns(folder):
    with load_function(folder("def handle():\n    return 'x' * 1_000_000\n")) as fn:
        result = fn.call()
    assert (result.status, ids(result), result.findings[0].severity) == ("Completed", ["response-too-large"], "warning")


def test_data_that_is_not_json_is_refused_with_its_place(folder):
    with (
        load_function(folder("def handle(data):\n    return 1\n")) as fn,
        pytest.raises(EmulatorError, match=r"data is not JSON: data\.when is a datetime\.datetime\."),
    ):
        fn.call({"when": datetime(2026, 1, 1, tzinfo=timezone.utc)})


def test_a_function_that_cannot_be_called_is_refused_with_its_findings(folder):
    with pytest.raises(FunctionLoadError) as raised:
        load_function(folder("def handler(data):\n    return data\n"))
    assert [finding.id for finding in raised.value.findings] == ["no-handle"]


def test_an_import_that_fails_is_a_failed_call(folder):
    with load_function(folder("import not_there_at_all\ndef handle():\n    pass\n")) as fn:
        result = fn.call()
    assert (result.status, result.failure.type) == ("Failed", "ModuleNotFoundError")
    assert "import-error" in ids(result) or "missing-requirement" in ids(result)


def test_a_secret_is_masked_in_logs_and_failure_and_the_response_stays_true(folder):
    source = "def handle(secrets):\n    print('using', secrets['key'])\n    return secrets['key']\n"
    with load_function(folder(source), secrets={"key": "correct-horse"}) as fn:
        result = fn.call()
    assert [line.message for line in result.logs] == ["using ***"]
    assert result.response == "correct-horse"
    assert ids(result) == ["secret-leaked", "secret-leaked"]
    assert "correct-horse" not in repr(result) + repr(fn.settings)


def test_a_variable_that_only_the_test_provides_is_visible_and_said(folder, monkeypatch):
    monkeypatch.setenv("REGION", "north")
    with load_function(folder("import os\ndef handle():\n    return os.environ['REGION']\n")) as fn:
        result = fn.call()
    assert (result.response, ids(result)) == ("north", ["undeclared-env"])


def test_a_declared_variable_is_fine(folder):
    with load_function(
        folder("import os\ndef handle():\n    return os.environ['REGION']\n"), env={"REGION": "south"}
    ) as fn:
        assert (fn.call().response, ids(fn.call())) == ("south", [])


def test_a_frozen_call(folder):
    source = "import time\ndef handle():\n    time.sleep(60)\n    return time.time()\n"
    with load_function(folder(source)) as fn:
        assert fn.call(at=datetime(2026, 1, 1, tzinfo=timezone.utc)).response == 1767225660.0


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (datetime(2030, 1, 1), "at='2030-01-01 00:00:00' has no time zone."),  # noqa: DTZ001 - what is refused
        ("2030", "at='2030' is not an instant in ISO 8601."),
        (2030, "at='2030' is not a datetime."),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
            "at='0001-01-01 00:00:00+14:00' lies outside the years 1 to 9999 in UTC.",
        ),
    ],
)
def test_an_instant_that_is_none_is_refused(folder, at, message):
    with load_function(folder("def handle():\n    return 1\n")) as fn, pytest.raises(EmulatorError) as raised:
        fn.call(at=at)
    assert raised.value.message == message


def test_first_calls_from_several_threads_share_one_session(folder, monkeypatch):
    made = []

    class Counted(InProcess):
        def __init__(self, *arguments, **options):
            made.append(self)
            threading.Event().wait(0.05)  # the others come by
            super().__init__(*arguments, **options)

    monkeypatch.setattr("fn_emulator.runners.inprocess.InProcess", Counted)
    with load_function(folder("def handle():\n    return 1\n")) as fn, ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: fn.call(), range(80)))
    assert len(made) == 1
    assert len({result.call.id for result in results}) == 80


def test_data_that_is_infinite_is_refused_as_such(folder):
    with load_function(folder("def handle(data):\n    return 1\n")) as fn, pytest.raises(EmulatorError) as raised:
        fn.call({"a": [float("inf")]})
    assert raised.value.message == "data is not JSON: data.a[0] is NaN or infinite."


def test_a_time_out(folder):
    with load_function(folder("import time\ndef handle():\n    time.sleep(60)\n"), timeout_s=0.2) as fn:
        result = fn.call()
    assert (result.status, result.failure.type) == ("Timeout", "Timeout")
    assert result.failure.message == "the call was ended after 0.2 s (timeout_s=)"


def test_a_client_of_the_tests_own(folder):
    class Client:
        project = "mine"

    with load_function(folder("def handle(client):\n    return client.project\n"), client=Client()) as fn:
        assert fn.call().response == "mine"


def test_the_sdks_mock_as_client(folder):
    pytest.importorskip("cognite.client")
    source = "def handle(client):\n    client.assets.retrieve(id=1)\n    return type(client).__name__\n"
    with load_function(folder(source), client="mock") as fn:
        result = fn.call()
    assert (result.response, result.where.sdk is not None) == ("CogniteClientMock", True)


def outer_helper():
    return 1


def test_a_callable_runs_its_source_alone():
    def handle(data):
        import json

        return json.loads(data["text"])

    with load_function(handle) as fn:
        assert fn.call({"text": "[1]"}).response == [1]


def test_what_a_callable_takes_from_outside_is_missing():
    def handle(data):
        return outer_helper()

    with pytest.raises(FunctionLoadError, match="outer_helper"):
        load_function(handle)


def test_ignored_findings_are_counted(folder, monkeypatch):
    monkeypatch.setenv("REGION", "x")
    line = "    return os.environ['REGION']  # fn-emulate: ignore[undeclared-env] set by the test\n"
    with load_function(folder(f"import os\ndef handle():\n{line}")) as fn:
        result = fn.call()
    assert (ids(result), result.ignored) == ([], 1)


def test_two_functions_side_by_side_and_closed_in_any_order(tmp_path):
    loaded = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "handler.py").write_text("import helper\ndef handle():\n    return helper.NAME\n")
        (tmp_path / name / "helper.py").write_text(f"NAME = '{name}'\n")
        loaded.append(load_function(tmp_path / name))
    assert [fn.call().response for fn in (*loaded, *loaded)] == ["one", "two", "one", "two"]
    loaded[0].close()
    assert loaded[1].call().response == "two"
    loaded[1].close()


def test_a_remote_service_is_told_what_it_is(folder):
    root = folder("def lambda_handler(event, context):\n    return event\n")
    with pytest.raises(EmulatorError, match=r"is a remote service \(lambda_handler\(event, context\)"):
        load_function(root)


@pytest.mark.parametrize("runner", ["inprocess", "worker"])
def test_parts_of_the_call_info_are_taken_over(folder, runner):
    source = folder("def handle(function_call_info):\n    return function_call_info\n")
    with load_function(source, call_info={"call_id": "7", "schedule_id": "9"}, runner=runner) as fn:
        assert fn.call().response == {"function_id": "6854388593317178", "call_id": "7", "schedule_id": "9"}


def test_call_info_that_is_not_json_is_refused_with_its_place(folder):
    source = folder("def handle(data):\n    return 1\n")
    with pytest.raises(EmulatorError, match=r"^call_info is not JSON: call_info\.when is a datetime\.datetime\."):
        load_function(source, call_info={"when": datetime(2026, 1, 1, tzinfo=timezone.utc)})


def test_a_listener_is_told_of_each_call_with_its_answer_as_text(folder):
    told = []
    with load_function(folder("def handle(data):\n    return {'a': 1 / data['by']}\n")) as fn:
        fn.on_result = lambda result, text: told.append((result.status, text))
        fn.call({"by": 1})
        fn.call({"by": 0})
    assert told == [("Completed", '{"a": 1.0}'), ("Failed", None)]


def test_a_call_that_has_ended_can_still_be_recorded(folder, tmp_path):
    told = []
    with load_function(folder("def handle(data):\n    return data\n"), call_info={"call_id": "7"}) as fn:
        fn.on_result = lambda *ended: told.append(ended)
        fn.call({"n": 1})
        name = fn.record(CallLog(str(tmp_path)), *told[0])
    record = find_recording(str(tmp_path), name)
    assert (record["data"], record["response"], record["call_info"]) == ({"n": 1}, {"n": 1}, {"call_id": "7"})
    assert recorded_call(record, "fn", None).info == {"call_id": "7"}


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no descriptors of processes")
def test_a_process_that_a_handler_leaves_ends_with_the_function(tmp_path):
    (tmp_path / "handler.py").write_text(
        "import os\ndef handle():\n    return os.posix_spawnp('sleep', ['sleep', '600'], os.environ)\n"
    )
    with load_function(tmp_path) as fn:
        pid = fn.call().response
        descriptor = os.pidfd_open(pid)
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        assert not waiting.poll(0)
    assert waiting.poll(10_000)
    os.close(descriptor)
    os.waitpid(pid, 0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cloud": "x"}, "cloud='x' is none of gcp, azure, aws.\nHint: write one of them, such as gcp"),
        ({"runner": "docker"}, "runner='docker' is none of inprocess, worker.\nHint: did you mean 'worker'?"),
        ({"network": "x"}, "network='x' is none of off, local, on.\n"),
        ({"timeout_s": -1}, "timeout_s=-1 is out of range.\n"),
        ({"memory_mb": "x"}, "memory_mb='x' is not a size.\n"),
        ({"identity": 5}, "identity=5 is not a text.\n"),
        ({"allow_writes": "perhaps"}, "allow_writes='perhaps' is neither true nor false.\n"),
        ({"secrets": {"key": 5}}, r"secrets\['key'\] is not a text but of type int.\n"),
        ({"identity": "reader", "client": "mock"}, "identity= holds for .* and the client is 'mock' .client=.\\.\n"),
        ({"python": "python3"}, "python= wants a process of its own, and the runner inprocess starts none.\n"),
    ],
)
def test_a_wrong_option_is_told_by_the_name_that_it_has_in_python(folder, options, message):
    with pytest.raises(EmulatorError, match=message):
        load_function(folder("def handle():\n    pass\n"), **options).call()


@pytest.mark.parametrize("source", [5, None, b"fn", [], "a\0b"])
def test_what_is_neither_a_path_nor_a_callable_is_refused(source):
    with pytest.raises(SourceError, match=r"The function is (not a path but of type|'a\\x00b', which has a NUL)"):
        load_function(source)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        *(({name: 5}, DataError) for name in ("secrets", "env", "call_info")),
        *(({"seed": seed}, SeedError) for seed in (5, [5], None, "a\0b")),
        *(({name: value}, SettingsError) for name in ("cassette", "python") for value in (5, "a\0b")),
        ({"cdf": 5}, SettingsError),
        ({"secrets": {1: "a"}}, SettingsError),
    ],
)
def test_options_of_wrong_types_are_refused(folder, options, error):
    with pytest.raises(error):
        load_function(folder("def handle():\n    pass\n"), **options)


def test_a_client_that_cannot_travel_is_refused_before_the_first_call(folder):
    with pytest.raises(RunnerError, match="no object of this process can be its client"):
        load_function(folder("def handle(client):\n    pass\n"), client=object(), runner="worker")
