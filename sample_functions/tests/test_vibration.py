import json
from pathlib import Path

SAMPLES = Path(__file__).parent.parent
FOLDER = SAMPLES / "vibration"
MACHINES = json.loads((SAMPLES / "data" / "machines.json").read_text())


def test_each_machine_has_its_level(load_function, runner):
    result = load_function(FOLDER, runner=runner).call({**MACHINES, "seconds": 1})
    assert result.response == {"21-PA-001": 1.8, "21-PA-002": 2.3, "23-KA-101": 4.6, "23-KA-102": 1.0}


def test_long_traces_of_all_machines_do_not_fit_into_little_memory(load_function):
    result = load_function(FOLDER, runner="worker", memory_mb=128).call(MACHINES)
    assert result.status == "OutOfMemory"
