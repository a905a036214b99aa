"""``fn-emulate doctor``."""

from __future__ import annotations

import json

import fn_emulator

LINES = ("fn-emulator", "py310", "py311", "py312", "py313", "cognite-sdk", "freezegun", "other clocks", "time-machine")


def test_the_machine_is_told_line_by_line(emulate):
    ended = emulate("doctor")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0].startswith(f"ok           fn-emulator        {fn_emulator.__version__} on Python ")
    assert [line[13:].partition("  ")[0] for line in lines[: len(LINES)]] == list(LINES)


def test_a_function_is_told_after_the_machine(emulate, folder):
    folder("def handle(data):\n    return data\n", **{"requirements.txt": "no-such-distribution\n"})
    ended = emulate("doctor", "fn", "--format", "json")
    facts = {fact["name"]: fact for fact in json.loads(ended.stdout)["facts"]}
    assert ended.returncode == 0
    assert facts["requirements"]["details"]["missing"] == ["no-such-distribution"]
    assert list(facts)[-4:] == ["function", "interpreter", "requirements", "its cognite-sdk"]


def test_a_folder_that_is_not_there_exits_2(emulate):
    ended = emulate("doctor", "nowhere")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Error: nowhere does not exist.")
