"""Beds come and go, however they are ended, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster import state, system
from tests.cluster.bed import HERE, Bed, sweep
from tests.cluster.command import main
from tests.cluster.conftest import needs_namespaces
from tests.cluster.layout import Layout
from tests.conftest import ASSAY, library

pytestmark = needs_namespaces

needs_mpirun = pytest.mark.skipif(not shutil.which("mpirun"), reason="no mpirun")

COMMAND = str(HERE / "cluster")
SMALL = ["--hosts", "2", "--leaves", "2"]


def cluster(name: str, *words: str) -> int:
    """The command without a process of its own."""
    return main(["--bed", name, *words])


def outcome(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    line = [COMMAND, "--bed", name, *words]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)


def start(name: str, *words: str) -> subprocess.Popen[str]:
    line = [COMMAND, "--bed", name, *words]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def namespaces_of(name: str) -> list[str]:
    return [space for space in system.namespaces() if space.startswith(state.prefix_of(name))]


def processes_of(name: str) -> list[int]:
    """Whatever has the bed's name or folder among its words, too."""
    found = [process for space in namespaces_of(name) for process in system.processes_in(space)]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state.prefix_of(name) in words or str(state.folder_of(name)) in words:
            found.append(int(entry.name))
    return found


def mounts_of(name: str) -> list[str]:
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [x for x in lines if state.prefix_of(name) in x or str(state.folder_of(name)) in x]


def interfaces() -> set[str]:
    return {path.name for path in Path("/sys/class/net").iterdir()}


def nothing_of(name: str) -> bool:
    left = (namespaces_of(name), processes_of(name), mounts_of(name))
    return left == ([], [], []) and not state.folder_of(name).exists()


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """Of this test's bed, which does not outlive it."""
    mine = f"life{os.getpid()}"
    yield mine
    cluster(mine, "down")
    assert nothing_of(mine)


def test_up_and_down_leave_nothing(name: str) -> None:
    before = interfaces()
    assert cluster(name, "up", *SMALL, "--rails", "2") == 0
    assert len(namespaces_of(name)) == 4
    assert len(processes_of(name)) >= 3
    for fault in ("flap n1 1s", "loss n2 1%", "down n2 rail=1", "slow-path n1 n2 9%"):
        assert cluster(name, "fault", fault) == 0
    assert "loss n2 1%" in outcome(name, "status").stdout
    assert interfaces() == before
    assert cluster(name, "down") == 0
    assert nothing_of(name)


def test_down_ends_what_runs_on_the_hosts(name: str) -> None:
    assert cluster(name, "up", *SMALL) == 0
    sleeper = start(name, "exec", "n1", "sleep", "1000")
    wait_for(lambda: b"1000" in Path(f"/proc/{sleeper.pid}/cmdline").read_bytes())
    assert cluster(name, "down") == 0
    assert sleeper.wait(timeout=10) != 0
    assert nothing_of(name)


def test_hosts_have_their_own_names_memory_and_processes(name: str) -> None:
    assert cluster(name, "up", *SMALL) == 0

    bed = Bed.open(name)

    def on(host: str, command: str) -> str:
        words = bed.enter(host, ["sh", "-c", command])
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()

    assert on("n2", "hostname") == "n2"
    assert on("n1", "cat /proc/1/comm") == "sleep"
    boot = "cat /proc/sys/kernel/random/boot_id"
    assert len({on("n1", boot), on("n2", boot), Path(boot.split()[1]).read_text().strip()}) == 3
    for folder in ("/dev/shm", '"$TMPDIR"'):
        on("n1", f"echo here >{folder}/assay-bed-test")
        assert on("n1", f"cat {folder}/assay-bed-test") == "here"
        assert on("n2", f"ls {folder}") == ""
    assert not Path("/dev/shm/assay-bed-test").exists()
    assert on("n1", "pwd") == str(Path.cwd())
    assert outcome(name, "exec", "n1", "sh", "-c", "exit 42").returncode == 42


@needs_mpirun
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_bed_ends_its_job_and_goes_down(name: str, number: signal.Signals) -> None:
    job = ["sh", "-c", "trap 'echo ended' TERM; sleep 1000 & wait"]
    process = start(name, "with", *SMALL, "--", *job)
    wait_for(lambda: running(name, "1000"))
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "ended" in out
    assert nothing_of(name)


