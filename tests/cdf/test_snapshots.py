"""What functions changed, held against a file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fn_emulator.cdf.fake import FakeCdf
from fn_emulator.cdf.seeds.yaml_values import read_yaml
from fn_emulator.cdf.snapshots import HEADER, MOST_POINTS, Snapshots, _text, check_snapshot, snapshot
from fn_emulator.errors import OutputError, SettingsError

FOUND = {"events": {"created": [{"externalId": "a", "type": "alarm"}, {"externalId": "b", "type": "alarm"}]}}
TEXT = """\
events:
  created:
  - externalId: a
    type: alarm
  - externalId: b
    type: alarm
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture
def changes(fake, client):
    """``changes(act)``: the snapshot of what ``act(client)`` changes."""

    def after(act):
        before = fake.world.fork()
        act(client)
        return snapshot(before, fake.world)

    return after


def check(folder, name, found, *, is_update=False):
    check_snapshot(Snapshots(str(folder), is_update), name, found)


def test_a_file_that_holds_the_same_passes_however_it_is_written(tmp_path):
    flow = "events: {created: [{type: alarm, externalId: a}, {externalId: b, type: alarm}]}  # by hand\n"
    (tmp_path / "expected.yaml").write_text(flow)
    check(tmp_path, "expected.yaml", FOUND)


def test_an_update_writes_it_sorted(tmp_path):
    check(tmp_path, "deep/er/expected.yaml", FOUND, is_update=True)
    assert (tmp_path / "deep/er/expected.yaml").read_text() == HEADER + TEXT
    check(tmp_path, "deep/er/expected.yaml", FOUND)


def test_an_update_leaves_a_file_alone_that_holds_the_same(tmp_path):
    (tmp_path / "expected.yml").write_text("# ours\n" + TEXT)
    check(tmp_path, "expected.yml", FOUND, is_update=True)
    assert (tmp_path / "expected.yml").read_text() == "# ours\n" + TEXT


def test_a_difference_is_shown_with_the_lines_around_it(tmp_path):
    (tmp_path / "expected.yaml").write_text(TEXT.replace("alarm", "warning", 1))
    with pytest.raises(AssertionError) as raised:
        check(tmp_path, "expected.yaml", FOUND)
    assert str(raised.value).splitlines() == [
        f"What functions changed in CDF is not what {tmp_path}/expected.yaml has (- there, + now):",
        "      events:",
        "        created:",
        "        - externalId: a",
        "    -     type: warning",
        "    +     type: alarm",
        "        - externalId: b",
        "          type: alarm",
        "Hint: if it is right as it is now, pytest --fn-update rewrites the file.",
    ]


def test_a_long_difference_is_cut(tmp_path):
    (tmp_path / "expected.yaml").write_text("{}\n")
    with pytest.raises(AssertionError, match=r"\.\.\. and \d+ more lines\nHint: "):
        check(tmp_path, "expected.yaml", {"events": {"created": [{"externalId": str(n)} for n in range(100)]}})


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(AssertionError) as raised:
        check(tmp_path, "expected.yaml", FOUND)
    assert str(raised.value) == (
        f"There is no {tmp_path}/expected.yaml to compare with what functions changed in CDF.\n"
        "Hint: run pytest --fn-update once, which writes it, and read what it wrote."
    )


@pytest.mark.parametrize("name", ["../expected.yaml", "/expected.yaml", "link/expected.yaml", "."])
def test_a_path_outside_the_folder_of_the_test_is_refused(tmp_path, name):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)
    with pytest.raises(SettingsError):
        check(folder, name, FOUND, is_update=True)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_path_outside_is_told_with_the_folder(tmp_path):
    with pytest.raises(SettingsError) as raised:
        check(tmp_path, Path("..") / "expected.yaml", FOUND)
    assert str(raised.value) == (
        f"'../expected.yaml' does not lie below the folder of the test, {tmp_path}.\n"
        "Hint: give a path from there, such as expected.yaml or expected/alarms.yaml"
    )


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(SettingsError) as raised:
        check(tmp_path, "expected.json", FOUND)
    assert str(raised.value) == "'expected.json' is no name of a YAML file.\nHint: name it as expected.yaml"


@pytest.mark.parametrize("name", [5, None, b"expected.yaml", "expected\0.yaml"])
def test_what_is_no_path_is_refused(tmp_path, name):
    with pytest.raises(SettingsError, match=r"^The snapshot is (not a path but of type|'expected.x00.yaml', which)"):
        check(tmp_path, name, FOUND)


