"""Facts as people and programs read them."""

from __future__ import annotations

import json

from fn_emulator.doctor import Fact
from fn_emulator.report.doctor import render_json, render_text

FACTS = (
    Fact("py311", "ok", "Python 3.11.7", {"version": "3.11.7"}),
    Fact("container engine", "absent", "none answers"),
    Fact("memory limit", "falls-back", "resource limits; no cgroup"),
)


def test_each_fact_is_a_line_with_its_state_first():
    assert render_text(FACTS) == (
        "ok           py311             Python 3.11.7\n"
        "-            container engine  none answers\n"
        "falls back:  memory limit      resource limits; no cgroup\n"
    )


def test_programs_get_states_and_details():
    document = json.loads(render_json(FACTS))
    assert document["schema"] == 1
    assert document["facts"][0] == {
        "name": "py311",
        "state": "ok",
        "text": "Python 3.11.7",
        "details": {"version": "3.11.7"},
    }
    assert [fact["state"] for fact in document["facts"]] == ["ok", "absent", "falls-back"]
