"""The rules about one call: what each must flag, and the closest call that it must leave alone."""

from __future__ import annotations

import json
import sys

import pytest

from fn_emulator import load_function

CURES = {
    "datetime.datetime(2026, 1, 1)": "return it as text, e.g. value.isoformat()",
    "datetime.date(2026, 1, 1)": "return it as text, e.g. value.isoformat()",
    "datetime.timedelta(1)": "return it as a number, e.g. value.total_seconds()",
    "decimal.Decimal('1')": "return it as str(value), or as float(value) where rounding is no matter",
    "{1}": "return it as a list, e.g. sorted(value)",
    "b'x'": "return it as text, e.g. base64.b64encode(value).decode()",
    "uuid.UUID(int=1)": "return it as text, e.g. str(value)",
    "pathlib.Path('x')": "return it as text, e.g. str(value)",
    "Colour.RED": "return its value, e.g. member.value",
    "Point(1)": "return its fields, e.g. dataclasses.asdict(value)",
    "float('nan')": "return None instead, e.g. value if math.isfinite(value) else None",
    "float('-inf')": "return None instead, e.g. value if math.isfinite(value) else None",
    "{(1, 2): 3}": "make the key a text, e.g. str(key)",
    "(n for n in [1])": "return its items, e.g. list(generator)",
    "object()": "return plain dicts, lists, texts and numbers",
}
LIBRARIES = {
    "numpy.int64(1)": ("numpy", "return a Python number, e.g. value.item()"),
    "numpy.zeros(2)": ("numpy", "return a list, e.g. array.tolist()"),
    "pandas.DataFrame({'a': [1]})": (
        "pandas",
        'return its records, e.g. json.loads(frame.to_json(orient="records", date_format="iso"))',
    ),
    "pandas.Series([1])": ("pandas", "return its values, e.g. json.loads(series.to_json())"),
    "pandas.Timestamp('2026-01-01')": ("pandas", "return it as text, e.g. value.isoformat()"),
    "classes.AssetWrite(name='x')": ("cognite.client.data_classes", "return its content, e.g. resource.dump()"),
    "classes.AssetList([])": ("cognite.client.data_classes", "return its content, e.g. resource.dump()"),
    "mock.MagicMock()": ("unittest.mock", "give it a return value: in Python, load_function(..., client=your_mock)"),
}
HEAD = """
import dataclasses, datetime, decimal, enum, pathlib, uuid
class Colour(enum.Enum):
    RED = 1
@dataclasses.dataclass
class Point:
    x: int
"""


@pytest.fixture
def call(tmp_path):
    """Call a handler: ``call(source, data, **options of load_function)``."""

    def call_(source, data=None, **options):
        root = tmp_path / "fn"
        root.mkdir(exist_ok=True)
        (root / "handler.py").write_text(source)
        with load_function(root, **options) as fn:
            return fn.call(data)

    return call_


def ids(result):
    return [finding.id for finding in result.findings]


@pytest.mark.parametrize("value", CURES)
def test_what_is_not_json_is_named_with_its_cure(call, value):
    (finding,) = call(f"{HEAD}\ndef handle():\n    return {{'value': {value}}}\n").findings
    assert (finding.id, finding.hint) == ("not-json", CURES[value])
    assert finding.message.startswith("$.value ")


@pytest.mark.parametrize("value", LIBRARIES)
def test_values_of_libraries_are_named_with_their_cure(call, value):
    module, cure = LIBRARIES[value]
    line = f"import {module} as {value.partition('.')[0]}"
    (finding,) = call(f"{line}\ndef handle():\n    return [{value}]\n").findings
    assert (finding.id, finding.hint, finding.evidence["path"]) == ("not-json", cure, "$[0]")


def test_many_places_of_one_kind_are_one_finding(call):
    source = "import datetime\ndef handle():\n    return [{'t': datetime.date(2026, 1, 1)}] * 4 + [{1}]\n"
    first, second = call(source).findings
    assert first.message == "$[0].t is a datetime.date, which is not JSON. So are 3 other places."
    assert first.evidence["paths"] == ["$[0].t", "$[1].t", "$[2].t", "$[3].t"]
    assert second.message == "$[4] is a set, which is not JSON."


def test_a_secret_that_is_not_there_is_explained(call):
    notes = call("def handle(secrets):\n    return secrets['pi-token']\n", timeout_s=30).notes
    assert notes == ("The function has no secret 'pi-token'; give it with --secret NAME=VALUE.",)


