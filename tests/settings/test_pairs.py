import pytest

from fn_emulator.errors import DataError, SettingsError
from fn_emulator.settings.pairs import read_env_file, read_flag, read_secrets_file


def values(pairs):
    return {name: found.value for name, found in pairs}


@pytest.fixture
def file(tmp_path):
    def file(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return file


def test_a_flag_gives_name_and_value():
    assert values(read_flag("--secret", ["k=v", "url=a=b=c", "empty="], {})) == {"k": "v", "url": "a=b=c", "empty": ""}


def test_a_bare_name_is_taken_from_the_environment():
    ((name, found),) = read_flag("--env", ["HOME"], {"HOME": "/h"})
    assert (name, found.value, found.template) == ("HOME", "/h", "${HOME}")


def test_a_bare_name_that_is_not_in_the_environment_is_refused():
    with pytest.raises(SettingsError) as error:
        list(read_flag("--secret", ["API_KEY"], {}))
    assert str(error.value) == (
        "--secret API_KEY: there is no environment variable 'API_KEY'.\n"
        "Hint: write --secret API_KEY=VALUE, or set API_KEY in the environment"
    )


def test_a_near_miss_in_the_environment_is_named():
    with pytest.raises(SettingsError) as error:
        list(read_flag("--secret", ["API_KEI"], {"API_KEY": "x"}))
    assert error.value.hint == "did you mean 'API_KEY'?"


def test_a_value_without_a_name_is_refused_without_showing_it():
    with pytest.raises(SettingsError) as error:
        list(read_flag("--secret", ["=hunter2"], {}))
    assert str(error.value) == "--secret has no name before '='.\nHint: write --secret NAME=VALUE"


def test_a_mapping_from_python_is_fine_if_it_holds_texts():
    assert values(read_flag("--secret", {"k": "v"}, {})) == {"k": "v"}
    with pytest.raises(SettingsError, match=r"secrets\['k'\] is not a text but of type int"):
        list(read_flag("secrets=", {"k": 1}, {}))  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("s.json", '{"a": "1", "b": "x y"}'),
        ("secrets", '\n  {"a": "1", "b": "x y"}'),
        ("s.yaml", "a: '1'\nb: x y\n"),
        ("s.yml", "a: '1'\nb: x y\n"),
        ("s.env", "a=1\nb=x y\n"),
        ("secrets", b"\xef\xbb\xbfa=1\r\nexport b = 'x y'  # why\r\n"),
        (".env", '# comment\n\na="1"\nb="x y"\n'),
    ],
)
def test_secrets_files_come_in_three_forms(file, name, content):
    assert values(read_secrets_file(file(name, content), "--secrets-file")) == {"a": "1", "b": "x y"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=", ""),
        ("A=# only a comment", ""),
        ("A=b#c", "b#c"),
        ("A=b # c", "b"),
        (r'A="a\nb\"c"', 'a\nb"c'),
        (r"A='a\nb'", r"a\nb"),
        ("A=a=b", "a=b"),
        ('A="${X}"', "${X}"),
    ],
)
def test_dotenv_lines(file, line, value):
    assert values(read_env_file(file("e", line), "--env-file")) == {"A": value}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("s.json", '{"a": hunter2}', ":1:7: this is not JSON: Expecting value."),
        ("s.json", '["hunter2"]', " holds no names with values but type list."),
        ("s.json", '{"a": 17}', ": secret 'a' is not a text but of type int."),
        ("s.json", "[" * 100_000, " is nested too deeply."),
        ("s.yaml", "a:\n\tb: hunter2", ":2:1: there is a tab where YAML takes spaces only."),
        ("s.yaml", "1: hunter2", ": secret 1 is not a text but of type int."),
        ("s.env", "A=1\nhunter2", ":2: there is no '=' in this line."),
        ("s.env", "A B=hunter2", ":1: there is no '=' in this line."),
        ("s.env", "1A=hunter2", ":1: '1A' is not a name."),
        ("s.env", 'A="hunter2', ':1: the quote " is not closed, or something follows it.'),
        ("s.env", b"\xff\xfe", " is not UTF-8 text."),
    ],
)
def test_a_file_that_cannot_be_read_names_the_line_and_no_value(file, name, content, message):
    path = file(name, content)
    with pytest.raises(DataError) as error:
        list(read_secrets_file(path, "--secrets-file"))
    assert error.value.message == path + message
    assert "hunter2" not in str(error.value)


def test_a_missing_file_is_named_with_its_flag(tmp_path):
    with pytest.raises(DataError) as error:
        list(read_env_file(f"{tmp_path}/no.env", "--env-file"))
    assert str(error.value) == f"{tmp_path}/no.env does not exist.\nHint: check the path that --env-file gives"


def test_a_directory_is_not_a_file(tmp_path):
    with pytest.raises(DataError, match="is a directory"):
        list(read_secrets_file(str(tmp_path), "--secrets-file"))


def test_another_failure_of_the_disk_is_told(file):
    with pytest.raises(DataError, match="cannot be read: Not a directory"):
        list(read_env_file(file("a", "") + "/b", "--env-file"))
