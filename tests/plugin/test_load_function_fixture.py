from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def project(pytester):
    (pytester.path / "fn").mkdir()
    (pytester.path / "fn" / "handler.py").write_text("import os\ndef handle(data):\n    print('hi')\n    return data\n")
    return pytester


def test_a_function_is_opened_and_closed(project):
    project.makepyfile(
        """
        import sys
        opened = []
        def test_calls(load_function):
            fn = load_function("fn", secrets={"k": "value"})
            opened.append(fn)
            assert fn.call({"a": 1}).response == {"a": 1}
        def test_is_closed():
            assert opened[0]._runners.opened is None
        """
    )
    project.runpytest_subprocess("-p", "no:randomly", "-W", "error").assert_outcomes(passed=2)


def test_capsys_caplog_and_monkeypatch_work_beside_it(project):
    project.makepyfile(
        """
        import logging
        def test_it(load_function, capsys, caplog, monkeypatch):
            monkeypatch.setenv("REGION", "north")
            print("before")
            result = load_function("fn").call()
            print("after")
            logging.getLogger("mine").warning("logged")
            assert [line.message for line in result.logs] == ["hi"]
            assert capsys.readouterr().out == "before\\nafter\\n"
            assert caplog.messages == ["logged"]
        """
    )
    project.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


@pytest.mark.parametrize("option", ["-s", "--capture=sys", "--capture=fd", "--capture=tee-sys"])
def test_every_way_of_capturing_gets_its_streams_back(project, option):
    project.makepyfile(
        """
        import os
        def test_it(load_function):
            result = load_function("fn").call()
            assert [line.message for line in result.logs] == ["hi"]
            os.write(1, b"")
        """
    )
    project.runpytest_subprocess(option, "-W", "error").assert_outcomes(passed=1)
