"""What stands within the items of a seed: instants in parts of an item, scopes of groups."""

from __future__ import annotations

from fn_emulator.cdf.api.three_d_nodes import REVISIONS_TABLE
from fn_emulator.cdf.seeds import dump, load_seeds
from fn_emulator.cdf.world import World
from tests.cdf.seeds.conftest import NOW

HOUR_MS = 3_600_000


def world_of(seed):
    world = World()
    load_seeds(world, [seed], now_ms=NOW)
    return world


def test_instants_of_calls_are_read():
    calls = [{"startTime": "2h-ago", "endTime": "1h-ago", "logs": [{"timestamp": "now", "message": "done"}]}]
    (call,) = world_of({"functions": [{"name": "f", "calls": calls}]}).table("functions/calls").items.values()
    assert (call["startTime"], call["endTime"]) == (NOW - 2 * HOUR_MS, NOW - HOUR_MS)
    assert call["logs"][0]["timestamp"] == NOW


def test_instants_of_schedules_are_read():
    schedules = [{"name": "s", "cronExpression": "* * * * *", "createdTime": "1970-01-01T00:00:01Z"}]
    world = world_of({"functions": [{"name": "f", "schedules": schedules, "lastCalled": "1h-ago"}]})
    (schedule,) = world.table("functions/schedules").items.values()
    (function,) = world.table("functions").items.values()
    assert (schedule["createdTime"], function["lastCalled"]) == (1000, NOW - HOUR_MS)


def test_instants_of_runs_are_read():
    pipe = {"externalId": "p", "name": "P", "dataSetExternalId": "d"}
    runs = [{"status": "success", "createdTime": "2h-ago"}]
    world = world_of({"datasets": [{"externalId": "d"}], "extpipes": [{**pipe, "runs": runs}]})
    assert [run["createdTime"] for run in world.table("extpipes/runs").items.values()] == [NOW - 2 * HOUR_MS]


def test_instants_of_revisions_are_read():
    seed = {"files": [{"externalId": "f", "name": "f"}]}
    revisions = [{"fileExternalId": "f", "createdTime": "1h-ago"}]
    world = world_of({**seed, "threeD": [{"name": "m", "revisions": revisions}]})
    assert [one["createdTime"] for one in world.table(REVISIONS_TABLE).items.values()] == [NOW - HOUR_MS]


def test_an_instant_that_is_none_is_refused_at_its_place(problem_of):
    text = "functions:\n  - name: f\n    calls:\n      - {startTime: soon}\n"
    assert problem_of({"seed.yaml": text}) == (
        "seed.yaml:4: functions[0].calls[0].startTime is 'soon', which is no instant.\n"
        "Hint: write epoch milliseconds, ISO 8601 such as 2024-05-01T12:00:00Z, now, or 2h-ago (s, m, h, d, w)"
    )


GROUP = {"assetsAcl": {"actions": ["READ"], "scope": {"datasetScope": {"externalIds": ["d"]}}}}


def test_scopes_name_data_sets_by_external_id():
    world = world_of({"datasets": [{"externalId": "d", "id": 5}], "groups": [{"name": "g", "capabilities": [GROUP]}]})
    (group,) = world.table("groups").items.values()
    assert group["capabilities"][0]["assetsAcl"]["scope"] == {"datasetScope": {"ids": [5]}}
    assert dump(world)["groups"][0]["capabilities"] == [GROUP]


def test_a_scope_that_leads_nowhere_is_refused(problem_of):
    text = "groups:\n  - name: g\n    capabilities:\n      - assetsAcl: {actions: [READ], scope: {datasetScope: "
    assert problem_of({"seed.yaml": text + "{externalIds: [d]}}}\n"}) == (
        "seed.yaml:4: groups[0].capabilities[0].assetsAcl.scope.datasetScope.externalIds is 'd', "
        "which nothing in datasets has.\nHint: add it to datasets, with this externalId"
    )


def test_a_capability_that_is_none_is_refused_with_the_near_miss(problem_of):
    text = "groups:\n  - name: g\n    capabilities:\n      - assetAcl: {actions: [READ], scope: {all: {}}}\n"
    assert problem_of({"seed.yaml": text}) == (
        "seed.yaml:4: groups[0].capabilities[0].assetAcl is no capability that CDF knows.\n"
        "Hint: did you mean 'assetsAcl'?"
    )


def test_a_number_where_a_text_belongs_is_to_be_quoted(problem_of):
    assert problem_of({"seed.yaml": "assets:\n  - {externalId: 21, name: a}\n"}) == (
        "seed.yaml:2: assets[0].externalId must be a string, it is a number.\n"
        "Hint: put it in quotes: YAML reads it as a number, or as true or false"
    )


def test_a_number_that_json_does_not_know_has_a_hint_of_its_own(problem_of):
    assert problem_of({"seed.yaml": "raw: {d: {t: {k: {n: .nan}}}}\n"}) == (
        "seed.yaml:1: .nan is not a number that JSON knows.\n"
        'Hint: leave it out or write null; a datapoint may have the text "NaN", "Infinity" or "-Infinity"'
    )


def test_times_and_tags_are_no_numbers(load_files):
    world = load_files({"seed.yaml": "raw: {d: {t: {k: {at: 12:30, tag: 0010, n: 10, f: 0.5, z: 0}}}}\n"})
    (row,) = world.table("raw/dbs/d/tables/t/rows").items.values()
    assert row["columns"] == {"at": "12:30", "tag": "0010", "n": 10, "f": 0.5, "z": 0}


def test_an_unknown_key_of_a_raw_row_has_its_near_miss(problem_of):
    assert problem_of({"seed.yaml": "raw:\n  d:\n    t:\n      - {key: a, column: {n: 1}}\n"}) == (
        "seed.yaml:4: raw.d.t[0].column is not a key that is known here.\nHint: did you mean 'columns'?"
    )


def test_a_key_that_stands_twice_in_a_table_is_refused(problem_of):
    assert problem_of({"raw/d/t.csv": "key,n\na,1\nb,2\na,3\n"}) == (
        "raw/d/t.csv:4: the key 'a' is in line 2 too.\nHint: each row has a key of its own"
    )
