"""Files that are opened relative to a working directory that nobody knows."""

from __future__ import annotations

import pytest

from fn_emulator.checks.deployability.paths import relative_path


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("open('rates.csv')", "rates.csv"),
        ("open(file='rates.csv', encoding='utf-8')", "rates.csv"),
        ("Path('data', 'rates.csv').read_text()", "data/rates.csv"),
        ("(Path('data') / 'rates.csv').open()", "data/rates.csv"),
        ("pd.read_csv('rates.csv')", "rates.csv"),
        ("open(os.path.join('data', name))", "data/..."),
        ("open(f'data/{name}.csv')", "data/..."),
        ("open(RATES)", "rates.csv"),
        ("sqlite3.connect('rates.db')", "rates.db"),
        ("os.listdir('.')", "."),
    ],
)
def test_a_relative_path_is_a_warning(found, line, path):
    head = "import os\nimport sqlite3\nfrom pathlib import Path\nimport pandas as pd\nRATES = 'rates.csv'\n"
    (finding,) = found(relative_path, f"{head}def handle(name):\n    return {line}\n")
    assert finding.message == f"{path!r} is relative to the working directory, which is not known on the platform."
    assert (finding.severity, finding.line) == ("warning", 7)


@pytest.mark.parametrize(
    "line",
    [
        "open('/tmp/rates.csv')",
        "open(Path(__file__).parent / 'rates.csv')",
        "open(name)",
        "open(f'{name}/rates.csv')",
        "pd.read_csv('https://example.com/rates.csv')",
        "pd.read_json('[1, 2]')",
        "sqlite3.connect(':memory:')",
        "name.open('rates.csv')",
        "Path('data')",
        "Path.home() / 'rates.csv'",
        "str.exists('rates.csv')",
    ],
)
def test_any_other_path_is_left_alone(found, line):
    head = "import os\nimport sqlite3\nfrom pathlib import Path\nimport pandas as pd\n"
    assert found(relative_path, f"{head}def handle(name):\n    return {line}\n") == []


def test_a_name_that_is_given_twice_is_not_known(found):
    assert found(relative_path, "PATH = 'a.csv'\nPATH = str(PATH)\n\n\ndef handle():\n    open(PATH)\n") == []


def test_a_function_that_changes_its_directory_knows_it(found):
    source = "import os\nos.chdir(os.path.dirname(__file__))\n\n\ndef handle():\n    return open('rates.csv').read()\n"
    assert found(relative_path, source) == []


def test_a_script_block_is_not_run_on_the_platform(found):
    assert found(relative_path, "def handle():\n    pass\n\n\nif __name__ == '__main__':\n    open('x.csv')\n") == []


def test_the_hint_leads_from_the_file_to_the_root(found):
    files = {"src/main.py": "def handle():\n    return open('rates.csv')\n", "rates.csv": ""}
    (finding,) = found(relative_path, None, files, options={"function_path": "src/main.py"})
    assert finding.hint == "open Path(__file__).parents[1] / 'rates.csv', with Path from pathlib"


@pytest.mark.parametrize(
    "line", ["open('out.csv', 'w')", "open('out.csv', mode='ab')", "Path('out.csv').write_text('x')"]
)
def test_what_is_written_belongs_elsewhere(found, line):
    (finding,) = found(relative_path, f"from pathlib import Path\n\n\ndef handle():\n    {line}\n")
    assert finding.hint == "write to tempfile.gettempdir() instead"
