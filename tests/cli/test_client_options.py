"""The options of ``run`` that say what stands behind ``client``, as they are typed."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("cognite.client", reason="cognite-sdk is not installed")

READS = "def handle(client):\n    return client.assets.retrieve(external_id='pump').name\n"
WRITES = (
    "from cognite.client.data_classes import EventWrite\n"
    "def handle(client):\n"
    "    client.events.create(EventWrite(external_id='a'))\n"
)
SEED = "assets:\n  - {externalId: pump, name: Pump A}\n"


def test_a_seed_is_read_and_named_only_when_it_was_found(folder, emulate, tmp_path):
    folder(READS)
    (tmp_path / "start.yaml").write_text(SEED)
    named = emulate("run", "fn", "--seed", "start.yaml")
    assert (named.returncode, json.loads(named.stdout)) == (0, "Pump A")
    assert "CDF starts with" not in named.stderr
    (tmp_path / "start.yaml").rename(tmp_path / "seed.yaml")
    assert "note: CDF starts with seed.yaml.\n" in emulate("run", "fn").stderr


def test_what_was_read_and_written_is_a_table_on_stderr_and_all_of_it_in_json(folder, emulate):
    folder(WRITES)
    told = emulate("run", "fn")
    assert "CDF  wrote  events  1 new  fn/handler.py:3\n" in told.stderr
    (effect,) = json.loads(emulate("run", "fn", "--format", "json").stdout)["effects"]
    assert (effect["kind"], effect["operation"], effect["target"], effect["items"]) == ("cdf", "create", "events", 1)
    assert (effect["changed"], effect["file"], effect["line"]) == (True, "fn/handler.py", 3)


def test_a_broken_seed_is_an_error_before_the_call(folder, emulate, tmp_path):
    folder("print('never')\n" + READS)
    (tmp_path / "seed.yaml").write_text("assets:\n  - {externalId: pump, name: 5}\n")
    ended = emulate("run", "fn")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        "Error: seed.yaml:2: assets[0].name must be a string, it is a number.\n"
        "Hint: put it in quotes: YAML reads it as a number, or as true or false\n"
    )


def test_a_seed_that_is_not_there_is_an_error(folder, emulate):
    folder(READS)
    ended = emulate("run", "fn", "--seed", "gone.yaml")
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, "Error: The seed gone.yaml is not there.")


def test_what_was_invented_is_kept_and_starts_the_next_run(folder, emulate, tmp_path):
    folder(READS)
    first = emulate("run", "fn", "--lenient", "--save-seed", "seed.yaml")
    assert (first.returncode, json.loads(first.stdout)) == (0, "pump")
    assert "What was invented is in seed.yaml.\n" in first.stderr
    again = emulate("run", "fn")
    assert (again.returncode, json.loads(again.stdout)) == (0, "pump")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--save-seed", "new.yaml"), "--save-seed keeps what --lenient invents."),
        (("--save-seed", "old.yaml", "--lenient"), "--save-seed old.yaml is there already."),
        (("--as", "redaer"), "No identity is called 'redaer'."),
        (("--client", "record"), "--client record has no file to record to."),
        (("--client", "recorded"), "--client recorded has no recording."),
        (("--client", "recorded", "--cassette", "old.yaml"), "old.yaml is not a cassette"),
        (("--client", "live"), "A real project needs CDF_PROJECT"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence_with_a_hint(folder, emulate, tmp_path, options, message):
    folder(READS)
    (tmp_path / "old.yaml").write_text(SEED)
    ended = emulate("run", "fn", *options)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "\nHint: " in ended.stderr
    assert (tmp_path / "old.yaml").read_text() == SEED


def test_a_reader_gets_the_platforms_403(folder, emulate):
    folder(WRITES)
    ended = emulate("run", "fn", "--as", "reader")
    assert ended.returncode == 1
    assert "CDF  wrote  events  refused (403)" in ended.stderr


def test_a_rerun_starts_from_the_same_seed(folder, emulate, tmp_path):
    folder(READS)
    (tmp_path / "start.yaml").write_text(SEED)
    emulate("run", "fn", "--seed", "start.yaml")
    again = emulate("rerun")
    assert (again.returncode, json.loads(again.stdout)) == (0, "Pump A")
    assert again.stderr.endswith("As recorded.\n")


def test_settings_name_a_seed_from_where_they_lie(folder, emulate, tmp_path):
    folder(READS)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "start.yaml").write_text(SEED)
    (tmp_path / "pyproject.toml").write_text('[tool.fn-emulate]\nseed = ["data/start.yaml"]\n')
    assert json.loads(emulate("run", tmp_path / "fn").stdout) == "Pump A"


@pytest.mark.parametrize("line", ['client = "live"', 'client = "record"', "allow-writes = true"])
def test_a_projects_file_cannot_widen_trust(folder, emulate, tmp_path, line):
    folder(READS)
    (tmp_path / "pyproject.toml").write_text(f"[tool.fn-emulate]\n{line}\n")
    ended = emulate("run", "fn")
    assert ended.returncode == 2
    assert "which a project's file may not decide." in ended.stderr
