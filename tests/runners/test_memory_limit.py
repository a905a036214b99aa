from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from fn_emulator.harness.memory_limit import bind, peak_mb, reset_peak
from fn_emulator.harness.peak import peak_memory_mb
from fn_emulator.runners import cgroup
from fn_emulator.runners.cgroup import count_of, open_cgroup
from fn_emulator.runners.cgroup_place import V1, V2, Candidate, candidates
from fn_emulator.runners.memory_limit import Unlimited, open_memory_limit
from fn_emulator.runners.resident import ResourceLimits, resident_mb

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")

DRIVER = """
import json, os, signal, sys, time
from fn_emulator.harness.memory_limit import bind
from fn_emulator.runners.memory_limit import open_memory_limit

def fill(mb):
    kept = [bytearray(1 << 20) for _ in range(mb)]
    os.write(ready, b".")
    return kept

limit = open_memory_limit(float(sys.argv[1]), way=sys.argv[2])
told, ready = os.pipe()
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    bind(json.loads(json.dumps(limit.spec)))
    try:
        exec(sys.argv[3])
        os._exit(0)
    except MemoryError:
        os._exit(42)
ended = 0
while not ended:
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended and limit.is_exceeded(pid):
        os.killpg(pid, signal.SIGKILL)
        ended, status = os.waitpid(pid, 0)
    time.sleep(0.001)
seen = {
    "way": limit.way, "code": os.waitstatus_to_exitcode(status), "kills": limit.counted_kills(),
    "killed": [limit.has_killed(), limit.has_killed()], "peak": limit.peak_mb(),
}
limit.close()
entry = limit.spec.get("procs", ["/gone/x"])[0]
print(json.dumps({**seen, "left": os.path.exists(os.path.dirname(entry))}))
"""


def can_make_cgroups():
    limit = open_memory_limit(64, way="cgroup")
    limit.close()
    return limit.way == "cgroup"


@pytest.fixture(params=["cgroup", "limits"])
def limited(request):
    """Runs code in a forked child under a limit, and gives what was seen of it."""
    if request.param == "cgroup" and not can_make_cgroups():
        pytest.skip("no cgroup with a memory limit may be made here")

    def run(limit_mb, code):
        command = [sys.executable, "-c", DRIVER, str(limit_mb), request.param, code]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return run


def test_a_child_over_its_limit_is_killed_and_counted(limited):
    seen = limited(60, "kept = []\nwhile True: kept.append(bytearray(1 << 20)); time.sleep(0.001)")
    assert (seen["code"], seen["kills"], seen["killed"], seen["left"]) == (-9, 1, [True, False], False)
    assert 50 < seen["peak"] < 120


def test_a_neighbour_below_the_limit_stays(limited):
    seen = limited(100, "kept = fill(30); time.sleep(0.1)")
    assert (seen["code"], seen["kills"], seen["killed"], seen["left"]) == (0, 0, [False, False], False)
    assert 30 < seen["peak"] < 100


def test_what_the_childs_own_processes_use_counts(limited):
    forks = "[os.fork() for _ in range(2)]; kept = fill(40); time.sleep(0.5)"
    assert limited(100, forks)["kills"] >= 1


def test_more_than_could_be_seen_in_time_is_refused_by_the_resource_limit(limited):
    seen = limited(60, "kept = bytearray(4 << 30)")
    # A cgroup lets memory be reserved and kills when it is filled; both end the call.
    assert (seen["way"], seen["code"]) in [("cgroup", -9), ("resource limits", 42)]


def test_a_process_that_stays_in_the_cgroup_is_ended_with_it():
    if not can_make_cgroups():
        pytest.skip("no cgroup with a memory limit may be made here")
    limit = open_memory_limit(64, way="cgroup")
    code = "import os, sys; os.write(os.open(sys.argv[1], os.O_WRONLY), b'0'); print(flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, limit.spec["procs"][0]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        limit.close()
        assert process.wait(10) == -9
    assert not os.path.exists(os.path.dirname(limit.spec["procs"][0]))


def test_two_limits_of_one_process_have_cgroups_of_their_own():
    first, second = open_memory_limit(64), open_memory_limit(64)
    if first.way == "cgroup":
        assert first.spec != second.spec
    first.close()
    second.close()
    second.close()  # once more does no harm


def test_resource_limits_leave_room_for_what_is_reserved_and_not_used():
    assert open_memory_limit(100, way="limits").spec == {"data_bytes": 356 * 1024 * 1024}


def test_nothing_is_limited_where_nothing_can(monkeypatch):
    monkeypatch.setattr("fn_emulator.runners.memory_limit.open_cgroup", lambda memory_mb: None)
    monkeypatch.setattr("fn_emulator.runners.resident.can_be_seen", lambda: False)
    limit = open_memory_limit(100)
    assert isinstance(limit, Unlimited)
    seen = (limit.way, dict(limit.spec), limit.is_exceeded(1), limit.counted_kills(), limit.has_killed())
    assert seen == (None, {}, False, 0, False)
    assert (limit.peak_mb(), limit.close()) == (None, None)


def test_a_group_that_is_gone_has_no_size_and_exceeds_nothing():
    limit = ResourceLimits(1.0)
    assert (resident_mb(2**22 + 1), limit.is_exceeded(2**22 + 1), limit.peak_mb()) == (None, False, None)


MOUNTS_V1 = """\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
"""
MOUNTS_V2 = "24 22 0:21 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"


