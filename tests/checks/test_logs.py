"""The logging module: what touches the root logger, and what does not."""

from __future__ import annotations

import pytest

from fn_emulator.checks.deployability.logs import NAMED_LOGGER, logging_imported, logging_root

HANDLE = "\n\ndef handle(data):\n    return data\n"


def test_importing_logging_is_a_note_once(found):
    (finding,) = found(
        logging_imported, f"import rules\nimport logging{HANDLE}", {"rules.py": "import logging.config\n"}
    )
    assert (
        finding.message
        == "logging is imported, which the platform does not support: it can hide prints and tracebacks."
    )
    assert (finding.severity, finding.file, finding.line) == ("note", "fn/handler.py", 2)
    assert finding.evidence["imports"] == 2


@pytest.mark.parametrize(
    "source", [NAMED_LOGGER, f"import logging_tools{HANDLE}", f"from rules import logging{HANDLE}"]
)
def test_a_logger_of_one_s_own_and_other_names_are_left_alone(found, source):
    assert found(logging_imported, source, {"rules.py": "logging = print\n"}) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("logging.basicConfig(level=10)", "logging.basicConfig() configures the root logger"),
        ("logging.getLogger().setLevel(10)", "setLevel of the root logger is changed"),
        ("logging.getLogger('').addHandler(1)", "addHandler of the root logger is changed"),
        ("log = logging.getLogger()\nlog.handlers.clear()", "handlers of the root logger is changed"),
        ("logging.root.addFilter(1)", "addFilter of the root logger is changed"),
        ("logging.disable(50)", "logging.disable() silences every logger"),
        ("logging.info('x')\nlogging.error('y')", "logging.info() logs through the root logger"),
        ("log = logging.getLogger(None)\nlog.warning('x')", "warning() logs through the root logger"),
        ("logging.config.fileConfig('x.ini')", "logging.config.fileConfig() configures the root logger"),
        ("logging.config.dictConfig({'root': {}})", "logging.config.dictConfig() configures the root logger"),
    ],
)
def test_what_touches_the_root_logger_is_a_warning(found, line, message):
    (finding,) = found(logging_root, f"import logging.config\n{line}{HANDLE}")
    assert finding.message.startswith(message)
    assert finding.severity == "warning"


@pytest.mark.parametrize(
    "line",
    [
        "log = logging.getLogger('mine')\nlog.setLevel(10)\nlog.info('x')",
        "logging.getLogger(__name__).addHandler(1)",
        "if __name__ == '__main__':\n    logging.basicConfig()",
        "logging.config.dictConfig({'loggers': {'mine': {}}})",
        "level = logging.INFO",
    ],
)
def test_what_does_not_touch_it_is_left_alone(found, line):
    assert found(logging_root, f"import logging\nimport logging.config\n{line}{HANDLE}") == []


def test_logging_under_another_name_is_seen(found):
    (finding,) = found(logging_root, f"from logging import basicConfig as setup\nsetup(){HANDLE}")
    assert finding.line == 2
