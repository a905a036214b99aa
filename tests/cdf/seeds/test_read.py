"""Seed files: their forms, and what is said about broken ones."""

from __future__ import annotations

import pytest

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.seeds import read_seed, seed_from
from fn_emulator.cdf.seeds.instants import read_duration, read_instant
from fn_emulator.errors import SeedError


def test_a_folder_is_read_in_the_order_of_its_paths(load_files):
    world = load_files(
        {
            "b.yaml": "assets: [{name: second}]",
            "a/assets.json": '[{"name": "third"}]',
            "a.yml": "assets:\n- name: first\n",
            "contents/assets.yaml": "- nothing",
            ".hidden.yaml": "- nothing",
            "notes.txt": "nothing",
            "empty.yaml": "",
        }
    )
    assert [asset["name"] for asset in world.table("assets").items.values()] == ["first", "second", "third"]


def test_a_list_belongs_to_the_resource_that_its_file_is_named_after(load_files):
    world = load_files({"assets.pumps.yaml": "- name: Pump", "raw.yaml": "db: {t: {a: {n: 1}}}"})
    assert len(world.table("assets")) == 1
    assert len(world.table("raw/dbs/db/tables/t/rows")) == 1


def test_a_list_in_another_file_is_refused(problem_of):
    assert problem_of({"asset.yaml": "- name: a"}) == (
        "asset.yaml:1: a seed is an object with one key a resource.\n"
        "Hint: name the file after its resource (did you mean 'assets'?), or write the list below a key"
    )


def test_dates_in_yaml_stay_as_they_are_written(load_files):
    world = load_files({"a.yaml": "events: [{startTime: 2024-05-01, metadata: {day: 2024-05-01}}]"})
    (event,) = world.table("events").items.values()
    assert (event["startTime"], event["metadata"]) == (1714521600000, {"day": "2024-05-01"})


def test_raw_rows_in_csv(load_files):
    text = 'key,n,name,zip,list,flag\na,1.5,x,007,"[1, 2]",true\nb,,"y, z",,,\n'
    rows = load_files({"raw/d%2Fb/t.csv": text}).table("raw/dbs/d%2Fb/tables/t/rows").items
    assert rows["a"]["columns"] == {"n": 1.5, "name": "x", "zip": "007", "list": [1, 2], "flag": True}
    assert rows["b"]["columns"] == {"name": "y, z"}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.yaml": "assets:\n- name: a\nasets: []\n"}, "a.yaml:3: asets is not a resource of a seed.\n"),
        ({"a.yaml": "assets:\n- name: a\n- source: b\n"}, "a.yaml:3: assets[1].name is missing."),
        ({"a.yaml": "assets:\n  name: a\n"}, "a.yaml:1: assets must be a list, it is an object."),
        ({"a.yaml": "assets: [a]\n"}, "a.yaml:1: assets[0] must be an object, it is a text."),
        ({"a.yaml": "raw:\n  d:\n    t: x\n"}, "a.yaml:3: raw.d.t must be a list or an object, it is a text."),
        ({"assets.yaml": "- name: a\n- name: 5\n"}, "assets.yaml:2: [1].name must be a string, it is a number."),
        ({"a.yaml": "assets:\n- {name: a, name: b}\n"}, "a.yaml:2: 'name' stands twice in one object."),
        ({"a.yaml": "assets:\n- name: .nan\n"}, "a.yaml:2: .nan is not a number that JSON knows."),
        ({"a.yaml": "assets: [\n"}, "a.yaml:2:1: this is not YAML"),
        ({"a.yaml": b"\xff\xfe"}, "a.yaml is not UTF-8 text (byte 0)."),
        ({"a.json": '{\n\t"assets":\n\t[{"name": 5}]}'}, "a.json:3: assets[0].name must be a string, it is a number."),
        ({"a.json": '{\n"assets": [}'}, "a.json:2: this is not JSON: Expecting value."),
        ({"a.json": '{"assets": 1, "assets": 2}'}, "a.json is not JSON: 'assets' stands twice in one object."),
        ({"a.yaml": "assets:\n- ? [a]\n  : b\n"}, "a.yaml:2: a key must be a text."),
        ({"a.json": '{"assets": NaN}'}, "a.json is not JSON: NaN is not a number that JSON knows."),
        ({"a.json": '{"assets": [{"name": 5, "a\\ud800": 1}]}'}, "a.json"),
        ({"raw/d/t.csv": 'key,n\na,"b\n'}, "raw/d/t.csv:2: this is not CSV: unexpected end of data."),
        ({"a.csv": "key,n\n"}, "a.csv is neither datapoints nor RAW rows."),
        ({"raw/d/t.csv": ""}, "raw/d/t.csv:1: there is no header line."),
        ({"raw/d/t.csv": "name\n"}, "raw/d/t.csv:1: the first column is 'name', it must be 'key'."),
        ({"raw/d/t.csv": "key,n,n\n"}, "raw/d/t.csv:1: the column 'n' is there twice or has no name."),
        ({"raw/d/t.csv": "key,n\na,1\nb,1,2\n"}, "raw/d/t.csv:3: the line has 3 cells, the header has 2."),
        ({"raw/d/t.csv": "key,n\n,1\n"}, "raw/d/t.csv:2: the key is empty."),
        (
            {"datapoints/a.csv": "time,value\n"},
            "datapoints/a.csv:1: the first column is 'time', it must be 'timestamp'.",
        ),
    ],
)
def test_a_broken_file_is_refused_at_its_line(problem_of, files, message):
    assert problem_of(files).startswith(message)


