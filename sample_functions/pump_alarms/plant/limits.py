"""The alarm limits, which the operators keep in a file of their own."""

from pathlib import Path

import yaml


def load_limits():
    text = (Path(__file__).parent / "limits.yaml").read_text()
    return yaml.safe_load(text)
