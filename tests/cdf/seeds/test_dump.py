"""Dumps: the same form as seeds, stable, and the same world when they are loaded again."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fn_emulator.cdf.difference import diff
from fn_emulator.cdf.seeds import as_yaml, dump, dump_files, load_seeds, read_seed
from fn_emulator.cdf.world import World

NOW = 1_700_000_000_000

WORDS = st.text("abcäß\n:#'\" -1", min_size=1, max_size=8)
NAMES = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-1e3, 1e3) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
METADATA = st.dictionaries(WORDS, WORDS, max_size=2)


def items(**fields):
    """A list of items whose external ids, where they have some, are all different."""
    item = st.fixed_dictionaries({}, optional={"externalId": NAMES, "metadata": METADATA, **fields})
    return st.lists(item, max_size=4, unique_by=lambda item: item.get("externalId", object()))


SEEDS = st.fixed_dictionaries(
    {
        "assets": items().map(lambda found: [{"name": "x", **item} for item in found]),
        "events": items(startTime=st.integers(0, 9), type=WORDS),
        "files": items(content=WORDS, directory=WORDS).map(lambda found: [{"name": "x", **item} for item in found]),
        "raw": st.dictionaries(
            NAMES,
            st.dictionaries(NAMES, st.dictionaries(WORDS, st.dictionaries(WORDS, VALUES, max_size=2), max_size=2)),
            max_size=2,
        ),
    }
)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_an_exact_dump_loads_to_the_same_world(seed):
    world = loaded(seed)
    dumped = dump(world, is_exact=True)
    again = loaded(dumped, now_ms=NOW + 1)
    assert diff(world, again) == {}
    assert dump(again, is_exact=True) == dumped


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_a_dump_in_yaml_loads_to_the_same_dump(seed):
    from fn_emulator.cdf.seeds.yaml_values import read_yaml

    dumped = dump(loaded(seed))
    assert read_yaml(as_yaml(dumped), "dump") == (dumped or None) or dumped == {}
    assert dump(loaded(dumped)) == dumped


def test_a_dump_is_sorted_and_has_no_ids_nor_times():
    world = loaded({"assets": [{"externalId": "b", "name": "B"}, {"externalId": "a", "name": "A"}]})
    assert dump(world) == {"assets": [{"externalId": "a", "name": "A"}, {"externalId": "b", "name": "B"}]}


def test_references_are_dumped_by_name():
    world = loaded(
        {
            "datasets": [{"externalId": "d"}],
            "assets": [{"externalId": "a", "name": "A"}],
            "events": [{"type": "x", "dataSetExternalId": "d", "assetExternalIds": ["a"]}],
        }
    )
    assert dump(world)["events"] == [{"assetExternalIds": ["a"], "dataSetExternalId": "d", "type": "x"}]


def test_what_has_no_name_keeps_the_id_that_others_refer_to():
    world = loaded({"assets": [{"id": 5, "name": "A"}, {"name": "B"}], "events": [{"type": "x", "assetIds": [5]}]})
    dumped = dump(world)
    assert dumped["assets"] == [{"id": 5, "name": "A"}, {"name": "B"}]
    assert dump(loaded(dumped)) == dumped


def test_a_dump_of_all_that_is_nested_loads_to_the_same_dump():
    seed = {
        "datasets": [{"externalId": "plant"}],
        "files": [{"externalId": "b", "name": "b.bin", "contentBase64": "AP8="}],
        "sequences": [{"externalId": "s", "columns": [{"externalId": "c"}, {"externalId": "d"}]}],
        "sequenceRows": [{"externalId": "s", "columns": ["c"], "rows": [{"rowNumber": 3, "values": [7.5]}]}],
        "extpipes": [
            {
                "externalId": "p",
                "name": "P",
                "dataSetExternalId": "plant",
                "configs": ["a: 1", {"config": "a: 2", "description": "second"}],
                "runs": [{"status": "failure", "message": "no"}],
            }
        ],
        "functions": [{"externalId": "f", "name": "F", "schedules": [{"name": "n", "cronExpression": "* * * * *"}]}],
        "labels": [{"externalId": "l", "name": "L", "dataSetExternalId": "plant"}],
        "relationships": [
            {
                "externalId": "r",
                "sourceExternalId": "a",
                "sourceType": "asset",
                "targetExternalId": "b",
                "targetType": "file",
            }
        ],
    }
    for is_exact in (False, True):
        dumped = dump(loaded(seed), is_exact=is_exact)
        assert dump(loaded(dumped, now_ms=NOW + 1), is_exact=is_exact) == dumped
        assert {*dumped} == {*seed}


def test_a_3d_model_is_dumped_with_its_nodes():
    nodes = [{"id": 7, "name": "root", "children": [{"id": 8, "name": "leaf"}]}]
    mappings = [{"nodeId": 8, "assetExternalId": "a"}]
    revision = {"fileExternalId": "f", "published": True, "nodes": nodes, "mappings": mappings}
    seed = {
        "assets": [{"externalId": "a", "name": "A"}],
        "files": [{"externalId": "f", "name": "f"}],
        "threeD": [{"name": "M", "revisions": [revision]}],
    }
    for is_exact in (False, True):
        dumped = dump(loaded(seed), is_exact=is_exact)
        assert dumped["threeD"][0]["revisions"][0]["nodes"] == nodes
        assert dumped["threeD"][0]["revisions"][0]["mappings"] == mappings
        assert dump(loaded(dumped, now_ms=NOW + 1), is_exact=is_exact) == dumped


MODELED = {
    "spaces": [{"space": "s"}],
    "containers": [
        {"space": "s", "externalId": "C", "properties": {"n": {"type": {"type": "int64"}, "nullable": True}}}
    ],
    "views": [
        {
            "space": "s",
            "externalId": "V",
            "version": "1",
            "properties": {
                "n": {
                    "container": {"type": "container", "space": "s", "externalId": "C"},
                    "containerPropertyIdentifier": "n",
                }
            },
        }
    ],
    "dataModels": [
        {
            "space": "s",
            "externalId": "M",
            "version": "1",
            "views": [{"type": "view", "space": "s", "externalId": "V", "version": "1"}],
        }
    ],
    "instances": [
        {
            "instanceType": "edge",
            "space": "s",
            "externalId": "e",
            "type": {"space": "s", "externalId": "t"},
            "startNode": {"space": "s", "externalId": "a"},
            "endNode": {"space": "s", "externalId": "b"},
        },
        {"instanceType": "node", "space": "s", "externalId": "b"},
        {"instanceType": "node", "space": "s", "externalId": "t"},
        {
            "instanceType": "node",
            "space": "s",
            "externalId": "a",
            "sources": [
                {
                    "source": {"type": "view", "space": "s", "externalId": "V", "version": "1"},
                    "properties": {"n": 3},
                }
            ],
        },
    ],
}


def test_models_and_instances_are_dumped_and_loaded_again():
    world = loaded(MODELED)
    dumped = dump(world)
    properties = [{"source": {"type": "container", "space": "s", "externalId": "C"}, "properties": {"n": 3}}]
    assert dumped["instances"][0]["sources"] == properties
    again = loaded(dumped, now_ms=NOW + 1)
    assert dump(again) == dumped
    assert diff(world, again) == {}


def test_dumped_files_are_a_seed(tmp_path):
    world = loaded({"assets": [{"externalId": "a", "name": "ä"}], "raw": {"d": {"t": {"k": {"n": 1}}}}})
    written = dump_files(world, str(tmp_path / "seed"))
    assert [path.rpartition("/")[2] for path in written] == ["assets.yaml", "raw.yaml"]
    again = World()
    load_seeds(again, [read_seed(str(tmp_path / "seed"))], now_ms=NOW)
    assert dump(again) == dump(world)


def loaded(seed, now_ms=NOW):
    world = World()
    load_seeds(world, [seed], now_ms=now_ms)
    return world