def test_a_file_that_is_looked_for_in_the_working_directory_is_explained(call):
    (note,) = call("def handle():\n    open('lookup.csv')\n", timeout_s=30).notes
    assert note.startswith("'lookup.csv' is relative to the working directory")
    assert call("def handle():\n    open('/no/such/lookup.csv')\n", timeout_s=30).notes == ()
    assert call("def handle(data):\n    data['secrets']\n", timeout_s=30).notes == ()


@pytest.mark.parametrize("value", ["numpy.float64(0.5)", "True", "None", "{'a': [1, 'x', 1.5]}"])
def test_what_json_takes_is_left_alone(call, value):
    assert ids(call(f"import numpy\ndef handle():\n    return {value}\n")) == []


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("{1: 'one'}", ['$ has the key of type int that arrives as "1".']),
        ("{'p': (1, 2)}", ["$.p is a tuple that arrives as a list."]),
        ("{'p': [1, 2]}", []),
    ],
)
def test_what_does_not_survive_the_round_trip(call, value, messages):
    result = call(f"def handle():\n    return {value}\n")
    assert [finding.message for finding in result.findings] == messages
    assert result.status == "Completed"


@pytest.mark.parametrize(
    ("size", "found"),
    [
        (104_000, []),
        (106_000, ["large-response"]),
        (1_000_100, ["response-too-large"]),
        (1_100_000, ["response-too-large"]),
    ],
)
def test_the_size_of_an_answer(call, size, found):
    assert ids(call(f"def handle():\n    return 'x' * {size}\n")) == found


def test_the_largest_part_of_a_large_answer_is_named(call):
    source = "def handle():\n    return {'meta': 'x' * 1000, 'rows': {'all': ['y' * 200_000]}}\n"
    (finding,) = call(source).findings
    assert (
        finding.message
        == "The answer has 201,035 bytes, 19% of what is allowed; the largest part is $.rows.all[0] with 200,002."
    )


@pytest.mark.parametrize(
    ("data", "found"), [([1], ["data-not-object"]), ("x", ["data-not-object"]), ({}, []), ({"a": 1}, [])]
)
def test_data_is_an_object(call, data, found):
    assert ids(call("def handle(data):\n    return 1\n", data)) == found


@pytest.mark.parametrize(
    ("cloud", "size", "found"), [("azure", 36_000, ["data-too-large"]), ("azure", 35_000, []), ("aws", 36_000, [])]
)
def test_data_has_the_clouds_limit(call, cloud, size, found):
    assert ids(call("def handle(data):\n    return 1\n", {"x": "y" * size}, cloud=cloud)) == found


def test_the_limit_of_data_counts_bytes_as_they_are_sent(call):
    text = "é" * 17_000
    assert len(json.dumps(text)) > 36_000 > len(text.encode())
    assert ids(call("def handle(data):\n    return 1\n", {"x": text}, cloud="azure")) == []


@pytest.mark.parametrize(
    "data",
    [
        {"password": "correct-horse"},
        {"nested": [{"clientSecret": "abcdefgh-1234"}]},
        {"auth": "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"},
        {"x": "-----BEGIN RSA PRIVATE KEY-----"},
        {"x": "the-value-of-the-secret"},
    ],
)
def test_a_secret_in_data_is_found(call, data):
    result = call("def handle(data):\n    return 1\n", data, secrets={"k": "the-value-of-the-secret"})
    assert ids(result) == ["secret-in-data"]
    assert all("horse" not in finding.message for finding in result.findings)


@pytest.mark.parametrize(
    "data",
    [
        {"passwordLength": "12345678"},
        {"password": ""},
        {"secretary": "Ada Lovelace"},
        {"tokens": ["to", "be", "or"]},
        {"key": "abc"},
        {"next_token": "abcdefgh-1234", "nextPageToken": "abcdefgh-1234", "cursorToken": "abcdefgh-1234"},
        {"page_token": "abcdefgh-1234", "continuation_token": "abcdefgh-1234", "syncToken": "abcdefgh-1234"},
    ],
)
def test_data_without_secrets_is_left_alone(call, data):
    assert ids(call("def handle(data):\n    return 1\n", data)) == []