def running(name: str, word: str) -> bool:
    """Whether a host of the bed runs a program with that word."""
    for process in processes_of(name):
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if words[0].endswith(b"sleep") and word.encode() in words:
            return True
    return False


@needs_mpirun
@pytest.mark.parametrize("moment", ["while it is built", "while it runs"])
def test_what_a_killed_bed_leaves_is_removed_by_the_next(name: str, moment: str) -> None:
    process = start(name, "with", *SMALL, "--", "sleep", "1000")
    wait_for(lambda: bool(namespaces_of(name)) if "built" in moment else running(name, "1000"))
    process.kill()
    process.wait(timeout=30)
    assert not nothing_of(name)
    assert cluster("other", "down") == 0
    assert nothing_of(name)


@needs_mpirun
def test_up_takes_the_place_of_a_dead_bed_of_its_name(name: str) -> None:
    process = start(name, "with", *SMALL, "--", "sleep", "1000")
    wait_for(lambda: running(name, "1000"))
    process.kill()
    process.wait(timeout=30)
    assert cluster(name, "up", *SMALL) == 0
    assert not running(name, "1000")


def test_a_bed_that_is_up_is_not_taken_over(name: str) -> None:
    assert cluster(name, "up", *SMALL) == 0
    again = outcome(name, "up", *SMALL)
    assert (again.returncode, again.stderr.count("\n")) == (6, 1)
    assert sweep() == []
    assert outcome(name, "exec", "n2", "true").returncode == 0


def test_beds_are_not_handled_from_inside_of_one(name: str) -> None:
    assert cluster(name, "up", *SMALL) == 0
    for host in ("n1", "head"):
        inside = outcome(name, "exec", host, COMMAND, "down")
        assert (inside.returncode, inside.stderr.count("\n")) == (5, 1)
    assert outcome(name, "exec", "n2", "true").returncode == 0


def test_two_beds_do_not_meet(name: str) -> None:
    assert cluster(name, "up", *SMALL) == 0
    with Bed.up(f"{name}b", Layout(hosts=2, leaves=1)) as second:
        for bed in (name, f"{name}b"):
            assert cluster(bed, "fault", f"slow-send n{1 + (bed == name)} 10%") == 0
        assert state.read(name).faults == ["slow-send n2 10%"]
        mark = ["sh", "-c", "echo mine >/dev/shm/assay-bed-test"]
        subprocess.run(second.enter("n1", mark), check=True)
        assert outcome(name, "exec", "n1", "ls", "/dev/shm").stdout == ""
    assert nothing_of(f"{name}b")
    assert outcome(name, "exec", "n2", "true").returncode == 0


@needs_mpirun
def test_run_is_mpirun_across_the_hosts(name: str) -> None:
    assert cluster(name, "up", "--hosts", "4", "--leaves", "2") == 0
    done = outcome(name, "run", "--", "hostname")
    if done.returncode == 5:
        pytest.skip(done.stderr.strip())
    assert sorted(done.stdout.split()) == ["n1", "n2", "n3", "n4"]
    assert "mpirun" in done.stderr.splitlines()[0]
    some = outcome(name, "run", "--ranks-per-host", "2", "--hosts", "n2,n4", "--", "hostname")
    assert sorted(some.stdout.split()) == ["n2", "n2", "n4", "n4"]
    assert outcome(name, "run", "--", "sh", "-c", "exit 7").returncode == 7


@needs_mpirun
def test_assay_runs_between_the_hosts(name: str) -> None:
    if "Open MPI" not in library():
        pytest.skip(f"built with {library()}, and the bed starts jobs with Open MPI")
    options = ["bench", "all_reduce", "-b", "64K", "-e", "64K", "-n", "3"]
    done = outcome(name, "with", "--hosts", "3", "--", str(ASSAY), *options)
    if done.returncode == 5:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done
    for host in ("n1", "n2", "n3"):
        assert f" {host} " in done.stdout
    assert "# Out of bounds values : 0 OK" in done.stdout
    assert nothing_of(name)