def test_in_v1_a_cgroup_is_made_below_our_own():
    own = "5:devices:/\n4:memory:/user/a\n2:cpu,cpuacct:/\n0::/\n"
    assert candidates(own, MOUNTS_V1) == [Candidate("/sys/fs/cgroup/memory/user/a", V1)]


def test_in_v2_a_cgroup_is_made_beside_our_own():
    assert candidates("0::/user.slice/app.slice/term.scope\n", MOUNTS_V2) == [
        Candidate("/sys/fs/cgroup/user.slice/app.slice", V2),
        Candidate("/sys/fs/cgroup/user.slice/app.slice/term.scope", V2),
    ]


def test_in_the_root_of_v2_there_is_no_place_beside():
    assert candidates("0::/\n", MOUNTS_V2) == [Candidate("/sys/fs/cgroup", V2)]


def test_in_a_container_the_path_begins_below_what_is_mounted():
    mounts = "35 31 0:32 /docker/12 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
    assert candidates("4:memory:/docker/12/x\n", mounts) == [Candidate("/sys/fs/cgroup/memory/x", V1)]
    assert candidates("4:memory:/elsewhere\n", mounts) == []


@pytest.mark.parametrize(("own", "mounts"), [("", ""), ("0::/a\n", MOUNTS_V1[:80]), ("0::/../a\n", MOUNTS_V2)])
def test_without_a_mounted_hierarchy_of_ours_there_is_no_place(own, mounts):
    assert candidates(own, mounts) == []


@pytest.mark.parametrize(
    "events",
    ["oom_kill_disable 0\nunder_oom 0\noom_kill 3\n", "low 0\nhigh 0\nmax 9\noom 4\noom_kill 3\noom_group_kill 1\n"],
    ids=["v1", "v2"],
)
def test_kills_are_counted_in_the_text_of_both_versions(events):
    assert (count_of("oom_kill", events), count_of("not_there", events)) == (3, 0)


@pytest.fixture
def v2(tmp_path, monkeypatch):
    """A folder with the files of cgroup v2, in which making a folder makes its files, as the kernel does."""
    for name, text in (("cgroup.subtree_control", "cpu memory\n"), ("cgroup.procs", "")):
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(cgroup, "candidates", lambda own, mounts: [Candidate(str(tmp_path), V2)])
    make = os.mkdir

    def mkdir(path, mode):
        make(path, mode)
        for name in ("memory.max", "memory.swap.max", "memory.oom.group", "memory.events", "memory.peak"):
            with open(f"{path}/{name}", "w"):
                pass

    monkeypatch.setattr(os, "mkdir", mkdir)
    monkeypatch.setattr(cgroup, "_removed", lambda folder: True)
    return tmp_path


def test_v2_is_told_the_limit_without_swap_and_kills_as_a_group(v2):
    limit = open_cgroup(100)
    made = v2 / f"fn-emulate-{os.getpid()}-0"
    assert limit.spec == {"procs": [f"{made}/cgroup.procs"]}
    told = {name: (made / name).read_text() for name in ("memory.max", "memory.swap.max", "memory.oom.group")}
    assert told == {"memory.max": "104857600", "memory.swap.max": "0", "memory.oom.group": "1"}


def test_v2_tells_kills_and_peak(v2):
    limit = open_cgroup(100)
    made = v2 / f"fn-emulate-{os.getpid()}-0"
    assert (limit.counted_kills(), limit.peak_mb()) == (0, None)
    (made / "memory.events").write_text("oom 1\noom_kill 2\n")
    (made / "memory.peak").write_text("104857600\n")
    assert (limit.counted_kills(), limit.has_killed(), limit.has_killed(), limit.peak_mb()) == (2, True, False, 100.0)


def test_v2_is_left_alone_where_it_does_not_hand_memory_down(v2):
    (v2 / "cgroup.subtree_control").write_text("cpu pids\n")
    assert open_cgroup(100) is None


def test_what_a_killed_command_left_is_removed_by_the_next(v2, monkeypatch):
    removed = []
    monkeypatch.setattr(cgroup, "_removed", lambda folder: removed.append(os.path.basename(folder)) or True)
    for name in ("fn-emulate-4194305-0", f"fn-emulate-{os.getpid()}-0", "others-4194305-0"):
        (v2 / name).mkdir(0o755)
    limit = open_cgroup(100)
    assert removed == ["fn-emulate-4194305-0"]
    assert limit.spec["procs"][0].endswith(f"fn-emulate-{os.getpid()}-1/cgroup.procs")


def test_a_limit_that_cannot_be_set_is_no_limit(v2, monkeypatch):
    monkeypatch.setattr(V2.__class__, "limit", property(lambda files: "not.there"))
    assert open_cgroup(100) is None


def test_a_folder_in_which_nothing_can_be_made_is_no_place(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroup, "candidates", lambda own, mounts: [Candidate(str(tmp_path / "not there"), V1)])
    assert open_cgroup(100) is None


def test_the_peak_begins_anew_for_each_call():
    filled = bytearray(64 << 20)
    before = peak_mb()
    del filled
    reset_peak()
    after = peak_mb()
    assert after < before - 32


def test_a_system_that_cannot_reset_the_peak_tells_that_of_the_process(monkeypatch):
    def refuse(path, flags):
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    reset_peak()
    assert peak_mb() == peak_memory_mb()


def test_no_limit_binds_nothing():
    bind(None)
    bind({})