@pytest.mark.parametrize(
    "body",
    [
        "print('key', secrets['k'])\n    return 1",
        "return {'k': secrets['k']}",
        "import base64\n    return base64.b64encode(('u:' + secrets['k']).encode()).decode()",
        "import urllib.parse\n    return urllib.parse.quote(secrets['k'])",
        "raise ValueError(secrets['k'])",
        "raise type(secrets['k'], (Exception,), {})('e')",
        "import os\n    os.write(2, secrets['k'].encode())\n    return 1",
    ],
)
def test_a_secret_that_leaks_is_found_and_masked(call, body):
    result = call(f"def handle(secrets):\n    {body}\n", secrets={"k": "corréct/horse battery"})
    assert set(ids(result)) == {"secret-leaked"}
    shown = repr(result.logs) + repr(result.failure) + repr(result.findings)
    assert "horse" not in shown


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("{secrets['k']: (1, 2)}", {"not-round-trip", "secret-leaked"}),
        ("{secrets['k']: {1}}", {"not-json", "secret-leaked"}),
    ],
)
def test_a_secret_in_a_key_of_the_answer_is_masked_in_every_finding(call, answer, found):
    result = call(f"def handle(secrets):\n    return {answer}\n", secrets={"k": "correct-horse"})
    assert set(ids(result)) == found
    assert "horse" not in repr(result.findings) + repr(result.failure)


def test_a_secret_in_a_note_is_masked(call):
    result = call("import os\ndef handle(secrets):\n    os.environ[secrets['k']]\n", secrets={"k": "CORRECT_HORSE"})
    assert result.notes[-1] == (
        "The environment variable *** is not set for the function, as after deployment; give it with --env ***=VALUE."
    )


def test_a_key_that_leaks_in_many_lines_is_one_finding(call):
    key = "\n".join(f"{letter * 20}" for letter in "abcdef")
    result = call("def handle(secrets):\n    print(secrets['k'])\n", secrets={"k": key})
    assert ids(result) == ["secret-leaked"]
    assert {line.message for line in result.logs} == {"***"}


def test_a_secret_that_stays_inside_is_left_alone(call):
    assert (
        ids(
            call(
                "def handle(secrets):\n    print(len(secrets['k']))\n    return sorted(secrets)\n",
                secrets={"k": "corréct"},
            )
        )
        == []
    )


CONNECTS = (
    "import socket, threading\n"
    "def handle(data):\n"
    "    try:\n"
    "        socket.create_connection((data['host'], 443), timeout=1)\n"
    "    except OSError:\n"
    "        pass\n"
)
CONNECTS_IN_A_LIBRARY = (
    "import queue, threading, urllib.request\n"
    "def handle(data):\n"
    "    call = urllib.request.urlopen\n"
    "    failed = queue.SimpleQueue()\n"
    "    threading.excepthook = failed.put\n"
    "    threading.Thread(target=call, args=('https://' + data['host'],)).start()\n"
    "    failed.get(timeout=10)\n"
    "    threading.excepthook = threading.__excepthook__\n"
)


@pytest.mark.parametrize(
    ("source", "host", "found"),
    [
        (CONNECTS, "pypi.org", [("warning", 4, "The connection to pypi.org:443 was refused.")]),
        (
            CONNECTS_IN_A_LIBRARY,
            "example.com",
            [
                (
                    "note",
                    None,
                    "The connection to example.com:443 was refused, which a library asked for in a thread of its own.",
                )
            ],
        ),
        (CONNECTS_IN_A_LIBRARY, "pypi.org", []),
    ],
)
def test_who_asked_for_a_refused_connection(call, source, host, found):
    result = call(source, {"host": host})
    assert [(finding.severity, finding.line, finding.message) for finding in result.findings] == found


@pytest.mark.parametrize(
    ("line", "clock"),
    [
        ("time.clock_gettime(time.CLOCK_REALTIME)", "time.clock_gettime"),
        ("pandas.Timestamp.now()", "pandas.Timestamp.now"),
        ("pandas.to_datetime('now')", "pandas.to_datetime('now')"),
        ("numpy.datetime64('now')", "numpy.datetime64('now')"),
        ("sqlite3.connect(':memory:').execute(\"select datetime('now')\").fetchone()", "SQLite's 'now'"),
    ],
)
def test_a_clock_that_a_freeze_does_not_reach_is_named(tmp_path, monkeypatch, line, clock):
    import datetime

    monkeypatch.setitem(sys.modules, "_time_machine", None)
    (tmp_path / "handler.py").write_text(
        f"import numpy, pandas, sqlite3, time\ndef handle():\n    return str({line})\n"
    )
    with load_function(tmp_path) as fn:
        frozen, running = fn.call(at=datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)), fn.call()
    assert [(finding.id, finding.evidence["clock"], finding.line) for finding in frozen.findings] == [
        ("clock-not-covered", clock, 3)
    ]
    assert not frozen.answer.startswith("2020")
    assert ids(running) == []
