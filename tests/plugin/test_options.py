"""Options of pytest and ini keys."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

SHOWS = """
def test_it(load_function):
    fn = load_function("fn")
    result = fn.call()
    settings = fn.settings
    print("runs as", result.where.runner, settings.cloud, settings.network)
"""


@pytest.mark.parametrize(
    ("ini", "arguments", "runs_as", "header"),
    [
        ("", (), "inprocess gcp local", None),
        ("", ("--fn-runner=worker", "--fn-cloud=azure"), "worker azure local", "runner worker, cloud azure"),
        ("fn_cloud = aws\nfn_network = off", (), "inprocess aws off", "cloud aws, network off"),
        ("fn_cloud = aws", ("--fn-cloud", "gcp"), "inprocess gcp local", None),
    ],
)
def test_they_hold_for_all_functions(pytester, run, write_function, ini, arguments, runs_as, header):
    write_function()
    pytester.makeini(f"[pytest]\n{ini}\n")
    ended = run(SHOWS, "-s", "--strict-config", *arguments)
    ended.assert_outcomes(passed=1)
    ended.stdout.fnmatch_lines([f"*runs as {runs_as}"])
    assert [line for line in ended.outlines if line.startswith("fn-emulator:")] == [f"fn-emulator: {header}"] * (
        header is not None
    )


def test_what_a_call_says_goes_before_them(run, write_function):
    write_function()
    source = "def test_it(load_function):\n    assert load_function('fn', cloud='aws').settings.cloud == 'aws'\n"
    run(source, "--fn-cloud=azure").assert_outcomes(passed=1)


def test_a_client_of_the_tests_own_stays_in_its_process(run, write_function):
    write_function("def handle(client):\n    return client.name\n")
    source = """
    class Client:
        name = "mine"
    def test_it(load_function):
        assert load_function("fn", client=Client()).call().response == "mine"
    """
    run(source, "--fn-runner=worker").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "arguments", "message"),
    [
        (
            "",
            ("--fn-runner", "workr"),
            "--fn-runner is 'workr', which is none of inprocess, worker. Did you mean 'worker'?",
        ),
        (
            "",
            ("--fn-network", "x"),
            "--fn-network is 'x', which is none of off, local, on. Write one of them, such as off",
        ),
        (
            "fn_cloud = azur",
            (),
            "The ini key fn_cloud is 'azur', which is none of gcp, azure, aws. Did you mean 'azure'?",
        ),
    ],
)
def test_a_value_that_there_is_not_is_a_usage_error(pytester, run, ini, arguments, message):
    pytester.makeini(f"[pytest]\n{ini}\n")
    ended = run("def test_it():\n    pass\n", *arguments)
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {message}" in ended.stderr.str()


def test_a_root_of_functions_that_is_not_there_is_a_usage_error(pytester, run):
    pytester.makeini("[pytest]\nfn_functions_root = apps\n")
    ended = run("def test_it():\n    pass\n")
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    message = f"ERROR: The ini key fn_functions_root is 'apps', and there is no folder {pytester.path}/apps."
    assert message in ended.stderr.str()


def test_the_help_names_them(pytester, alone):
    shown = pytester.runpytest_subprocess("--help").stdout.str()
    for name in (
        "--fn-runner=inprocess|worker",
        "--fn-cloud=gcp|azure|aws",
        "--fn-network=off|local|on",
        "--fn-update",
    ):
        assert name in shown


def test_the_markers_are_listed(pytester, alone):
    pytester.runpytest_subprocess("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.fn_function(path, *", "@pytest.mark.fn_scheduled(cron, start, end): *"]
    )
