from pathlib import Path

FOLDER = Path(__file__).parent.parent / "hello"


def test_it_greets_by_name(load_function, runner):
    result = load_function(FOLDER, runner=runner).call({"name": "Ada"})
    assert result.response == {"greeting": "Hello Ada"}
    assert not result.findings


def test_without_a_name_it_greets_the_world(load_function):
    assert load_function(FOLDER).call().response == {"greeting": "Hello world"}