def test_a_cdf_of_no_test_has_no_snapshots():
    with pytest.raises(SettingsError) as raised:
        FakeCdf().assert_matches("expected.yaml")
    assert str(raised.value) == (
        "'expected.yaml' has no folder that it could lie in: this FakeCdf belongs to no test.\n"
        "Hint: use the fixture fake_cdf, or make it as FakeCdf(snapshots=Snapshots(folder))"
    )


def test_a_file_that_is_no_yaml_is_told_with_its_line(tmp_path):
    (tmp_path / "expected.yaml").write_text("events: [\n")
    with pytest.raises(SettingsError, match=r"^expected\.yaml:2:1: this is not YAML: "):
        check(tmp_path, "expected.yaml", FOUND)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_what_is_written_reads_as_the_same(found):
    assert _text(read_yaml(_text(found), "expected.yaml") or {}) == _text(found)


def test_datapoints_are_told_with_their_values(fake, changes):
    fake.seed({"timeseries": [{"externalId": "ts"}]})
    points = [(0, 1.5), (60_000, 2.0)]
    found = changes(lambda client: client.time_series.data.insert(points, external_id="ts"))
    values = {"1970-01-01T00:00:00Z": 1.5, "1970-01-01T00:01:00Z": 2.0}
    assert found == {"timeseries/data": {"created": [{"externalId": "ts", "datapoints": values}]}}


def test_many_datapoints_are_told_by_a_digest(fake, changes):
    fake.seed({"timeseries": [{"externalId": "ts"}]})
    points = [(minute * 60_000, 1.0) for minute in range(MOST_POINTS + 1)]
    found = changes(lambda client: client.time_series.data.insert(points, external_id="ts"))
    (series,) = found["timeseries/data"]["created"]
    assert series["datapoints"] == {
        "count": 101,
        "first": "1970-01-01T00:00:00Z",
        "last": "1970-01-01T01:40:00Z",
        "digest": series["datapoints"]["digest"],
    }
    assert len(series["datapoints"]["digest"]) == 16


def test_the_content_of_a_file_is_told_by_a_digest(changes):
    def digest_of(content):
        found = changes(lambda client: client.files.upload_bytes(content, name=str(content), external_id=str(content)))
        return found["files/contents"]["created"][0]["digest"]

    assert digest_of(b"one") != digest_of(b"two")


def test_ids_and_times_of_the_platform_are_not_in_it(changes):
    found = changes(lambda client: client.post(f"/api/v1/projects/{client.config.project}/events", {"items": [{}]}))
    assert found == {"events": {"created": [{}]}}


def test_a_difference_far_down_is_told_with_its_resource(tmp_path):
    many = {"events": {"created": [{"externalId": f"{n:02}"} for n in range(20)]}}
    (tmp_path / "expected.yaml").write_text(_text(many).replace("'19'", "'99'"))
    with pytest.raises(AssertionError) as raised:
        check(tmp_path, "expected.yaml", many)
    assert str(raised.value).splitlines()[1:3] == ["      events: ...", "        - externalId: '15'"]


@pytest.mark.parametrize("text", ["0\n", "[]\n", "false\n"])
def test_a_file_that_holds_no_changes_at_all_is_no_snapshot(tmp_path, text):
    (tmp_path / "expected.yaml").write_text(text)
    with pytest.raises(AssertionError):
        check(tmp_path, "expected.yaml", {})


def test_secrets_of_the_functions_are_not_written(tmp_path):
    found = {"events": {"created": [{"externalId": "a", "description": "token hush"}]}}
    masks = [lambda json: {**json, "events": {"created": [{"externalId": "a", "description": "token ***"}]}}]
    check_snapshot(Snapshots(str(tmp_path), is_update=True), "expected.yaml", found, masks)
    assert "hush" not in (tmp_path / "expected.yaml").read_text()
    check_snapshot(Snapshots(str(tmp_path)), "expected.yaml", found, masks)


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    resource = pytest.importorskip("resource", reason="no limits of file sizes here")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # Python would leave half of what it compiles
    (tmp_path / "expected.yaml").write_text("events: {created: [{externalId: old}]}\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, before[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            check(tmp_path, "expected.yaml", FOUND, is_update=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["expected.yaml"]
    assert (tmp_path / "expected.yaml").read_text() == "events: {created: [{externalId: old}]}\n"


def test_an_update_writes_over_a_file_that_is_not_yaml(tmp_path):
    (tmp_path / "expected.yaml").write_text("a: [")
    check(tmp_path, "expected.yaml", FOUND, is_update=True)
    assert (tmp_path / "expected.yaml").read_text() == HEADER + TEXT
