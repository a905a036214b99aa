"""What would be uploaded with the function: junk, files of secrets, secrets in the source."""

from __future__ import annotations

import json
import os

import pytest

from fn_emulator.checks.deployability.contents import junk_in_folder, secret_file_in_folder, size
from fn_emulator.checks.deployability.secrets import secret_in_source

HANDLE = "def handle(data):\n    return data\n"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx0Zk2vQ7xL4mT8wB1nR6\n-----END RSA PRIVATE KEY-----\n"


def test_junk_is_shown_with_its_size_and_largest_members(found):
    files = {".venv/lib/a.py": "x" * 3000, ".git/config": "y" * 500, ".git/HEAD": "z" * 500, "node_modules/a.js": "w"}
    (finding,) = found(junk_in_folder, HANDLE, {**files, ".idea/x": "12"})
    assert finding.message == (
        "4.0 kB of the 4.0 kB that the SDK would upload are of no use there:"
        " .venv (3.0 kB), .git (1.0 kB), .idea (2 B) and 1 more."
    )
    assert (finding.severity, finding.file) == ("warning", "fn")
    assert finding.evidence["files"] == 5
    assert finding.evidence["largest"] == {".venv": 3000, ".git": 1000, ".idea": 2, "node_modules": 1}


def test_a_few_bytes_of_caches_are_a_note(found):
    (finding,) = found(junk_in_folder, HANDLE, {"__pycache__/handler.cpython-311.pyc": b"x" * 100, "a/b.pyc": b"y"})
    assert finding.severity == "note"


def test_tests_are_junk_only_when_they_are_large(found):
    assert found(junk_in_folder, HANDLE, {"tests/test_a.py": "def test_a(): ...\n", "data/rates.csv": "x"}) == []
    (finding,) = found(junk_in_folder, HANDLE, {"tests/data/big.bin": b"x" * 2_000_000})
    assert finding.message.endswith("are of no use there: tests (2.0 MB).")


def test_a_link_that_leads_nowhere_is_named(found, function, tmp_path):
    function(HANDLE)
    os.symlink("nowhere", tmp_path / "fn" / "lost")
    (finding,) = found(junk_in_folder)
    assert finding.file == "fn/lost"
    assert finding.message.startswith("this does not reach the zip as it is: it is a link that leads nowhere")


def test_sizes_are_decimal():
    assert [size(12), size(1500), size(12_300_000)] == ["12 B", "1.5 kB", "12.3 MB"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "export PASSWORD=hunter2\n"),
        (".env.local", "A=b\n"),
        ("server.key", KEY),
        ("server.pem", "?"),
        ("id_rsa", KEY),
        ("conf/credentials.json", '{"client_secret": "x"}'),
        ("service-account.json", '{"type": "service_account", "private_key": "x"}'),
        ("secrets.yaml", "a: b\n"),
        (".netrc", "machine x login y password z\n"),
    ],
)
def test_a_file_of_secrets_is_an_error(found, name, text):
    (finding,) = found(secret_file_in_folder, HANDLE, {name: text})
    assert (finding.severity, finding.file) == ("error", f"fn/{name}")
    assert finding.message.startswith("this file would be uploaded with the function: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env.example", "PASSWORD=change-me\n"),
        (".env", "# PASSWORD=\nPASSWORD=\n"),
        (".env", ""),
        ("ca.pem", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"),
        ("id_rsa.pub", "ssh-rsa AAAA\n"),
        ("credentials.json", '{"client_id": "x", "items": [{"password": ""}]}'),
        (".venv/lib/site-packages/certifi/x.pem", KEY),
        ("environment.py", "A = 1\n"),
        ("secrets.py", "def load(): ...\n"),
    ],
)
def test_a_file_that_only_looks_like_one_is_left_alone(found, name, text):
    assert found(secret_file_in_folder, HANDLE, {name: text}) == []


JWT = ".".join(["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"])
RANDOM = "p9Zk2vQ7xL4mT8wB1nR6"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (f"x = '{JWT}'", "a JSON web token"),
        (f"x = '''{KEY}'''", "a private key"),
        ("x = 'AKIA" + "IOSFODNN7EXAMPL1'", "an AWS access key"),
        ("x = 'ghp_" + "a1B2c3D4" * 5 + "'", "a GitHub token"),
        ("x = 'postgres://me:" + RANDOM + "@db.example.com/x'", "a password in a URL"),
        (f"client_secret = '{RANDOM}'", "what looks like a secret, the value of 'client_secret',"),
        (f"login(password='{RANDOM}')", "what looks like a secret, the value of 'password',"),
        (f"x = {{'api-key': '{RANDOM}'}}", "what looks like a secret, the value of 'api-key',"),
        (f"config['token'] = '{RANDOM}'", "what looks like a secret, the value of 'token',"),
        (f"def f(secret='{RANDOM}'): ...", "what looks like a secret, the value of 'secret',"),
    ],
)
def test_a_secret_in_the_source_is_an_error_that_does_not_show_it(found, line, what):
    (finding,) = found(secret_in_source, f"{HANDLE}\n\n{line}\n")
    assert finding.message == f"{what} is written into the source."
    assert (finding.severity, finding.line) == ("error", 5)
    assert RANDOM not in repr(finding)


@pytest.mark.parametrize(
    "line",
    [
        "client_secret = secrets['client-secret']",
        "client_secret = 'your-client-secret-0123456789'",
        "password = 'hunter2'",
        "token_url = 'https://login.example.com/0123456789abcdef/token'",
        f"token_name = '{RANDOM}'",
        f"dataset = '{RANDOM}'",
        "x = '-----BEGIN PRIVATE KEY-----'",
        "x = 'postgres://user:password@localhost/x'",
        "secret = 'the quick brown fox jumps over 13 dogs'",
        "api_key = '${API_KEY_0123456789abc}'",
    ],
)
def test_what_is_no_secret_is_left_alone(found, line):
    assert found(secret_in_source, f"{HANDLE}\n\n{line}\n") == []


def test_a_secret_in_another_file_is_found(found):
    files = {"config.json": json.dumps({"token": JWT}), "pip.txt": "x", "image.png": JWT, ".git/x.txt": JWT}
    (finding,) = found(secret_in_source, HANDLE, files)
    assert (finding.file, finding.line) == ("fn/config.json", 1)


@pytest.mark.parametrize("name", ["a.csv", "b.py", ".env"])
def test_what_has_no_end_is_not_read(found, function, tmp_path, name):
    function(HANDLE)
    os.symlink("/dev/zero", tmp_path / "fn" / name)
    os.mkfifo(tmp_path / "fn" / "pipe.txt")
    assert found(secret_in_source) == found(secret_file_in_folder) == []


@pytest.mark.parametrize("text", ["eyJ-", "a://", "://a:", "\n", " ", "-----BEGIN "])
def test_large_files_of_one_kind_of_text_are_read_in_no_time(found, text):
    files = {"data.txt": text * 100_000, ".env.local": text * 100_000}
    assert found(secret_in_source, HANDLE, files) == []
    assert found(secret_file_in_folder, HANDLE, files) == []


def test_credentials_that_cannot_be_read_count_as_such(found):
    (finding,) = found(secret_file_in_folder, HANDLE, {"credentials.json": "[" * 50_000})
    assert finding.message == "this file would be uploaded with the function: it holds credentials."
