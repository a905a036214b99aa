import json
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parent.parent
NOTEBOOK = SAMPLES / "machine_oee.ipynb"
SHIFTS = json.loads((SAMPLES / "data" / "shifts.json").read_text())


def test_each_machine_has_its_effectiveness(load_function, runner):
    assert load_function(NOTEBOOK, runner=runner).call(SHIFTS).response == {"press-1": 0.849, "press-2": 0.972}


@pytest.mark.parametrize(("rated", "oee"), [(7.5, 0.972), (15, 0.486)])
def test_a_faster_machine_is_less_effective_with_the_same_parts(load_function, rated, oee):
    data = {"shifts": SHIFTS["shifts"][1:], "rated_parts_per_min": rated}
    assert load_function(NOTEBOOK).call(data).response == {"press-2": oee}