def test_the_near_miss_of_a_resource_is_named(problem_of):
    assert problem_of({"a.yaml": "time_series: []"}) == (
        "a.yaml:1: time_series is not a resource of a seed.\nHint: did you mean 'timeseries'?"
    )


def test_aliases_are_read_and_bombs_are_refused(load_files, problem_of):
    world = load_files({"a.yaml": "assets: [&a {name: a, metadata: {k: v}}, {<<: *a, name: b}]"})
    assert [asset["metadata"] for asset in world.table("assets").items.values()] == [{"k": "v"}] * 2
    bomb = "a: &x0 [1, 1]\n" + "".join(f"a{n}: &x{n} [*x{n - 1}, *x{n - 1}]\n" for n in range(1, 40))
    assert "repeats itself through aliases without bound" in problem_of({"a.yaml": bomb})


def test_a_path_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SeedError) as caught:
        read_seed(str(tmp_path / "no.yaml"))
    assert str(caught.value) == (
        f"The seed {tmp_path}/no.yaml is not there.\nHint: give a YAML, JSON or CSV file, or a folder of them"
    )


def test_one_file_is_a_seed(write):
    folder = write({"raw/d/t.csv": "key,n\na,1\n"})
    seed = read_seed(str(folder / "raw" / "d" / "t.csv"))
    assert seed.entries["raw"][0].value["rows"] == [{"key": "a", "columns": {"n": 1}}]
    assert seed.files == (str(folder / "raw" / "d" / "t.csv"),)


def test_another_kind_of_file_is_refused(write):
    with pytest.raises(SeedError, match=r"a\.txt is not a seed\."):
        read_seed(str(write({"a.txt": ""}) / "a.txt"))


def test_a_seed_without_items_is_empty():
    assert not seed_from({"assets": [], "raw": None})


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (5, 5),
        ("-5", -5),
        ("now", 1000),
        ("1s-ago", 0),
        ("2m-ahead", 121_000),
        ("1970-01-01", 0),
        ("1970-01-01T00:00:01.5+00:00", None),
        ("1970-01-01 00:00:01.500 Z", 1500),
        ("1969-12-31T23:59:59.999Z", -1),
        ("yesterday", None),
        (1.5, None),
        (True, None),
    ],
)
def test_instants(value, ms):
    found = read_instant(value, now_ms=1000)
    assert found == ms or (ms is None and found == 1500)  # Python 3.11 reads fractions that 3.10 does not


@pytest.mark.parametrize(("value", "ms"), [("1h", 3_600_000), (5, 5), ("0s", None), ("h", None), (1.5, None)])
def test_durations(value, ms):
    assert read_duration(value) == ms


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../secret.txt", "contents/../../secret.txt", "out/secret.txt", "link.txt"]
)
def test_a_path_that_leads_out_of_the_seed_is_refused(write, tmp_path, path):
    write({"secret.txt": "secret", "seed/contents/a.txt": "a"})
    (tmp_path / "seed/out").symlink_to(tmp_path)
    (tmp_path / "seed/link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "seed/files.yaml").write_text(f"- externalId: f\n  name: f\n  path: {path}\n")
    with pytest.raises(SeedError) as caught:
        FakeCdf().seed(tmp_path / "seed")
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        f"seed/files.yaml:3: [0].path is {path!r}, which is not in the folder of the seed.\n"
        "Hint: put it into the folder contents beside the seed file"
    )


def test_a_path_may_lead_to_another_folder_of_the_seed(write, tmp_path):
    write({"seed/shared/a.txt": "shared", "seed/plant/files.yaml": "- {externalId: f, name: f, path: ../shared/a.txt}"})
    assert FakeCdf().seed(tmp_path / "seed").dump()["files"][0]["content"] == "shared"


def test_a_path_of_one_seed_file_stays_in_its_folder(write, tmp_path):
    write({"seed/shared/a.txt": "shared", "seed/plant/files.yaml": "- {externalId: f, name: f, path: ../shared/a.txt}"})
    with pytest.raises(SeedError, match="is not in the folder of the seed"):
        FakeCdf().seed(tmp_path / "seed" / "plant" / "files.yaml")


def test_a_seed_may_be_reached_through_a_link(write, tmp_path):
    write({"seed/contents/a.txt": "a", "seed/files.yaml": "- {externalId: f, name: f, path: contents/a.txt}"})
    (tmp_path / "linked").symlink_to(tmp_path / "seed")
    assert FakeCdf().seed(tmp_path / "linked").dump()["files"][0]["content"] == "a"
