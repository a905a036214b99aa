from __future__ import annotations

import json
from pathlib import Path

import pytest

from fn_emulator.calls import MOST_CALLS, CallLog, calls_folder, find_recording, recordings
from fn_emulator.errors import RecordingError


def keep(log, **record):
    return log.append(lambda: json.dumps(record)[1:-1] or '"n":null', is_urgent=True)


def test_a_session_appends_to_one_file(tmp_path):
    log = CallLog(tmp_path)
    names = [keep(log, n=n) for n in range(3)]
    (file,) = Path(calls_folder(tmp_path)).iterdir()
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == names


def test_the_last_hundred_calls_are_kept(tmp_path):
    log = CallLog(tmp_path)
    for n in range(2 * MOST_CALLS + 5):
        keep(log, n=n)
    found = [record["n"] for record in recordings(tmp_path)]
    assert found == list(range(MOST_CALLS + 5, 2 * MOST_CALLS + 5))


def test_many_sessions_leave_a_bounded_number_of_files(tmp_path):
    for _ in range(MOST_CALLS + 20):
        log = CallLog(tmp_path)
        keep(log)
    assert len(list(Path(calls_folder(tmp_path)).iterdir())) <= MOST_CALLS


def test_a_line_that_was_cut_short_is_passed_over(tmp_path):
    keep(CallLog(tmp_path), n=1)
    (file,) = Path(calls_folder(tmp_path)).iterdir()
    with file.open("a") as end:
        end.write('{"schema": 1, "id": "half')
    assert [record["n"] for record in recordings(tmp_path)] == [1]


def test_an_end_that_fits_two_calls_is_ambiguous(tmp_path):
    log = CallLog(tmp_path)
    names = [keep(log) for _ in range(11)]
    with pytest.raises(RecordingError, match=r"2 recorded calls end with '1'\."):
        find_recording(tmp_path, "1")
    assert find_recording(tmp_path, names[0])["id"] == names[0]


def test_calls_that_follow_at_once_are_written_together_and_a_failure_at_once(tmp_path):
    log = CallLog(tmp_path)
    for n in range(3):
        log.append(lambda n=n: f'"n":{n}', is_urgent=False)
    assert [record["n"] for record in recordings(tmp_path)] == [0]
    log.append(lambda: '"n":3', is_urgent=True)
    assert [record["n"] for record in recordings(tmp_path)] == [0, 1, 2, 3]


def test_what_was_kept_back_is_written_at_the_end(tmp_path):
    log = CallLog(tmp_path)
    for n in range(3):
        log.append(lambda n=n: f'"n":{n}', is_urgent=False)
    log.close()
    assert [record["n"] for record in recordings(tmp_path)] == [0, 1, 2]


def test_a_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "home").mkdir(mode=0o755)
    (tmp_path / ".fn-emulate").symlink_to("home")
    with pytest.raises(OSError, match="it is a symbolic link"):
        keep(CallLog(tmp_path))
    assert list((tmp_path / "home").iterdir()) == []


def test_what_a_link_leads_to_is_left_alone(tmp_path):
    (tmp_path / ".fn-emulate").mkdir(mode=0o755)
    (tmp_path / "kept").write_text("kept")
    (tmp_path / ".fn-emulate" / ".gitignore").symlink_to("../kept")
    keep(CallLog(tmp_path))
    assert (tmp_path / "kept").read_text() == "kept"
    assert oct((tmp_path / ".fn-emulate").stat().st_mode)[-3:] == "755"


def test_what_is_no_file_of_ours_is_passed_over(tmp_path):
    keep(CallLog(tmp_path), n=1)
    (Path(calls_folder(tmp_path)) / "z.jsonl").mkdir()
    (Path(calls_folder(tmp_path)) / "y.jsonl").write_text('{"schema": 1}\n[1]\n' + "[" * 100_000)
    assert [record["n"] for record in recordings(tmp_path)] == [1]
