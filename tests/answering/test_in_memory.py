"""A function and its in-memory CDF: what the call tells of it."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from cognite.client.data_classes import EventWrite

from fn_emulator import load_function
from fn_emulator.errors import SeedError, SettingsError

NEW_YEAR = datetime(2026, 1, 1, tzinfo=timezone.utc)
EVENT = "from cognite.client.data_classes import EventWrite\n"
CREATE = "client.events.create(EventWrite(external_id='a', type='t'))"


def test_what_a_call_writes_can_be_read_by_the_next(open_handler):
    function = open_handler(
        f"{CREATE.replace(chr(39) + 'a' + chr(39), 'data[chr(105)]')}\nreturn len(client.events.list())", EVENT
    )
    assert [function.call({"i": name}).response for name in "ab"] == [1, 2]


def test_effects_name_the_line_and_the_net_change(call):
    result = call(f"{CREATE}\nclient.events.list()", EVENT)
    write, read = result.effects
    assert (write.kind, write.operation, write.target, write.items, write.created) == ("cdf", "create", "events", 1, 1)
    assert (write.changed, write.file.endswith("fn/handler.py"), write.line) == (True, True, 4)
    assert (read.access, read.operation, read.items, read.changed, read.line) == ("read", "list", 1, False, 5)


def test_writes_of_a_call_are_told_and_those_of_the_test_are_not(call, cdf):
    cdf.client.raw.databases.create("db")
    call(CREATE, EVENT)
    assert cdf.writes() == [{"operation": "create", "item": {"externalId": "a", "type": "t"}}]
    assert cdf.writes("assets") == []


def test_the_difference_is_what_calls_changed(call, cdf):
    cdf.seed({"events": [{"externalId": "old", "type": "t"}]})
    call(f"{CREATE}\nclient.events.delete(external_id='old')", EVENT)
    changes = cdf.diff()["events"]
    assert [item["externalId"] for item in changes["created"]] == ["a"]
    assert [item["externalId"] for item in changes["deleted"]] == ["old"]


def test_a_dump_is_a_seed_of_the_same_state(call, cdf):
    call(CREATE, EVENT)
    dumped = cdf.dump()
    assert dumped["events"] == [{"externalId": "a", "type": "t"}]
    assert json.loads(json.dumps(dumped)) == dumped


def test_the_frozen_clock_is_that_of_cdf(open_handler):
    function = open_handler(f"{CREATE}\nreturn client.events.list()[0].created_time", EVENT)
    assert function.call(at=NEW_YEAR).response == NEW_YEAR.timestamp() * 1000
    again = function.call(at=NEW_YEAR.replace(year=2027))
    assert again.failure.type == "CogniteDuplicatedError"


def test_functions_of_one_test_share_what_is_in_it(open_handler, cdf):
    open_handler(CREATE, EVENT).call()
    reader = open_handler("return [event.external_id for event in client.events.list()]")
    assert reader.call().response == ["a"]


def test_a_function_that_is_given_none_has_one_of_its_own(open_handler):
    first = open_handler(f"{CREATE}\nreturn len(client.events.list())", EVENT, cdf=None)
    assert first.call().response == 1
    assert first.cdf.writes("events") != []


def test_a_handler_that_builds_its_own_client_reaches_it_too(call):
    header = (
        "from cognite.client import ClientConfig, CogniteClient\n"
        "from cognite.client.credentials import OAuthClientCredentials\n"
        "def own():\n"
        "    url = 'https://login.microsoftonline.com/t/oauth2/v2.0/token'\n"
        "    secret = OAuthClientCredentials(url, 'i', 's', ['x'])\n"
        "    return CogniteClient(ClientConfig('n', 'p', secret, base_url='https://greenfield.cognitedata.com'))\n"
    )
    result = call("own().events.create(EventWrite(external_id='a'))\nreturn len(client.events.list())", header + EVENT)
    assert result.response == 1


def test_an_endpoint_that_is_not_there_is_a_501_that_names_it(call):
    result = call("client.post('/api/v1/projects/fn-emulator/unheard/of', json={})")
    assert (result.status, result.failure.type) == ("Failed", "CogniteAPIError")
    (note,) = (note for note in result.notes if "does not implement" in note)
    assert note.startswith("The in-memory CDF does not implement POST /unheard/of.")
    assert "Adding an endpoint to the in-memory CDF" in note


def test_a_failure_on_what_an_empty_cdf_lacks_says_what_to_do(call):
    result = call("client.events.retrieve(external_id='a').type")
    assert result.failure.type == "AttributeError"
    assert "run with --lenient" in result.notes[-1]
    assert "no event 'a'" in result.notes[-1]


def test_a_lenient_one_invents_what_is_looked_up_and_says_so(open_handler):
    function = open_handler("return client.assets.retrieve(external_id='pump').name", lenient=True)
    result = function.call()
    assert result.response == "pump"
    assert result.notes == ("Invented, because it was not there: assets pump.",)
    assert [asset["externalId"] for asset in function.invented["assets"]] == ["pump"]


def test_a_seed_beside_the_folder_is_used_and_said(tmp_path, call):
    (tmp_path / "seed.yaml").write_text("events: [{externalId: seeded}]\n")
    result = call("return [event.external_id for event in client.events.list()]", cdf=None)
    assert result.response == ["seeded"]
    assert result.notes == (f"CDF starts with {tmp_path / 'seed.yaml'}.",)


def test_a_test_that_seeded_its_own_data_does_not_get_the_one_beside_the_folder(tmp_path, call, cdf):
    (tmp_path / "seed.yaml").write_text("events: [{externalId: seeded}]\n")
    cdf.seed({"events": [{"externalId": "own"}]})
    result = call("return [event.external_id for event in client.events.list()]")
    assert result.response == ["own"]
    assert result.notes == ()


def test_instants_of_a_seed_start_from_the_frozen_clock(tmp_path, open_handler):
    seed = tmp_path / "start.yaml"
    seed.write_text("events: [{externalId: a, startTime: 1h-ago}]\n")
    function = open_handler("return client.events.list()[0].start_time", seed=seed, cdf=None)
    assert function.call(at=NEW_YEAR).response == (NEW_YEAR.timestamp() - 3600) * 1000


def test_a_broken_seed_stops_before_the_call(tmp_path, open_handler):
    (tmp_path / "seed.yaml").write_text("events:\n  - {externalid: a}\n")
    with pytest.raises(SeedError, match=r"seed.yaml:2: .*externalid"):
        open_handler("return 1").call()


def test_a_reader_may_not_write(call):
    result = call(CREATE, EVENT, identity="reader")
    assert (result.failure.type, "403" in result.failure.message) == ("CogniteAPIError", True)
    assert result.effects[0].problem.startswith("403 ")


def test_an_identity_may_be_a_seeded_group(tmp_path, open_handler, cdf):
    may_read = {"eventsAcl": {"actions": ["READ"], "scope": {"all": {}}}}
    cdf.seed({"groups": [{"name": "operators", "capabilities": [may_read]}]})
    assert open_handler("return len(client.events.list())", identity="operators").call().response == 0
    assert open_handler("return len(client.assets.list())", identity="operators").call().status == "Failed"
    with pytest.raises(SettingsError, match="No identity is called 'operator'"):
        open_handler("return 1", identity="operator").call()


def test_faults_strike_calls_and_a_retry_storm_costs_no_time(call, cdf):
    cdf.fail("503@1x2 POST /events/list")
    result = call("return len(client.events.list())")
    assert (result.response, result.effects[0].requests, result.effects[0].failed) == (0, 3, 2)
    assert result.duration_s < 5


def test_what_cannot_be_worked_out_is_scripted(call, cdf):
    cdf.seed({"functions": [{"name": "other", "externalId": "other"}]})
    cdf.script("functions/other/call", lambda data: {"response": {"twice": 2 * data["n"]}})
    result = call("return client.functions.call(external_id='other', data={'n': 2}).get_response()")
    assert result.response == {"twice": 4}


def test_without_the_fake_nothing_answers(tmp_path, open_handler):
    result = open_handler("return client.events.list()", client="none").call()
    assert result.failure.type == "ClientNotConfiguredError"


def test_a_client_of_the_tests_own_is_left_alone(call):
    class Client:
        pass

    result = call("return type(client).__name__", client=Client())
    assert (result.response, result.where.client, result.effects) == ("Client", "given", ())


def test_a_foreign_request_is_an_effect(call):
    pytest.importorskip("requests", reason="requests is not installed")
    result = call("import requests\nrequests.get('https://weather.example.com/today?key=1', timeout=1)")
    assert result.status == "Failed"
    assert [(effect.kind, effect.operation, effect.target) for effect in result.effects] == [
        ("network", "GET", "https://weather.example.com/today")
    ]


def test_threads_of_a_handler_share_the_client(call):
    body = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def make(n):\n"
        "    client.events.create(EventWrite(external_id=str(n)))\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    list(pool.map(make, range(20)))\n"
        "return len(client.events.list(limit=None))"
    )
    result = call(body, EVENT)
    assert result.response == 20
    assert (result.effects[0].created, result.effects[0].line) == (20, 6)


def test_load_function_takes_a_seed_and_a_cdf(tmp_path, cdf):
    (tmp_path / "handler.py").write_text("def handle(client):\n    return len(client.events.list())\n")
    seed = tmp_path.parent / f"{tmp_path.name}-events.json"
    seed.write_text('{"events": [{"externalId": "a"}, {"externalId": "b"}]}')
    with load_function(tmp_path, cdf=cdf, seed=[seed]) as function:
        assert function.call().response == 2
    assert len(cdf.client.events.list()) == 2


def test_a_function_finds_itself_under_the_id_that_it_is_told(tmp_path, cdf):
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn.Schedule.yaml").write_text(
        "functionExternalId: fn\nname: hourly\ncronExpression: 0 * * * *\ndata: {n: 1}\n"
    )
    (tmp_path / "fn" / "handler.py").write_text(
        "def handle(client, function_call_info):\n"
        "    itself = client.functions.retrieve(external_id='fn')\n"
        "    (schedule,) = client.functions.schedules.list(function_id=itself.id)\n"
        "    data = client.functions.schedules.get_input_data(schedule.id)\n"
        "    return [str(itself.id) == function_call_info['function_id'], schedule.name, data]\n"
    )
    with load_function(tmp_path / "fn", cdf=cdf) as function:
        assert function.call().response == [True, "hourly", {"n": 1}]


def test_functions_are_not_in_a_dump_unless_they_were_asked_for(call, cdf):
    call("client.events.list()")
    assert cdf.dump() == {}


def test_the_difference_of_the_last_call_is_told_apart(open_handler, cdf):
    function = open_handler("client.events.create(EventWrite(external_id=data['i']))", EVENT)
    function.call({"i": "a"})
    function.call({"i": "b"})
    created = cdf.diff(is_of_last_call=True)["events"]["created"]
    assert [item["externalId"] for item in created] == ["b"]
    assert len(cdf.diff()["events"]["created"]) == 2


def test_a_call_can_work_on_a_snapshot(cdf):
    cdf.seed({"events": [{"externalId": "seeded"}]})

    def ask(world, path, body):
        url = f"{cdf.base_url}/api/v1/projects/{cdf.project}{path}"
        sent = {
            "method": "POST",
            "url": url,
            "headers": {"authorization": "Bearer t"},
            "body": json.dumps(body).encode(),
        }
        return json.loads(cdf.exchange({**sent, "now_ms": 1, "site": None, "world": world})["body"])["items"]

    cdf.branch(7)
    ask(7, "/events", {"items": [{"externalId": "branched"}]})
    assert [len(ask(world, "/events/list", {})) for world in (7, 0)] == [2, 1]
    assert cdf.end_call(7) is not None
    assert len(ask(7, "/events/list", {})) == 1


def test_a_call_that_was_overtaken_finds_the_past_until_it_writes(open_handler, cdf):
    cdf.seed({"events": [{"externalId": "seeded"}]})
    function = open_handler(
        "names = lambda: sorted(event.external_id for event in client.events.list())\n"
        "seen = [names()]\n"
        "try:\n"
        "    client.events.create(EventWrite(external_id='seeded'))\n"
        "except (CogniteAPIError, CogniteDuplicatedError):\n"
        "    seen.append(names())\n"
        "client.events.create(EventWrite(external_id='mine'))\n"
        "return [*seen, names()]",
        "from cognite.client.data_classes import EventWrite\n"
        "from cognite.client.exceptions import CogniteAPIError, CogniteDuplicatedError\n",
    )
    past = cdf.world.fork()
    cdf.client.events.create(EventWrite(external_id="theirs"))
    with function.in_memory().overtaken(past):
        response = function.call().response
    assert response == [["seeded"], ["seeded"], ["mine", "seeded", "theirs"]]


def test_a_call_that_works_apart_is_watched(open_handler, cdf):
    asked = []
    function = open_handler(
        "client.events.create(EventWrite(external_id='mine'))\nreturn len(client.events.list())",
        "from cognite.client.data_classes import EventWrite\n",
    )
    with function.in_memory().apart(lambda request, status: asked.append((request["url"].rpartition("/")[2], status))):
        assert function.call().response == 1
    assert asked == [("events", 201), ("list", 200)]
    assert cdf.diff() == {}


def test_each_call_is_told_with_what_it_has_sent(open_handler):
    seen = []
    function = open_handler("return len(client.events.list()) if data else None")
    with function.in_memory().seen(lambda entries: seen.append([entry.path for entry in entries])):
        function.call()
        function.call({"a": 1})
    assert seen == [[], ["/events/list"]]


def test_a_seed_of_the_test_starts_from_the_frozen_clock_of_the_first_call(open_handler, cdf):
    cdf.seed({"events": [{"externalId": "a", "startTime": "1h-ago"}]})
    cdf.seed({"events": [{"externalId": "b", "startTime": "2h-ago"}]})
    function = open_handler("return [event.start_time for event in client.events.list()]")
    assert function.call(at=NEW_YEAR).response == [(NEW_YEAR.timestamp() - hours * 3600) * 1000 for hours in (1, 2)]


def test_what_the_test_has_seen_of_a_seed_is_not_moved(open_handler, cdf):
    cdf.seed({"events": [{"externalId": "a", "startTime": "1h-ago"}]})
    seen = cdf.client.events.list()[0].start_time
    assert open_handler("return client.events.list()[0].start_time").call(at=NEW_YEAR).response == seen


def test_a_seed_of_the_function_under_its_own_name_is_the_function(tmp_path, cdf):
    cdf.seed(
        {
            "functions": [
                {"name": "mine", "externalId": "fn", "schedules": [{"name": "hourly", "cronExpression": "0 * * * *"}]}
            ]
        }
    )
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text(
        "def handle(client, function_call_info):\n"
        "    itself = client.functions.retrieve(id=int(function_call_info['function_id']))\n"
        "    return [itself.name, len(client.functions.schedules.list(function_id=itself.id))]\n"
    )
    with load_function(tmp_path / "fn", cdf=cdf) as function:
        assert function.call().response == ["mine", 1]


def test_a_call_is_among_the_calls_of_its_function_running_and_then_ended(tmp_path, cdf):
    (tmp_path / "fn").mkdir()
    (tmp_path / "fn" / "handler.py").write_text(
        "def handle(client, function_call_info):\n"
        "    calls = client.functions.calls.list(function_external_id='fn', limit=None)\n"
        "    own = function_call_info['call_id']\n"
        "    return [['running' if str(call.id) == own else 'before', call.status] for call in calls]\n"
    )
    with load_function(tmp_path / "fn", cdf=cdf) as function:
        assert function.call().response == [["running", "Running"]]
        assert sorted(function.call().response) == [["before", "Completed"], ["running", "Running"]]


def test_a_plain_request_without_a_token_is_a_401(call):
    pytest.importorskip("requests", reason="requests is not installed")
    url = "https://greenfield.cognitedata.com/api/v1/projects/p/events/list"
    body = (
        "import requests\n"
        f"bare = requests.post('{url}', json={{}})\n"
        f"known = requests.post('{url}', json={{}}, headers={{'Authorization': 'Bearer t'}})\n"
        "headers = {'Authorization': 'Bearer t', 'Content-Type': 'text/plain'}\n"
        f"form = requests.post('{url}', data='x', headers=headers)\n"
        "return [bare.status_code, known.status_code, form.status_code, form.json()['error']['message']]"
    )
    result = call(body)
    message = "Unsupported media type: text/plain. Send content-type: application/json."
    assert result.response == [401, 200, 415, message]
    assert result.effects[0].failed == 1


@pytest.mark.parametrize("source", ["raise KeyError(0)", "return 1"])
def test_a_failure_of_another_kind_is_not_blamed_on_what_is_missing(call, source):
    assert call(f"client.events.retrieve(external_id='a')\n{source}").notes == ()


@pytest.mark.parametrize(
    ("options", "key"),
    [({"identity": "reader"}, "identity"), ({"seed": "x.yaml"}, "seed"), ({"lenient": True}, "lenient")],
)
def test_what_holds_for_the_in_memory_cdf_alone_is_refused_elsewhere(open_handler, options, key):
    with pytest.raises(SettingsError, match=f"{key}= holds for the in-memory CDF alone, and the client is 'mock'"):
        open_handler("return 1", client="mock", **options)


def test_after_a_broken_seed_every_call_says_so_and_nothing_of_it_is_there(tmp_path, open_handler, cdf):
    (tmp_path / "seed.yaml").write_text("events: [{externalId: fine}]\nassets: [{nmae: a}]\n")
    function = open_handler("return 1")
    for _ in range(2):
        with pytest.raises(SeedError, match="assets"):
            function.call()
    with pytest.raises(SeedError, match="assets"):
        cdf.seed(tmp_path / "seed.yaml")
    assert cdf.dump() == {}
    (tmp_path / "seed.yaml").write_text("events: [{externalId: fine}]\n")
    assert function.call().response == 1


def test_a_secret_in_an_address_or_an_identifier_is_masked_in_the_effects(call):
    pytest.importorskip("requests", reason="requests is not installed")
    body = (
        "import requests\n"
        "client.events.retrieve(external_id='correct-horse')\n"
        "requests.get('https://hooks.example.com/correct-horse', timeout=1)"
    )
    result = call(body, secrets={"k": "correct-horse"})
    assert len(result.effects) == 2
    assert "horse" not in repr(result.effects)


def test_a_thread_of_a_warm_function_works_for_its_next_call(open_handler, cdf):
    header = (
        "import queue, threading\n"
        "from cognite.client.data_classes import EventWrite\n"
        "WAITING, DONE = queue.SimpleQueue(), queue.SimpleQueue()\n"
        "def upload():\n"
        "    while True:\n"
        "        client, name = WAITING.get()\n"
        "        if client is None:\n"
        "            return\n"
        "        client.events.create(EventWrite(external_id=name))\n"
        "        DONE.put(name)\n"
        "threading.Thread(target=upload, daemon=True).start()\n"
    )
    body = "WAITING.put((client if data['name'] else None, data['name']))\nreturn DONE.get() if data['name'] else None"
    function = open_handler(body, header)
    results = [function.call({"name": name}) for name in ("a", "b", "")]
    assert [result.response for result in results] == ["a", "b", None]
    assert [effect.created for result in results for effect in result.effects] == [1, 1]


@pytest.mark.parametrize("has_seed", [False, True])
def test_a_function_that_only_looks_at_itself_changes_nothing(call, cdf, has_seed):
    if has_seed:
        cdf.seed({"functions": [{"name": "mine", "externalId": "fn"}]})
    look = "client.functions.retrieve(external_id='fn').id"
    call(f"client.events.list()\n{look}")
    result = call(f"{look}\n{CREATE}", EVENT)
    assert result.status == "Completed"
    assert cdf.diff().keys() == cdf.diff(is_of_last_call=True).keys() == {"events"}


def test_a_refusal_is_not_blamed_on_what_was_looked_up_before_it(call):
    body = f"if client.events.retrieve(external_id='a') is None:\n    {CREATE}"
    result = call(body, EVENT, identity="reader")
    assert (result.failure.type, "403" in result.failure.message, result.notes) == ("CogniteAPIError", True, ())
