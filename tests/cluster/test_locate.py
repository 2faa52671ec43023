"""`assay locate` on a bed of hosts whose links are really slow, and what it refuses."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster import topology
from tests.cluster.bed import Bed
from tests.cluster.errors import BedError
from tests.cluster.layout import Layout
from tests.cluster.mpirun import mpirun_line, run_line
from tests.conftest import Outcome, own_lines, records_of, verdict_of

CUT_OFF = 4
UNAVAILABLE = 5
USAGE = 6
FAIL = 8


@pytest.fixture(scope="module")
def bed() -> Iterator[Bed]:
    try:
        up = Bed.up("locate", Layout())
    except BedError as problem:
        pytest.skip(str(problem))
    with up:
        yield up


@pytest.fixture(scope="module")
def rails() -> Iterator[Bed]:
    try:
        up = Bed.up("rails", Layout(hosts=4, leaves=1, rails=2))
    except BedError as problem:
        pytest.skip(str(problem))
    with up:
        yield up


@pytest.fixture
def conf(bed: Bed, tmp_path: Path) -> Path:
    file = tmp_path / "topology.conf"
    file.write_text(topology.slurm(bed.layout))
    return file


def run(
    bed: Bed,
    *words: str,
    hosts: list[str] | None = None,
    ranks_per_host: int = 1,
) -> Outcome:
    line = mpirun_line(bed, ["assay", *words], hosts, ranks_per_host)
    done = subprocess.run(
        run_line(bed, line), capture_output=True, text=True, check=False, timeout=200
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


# Quicker where eight ranks share two processors; others leave the choice open: UCX, and hops.
BY_MPI = ("--no-hops", "--transport", "mpi")
# As many as it takes to tell ends from paths; an uplink needs all leaves.
SIX = [f"n{number}" for number in range(1, 7)]


def located(
    bed: Bed, tmp_path: Path, *options: str, hosts: list[str] | None = None
) -> tuple[Outcome, Path]:
    folder = tmp_path / "run"
    return run(bed, "locate", "--quiet", "--output", str(folder), *options, hosts=hosts), folder


def named(run_folder: Path) -> list[tuple[str | None, ...]]:
    suspects = verdict_of(run_folder)["suspects"]
    return [tuple(one[key] for key in ("kind", "name", "direction", "peer")) for one in suspects]


def test_passes_a_sound_network(bed: Bed, conf: Path, tmp_path: Path) -> None:
    outcome, folder = located(bed, tmp_path, "--topology", str(conf))
    assert outcome.code == 0, outcome.out + outcome.err
    assert named(folder) == []
    pairs = {
        (record["from"], record["to"])
        for record in records_of(folder)
        if record["benchmark"] == "pair"
    }
    assert len(pairs) == 56
    traces = [record for record in records_of(folder) if "trace" in record]
    assert [record["algorithm"] for record in traces] == ["ring", "tree"]
    assert "n8 -> n1" in outcome.out  # the picture of the ring
    ports = [one for one in verdict_of(folder)["checks"] if one["name"] == "network/port"]
    assert {one["status"] for one in ports} == {"skipped"}
    assert {one["reason"] for one in ports} == {
        "not checked: eth0 is virtual: the speed that it states limits nothing"
    }
    assert [one["subject"] for one in ports] == [f"n{number} eth0" for number in range(1, 9)]


@pytest.mark.parametrize(
    ("fault", "options", "hosts", "expected"),
    [
        ("slow-receive n5 30%", BY_MPI, SIX, ("node", "n5", "receive", None)),
        ("slow-path n1 n6 30%", BY_MPI, SIX, ("path", "n1", "send", "n6")),
        ("slow-uplink leaf2 30% up", (), None, ("uplink", "leaf2", "send", None)),
    ],
)
def test_names_what_is_slow(
    bed: Bed,
    conf: Path,
    tmp_path: Path,
    fault: str,
    options: tuple[str, ...],
    hosts: list[str] | None,
    expected: tuple[str | None, ...],
) -> None:
    bed.fault(fault)
    try:
        outcome, folder = located(bed, tmp_path, *options, "--topology", str(conf), hosts=hosts)
    finally:
        bed.heal()
    assert outcome.code == FAIL, outcome.out + outcome.err
    assert named(folder) == [expected]
    assert verdict_of(folder)["suspects"][0]["deficit"] == pytest.approx(0.3, abs=0.06)


def test_names_one_rail_of_a_node(rails: Bed, tmp_path: Path) -> None:
    rails.fault("slow-send n2 30% rail=1")
    try:
        outcome, folder = located(rails, tmp_path, "--no-hops", "--rails", "eth0,eth1")
    finally:
        rails.heal()
    assert outcome.code == FAIL, outcome.out + outcome.err
    assert named(folder) == [("nic", "n2", "send", None)]
    (suspect,) = verdict_of(folder)["suspects"]
    assert suspect["rail"] == "eth1"
    assert suspect["deficit"] == pytest.approx(0.3, abs=0.06)
    pairs = [record for record in records_of(folder) if record["benchmark"] == "pair"]
    assert {record["rail"] for record in pairs} == {"eth0", "eth1"}


def test_says_whose_rail_is_down(rails: Bed) -> None:
    line = mpirun_line(rails, ["assay", "locate", "--rails", "eth0,eth1"])
    line[line.index("btl_tcp_if_include") + 1] = "eth0"  # MPI itself would hang at the other one
    rails.fault("down n2 rail=1")
    try:
        done = subprocess.run(
            run_line(rails, line), capture_output=True, text=True, check=False, timeout=100
        )
    finally:
        rails.heal()
    assert done.returncode == UNAVAILABLE, done.stdout + done.stderr
    (said,) = own_lines(done.stderr)
    assert "rail 'eth1' of n2 cannot be used: the kernel says of its link" in said


def test_names_a_node_that_loses_packets(bed: Bed, conf: Path, tmp_path: Path) -> None:
    bed.fault("loss n3 1%")
    try:
        outcome, folder = located(bed, tmp_path, *BY_MPI, "--topology", str(conf), hosts=SIX)
    finally:
        bed.heal()
    assert outcome.code == FAIL, outcome.out + outcome.err
    assert named(folder) == [("node", "n3", "both", None)]
    assert "TCP segments lost" in str(verdict_of(folder)["suspects"][0]["evidence"])


def test_says_who_is_cut_off(bed: Bed) -> None:
    bed.fault("down n3")
    try:
        outcome = run(bed, "locate", *BY_MPI, "-T", "4", hosts=["n1", "n2", "n3"])
    finally:
        bed.heal()
    assert outcome.code == CUT_OFF, outcome.out + outcome.err
    assert "rank 2 on n3 hears nothing of rank 0 within 4 s" in outcome.err
    assert "rank 2 did not answer rank 0 on n1" in outcome.err


def test_a_run_that_breaks_off_names_the_host_that_lost_its_link(bed: Bed, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    lost = ["--inject", "drop:rank=1,every=300"]  # what a link that comes back may do to a message
    work = ["all_reduce", "--algorithm", "ring", "-b", "4M", "-e", "4M", "--transport", "mpi"]
    keep = ["--output", str(folder), "--redact"]
    with ThreadPoolExecutor() as pool:
        going = pool.submit(run, bed, "bench", *work, *lost, "-T", "3", *keep, hosts=["n1", "n2"])
        while not (folder / "run.json").is_file() and not going.done():
            time.sleep(0.05)
        bed.fault("flap n2 1s")
        outcome = going.result()
        bed.heal()
    assert outcome.code == CUT_OFF, outcome.out + outcome.err
    assert "n2: eth0 lost its link" in outcome.err
    assert named(folder) == [("node", "host-2", "both", None)]
    text = (folder / "verdict.json").read_text()
    assert "host-1 waited for rank 1" in text
    assert not re.search(r"\bn[12]\b", text)


def test_narrows_the_search_to_some_nodes(bed: Bed, conf: Path, tmp_path: Path) -> None:
    options = [*BY_MPI, "--topology", str(conf), "--nodes", "n[1-5]", "--exclude", "n4"]
    outcome, folder = located(bed, tmp_path, *options)
    assert outcome.code == 0, outcome.out + outcome.err
    pairs = {
        host
        for record in records_of(folder)
        if record["benchmark"] == "pair"
        for host in (record["from"], record["to"])
    }
    assert pairs == {"n1", "n2", "n3", "n5"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--nodes", "n1,n9"], "node 'n9' is not among this job's: n1, n2, n3"),
        (["--nodes", "n1,n1"], "node 'n1' is named twice"),
        (["--nodes", "n1"], "between two nodes or more"),
        (["--exclude", "n7"], "--exclude names 'n7'"),
        (["--nodes", "n[1-"], "n[1-"),
        (["--topology", "/nowhere/topology.conf"], "/nowhere/topology.conf"),
    ],
)
def test_refuses_what_is_not_there(bed: Bed, options: list[str], said: str) -> None:
    outcome = run(bed, "locate", *options, hosts=["n1", "n2", "n3"])
    assert outcome.code == USAGE
    (line,) = own_lines(outcome.err)
    assert said in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SwitchName=leaf1 Nodes=n[1-2]\n", "n3"),
        ("SwitchName=leaf1 Nodes=n[1-3]\nSwitchName=leaf2 Nodes=n3\n", "n3"),
        ("SwitchName=leaf1 Hosts=n[1-3]\n", "Hosts"),
        ("", "topology.conf"),
    ],
)
def test_refuses_a_topology_that_does_not_fit(
    bed: Bed, tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "topology.conf"
    file.write_text(text)
    outcome = run(bed, "locate", "--topology", str(file), hosts=["n1", "n2", "n3"])
    assert outcome.code == USAGE
    (line,) = own_lines(outcome.err)
    assert said in line


def test_refuses_nodes_with_different_numbers_of_ranks(bed: Bed) -> None:
    line = mpirun_line(bed, ["assay", "locate"], ["n1", "n2"], 2)
    slots = line.index("--host") + 1
    line[slots] = "n1:2,n2:1"
    line[line.index("-n") + 1] = "3"
    done = subprocess.run(
        run_line(bed, line), capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == USAGE
    (said,) = own_lines(done.stderr)
    assert "n1 has 2 ranks and n2 has 1" in said
