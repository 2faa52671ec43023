"""Transport ucx, rails, and what auto chooses for ranks on several hosts."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import (
    ASSAY,
    Outcome,
    finish,
    launch,
    own_lines,
    records_of,
    start_words,
    verdict_of,
)

Assay = Callable[..., Outcome]

LIST = subprocess.run([ASSAY, "bench", "--list"], capture_output=True, text=True, check=True).stdout
HAS_UCX = "\n  ucx " in LIST
needs_ucx = pytest.mark.skipif(not HAS_UCX, reason="ucx is not in this build")
SHORT = ["-n", "3", "-w", "1"]


def renamed(words: list[str], hosts: int) -> list[str]:
    """Has each rank take its host for one of `hosts`, ranks turn about."""
    rank = "${OMPI_COMM_WORLD_RANK:-$PMI_RANK}"
    script = f"hostname node$(({rank} % {hosts})) && exec {shlex.join(words)}"
    return ["unshare", "--uts", "sh", "-c", script]


def can_rename() -> bool:
    done = subprocess.run(["unshare", "--uts", "hostname", "node0"], capture_output=True)
    return done.returncode == 0


needs_names = pytest.mark.skipif(not can_rename(), reason="needs root to rename hosts")


def start_on_hosts(
    ranks: int, hosts: int, *arguments: str, **settings: str
) -> subprocess.Popen[str]:
    words = ["env", *(f"{name}={value}" for name, value in settings.items()), str(ASSAY)]
    return start_words([*launch(ranks), *renamed([*words, *arguments], hosts)])


def test_list_says_whether_ucx_is_here() -> None:
    missing = re.findall(r"^not in this build: (.+)$", LIST, re.MULTILINE)
    assert ("ucx" in ", ".join(missing).split(", ")) != HAS_UCX


@pytest.mark.skipif(HAS_UCX, reason="ucx is in this build")
def test_ucx_that_is_not_built_is_unavailable(assay: Assay) -> None:
    outcome = assay(1, "bench", "all_reduce", "--transport", "ucx")
    assert outcome.code == 5
    assert "transport ucx is not in this build" in outcome.err


@needs_ucx
@pytest.mark.parametrize("ranks", [2, 3, 4])
def test_sums_are_right(assay: Assay, ranks: int) -> None:
    sizes = ["-b", "8", "-e", "512K", "-f", "16"]
    outcome = assay(
        ranks, "bench", "all_reduce", *sizes, *SHORT, "--transport", "ucx", "--algorithm", "all"
    )
    assert outcome.code == 0, outcome.err
    assert "# Out of bounds values : 0 OK" in outcome.out


@needs_ucx
def test_a_rail_that_is_not_there_is_refused_in_one_line(assay: Assay) -> None:
    outcome = assay(2, "bench", "all_reduce", *SHORT, "--transport", "ucx", "--rails", "lo,nix0")
    assert outcome.code == 6
    (line,) = own_lines(outcome.err)
    assert re.search(r"no rail 'nix0' on \S+; UCX finds .*\blo\b", line)


@needs_ucx
def test_rails_are_for_ucx(assay: Assay) -> None:
    for transport in ("mpi", "auto"):
        outcome = assay(2, "bench", "all_reduce", "--transport", transport, "--rails", "lo")
        assert outcome.code == 6
        assert "--rails is for transport ucx" in outcome.err


@needs_ucx
def test_no_usable_transport_says_what_was_tried(
    assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UCX_TLS", "nix")
    outcome = assay(2, "bench", "all_reduce", *SHORT, "--transport", "ucx")
    assert outcome.code == 5
    (line,) = own_lines(outcome.err)
    assert "UCX_TLS=nix" in line


@needs_ucx
@needs_names
def test_auto_is_shared_memory_within_hosts_and_ucx_between(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ["-b", "8", "-e", "128K", "-f", "16", *SHORT, "--algorithm", "all", "--quiet"]
    outcome = finish(
        start_on_hosts(4, 2, "bench", "all_reduce", *options, "--output", str(run), UCX_TLS="tcp")
    )
    assert outcome.code == 0, outcome.err
    assert "# Out of bounds values : 0 OK" in outcome.out
    records = records_of(run)
    assert {record["transport"] for record in records} == {"shared_memory+ucx"}
    assert {"hierarchical_ring", "hierarchical_tree"} <= {record["algorithm"] for record in records}


@needs_ucx
@needs_names
def test_pairs_meet_by_what_fits_their_hosts(tmp_path: Path) -> None:
    run = tmp_path / "run"
    outcome = finish(start_on_hosts(3, 2, "bench", "pair", *SHORT, "--output", str(run)))
    assert outcome.code == 0, outcome.err
    for record in records_of(run):
        within = record["from"] == record["to"]
        assert record["transport"] == ("shared_memory" if within else "ucx")


@needs_names
def test_auto_takes_mpi_where_ucx_finds_nothing(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ["-b", "8", "-e", "8", *SHORT, "--algorithm", "ring", "--output", str(run)]
    outcome = finish(start_on_hosts(3, 2, "bench", "all_reduce", *options, UCX_TLS="nix"))
    assert outcome.code == 0, outcome.err
    assert "# transport auto: mpi between hosts: ucx cannot be used" in outcome.out
    assert {record["transport"] for record in records_of(run)} == {"shared_memory+mpi"}


def test_hierarchical_is_left_out_on_one_host(assay: Assay) -> None:
    options = ["-b", "8", "-e", "8", *SHORT]
    outcome = assay(2, "bench", "all_reduce", *options, "--algorithm", "all")
    assert "# left out: algorithm hierarchical_ring: all ranks are on one node" in outcome.out
    named = assay(2, "bench", "all_reduce", *options, "--algorithm", "hierarchical_ring")
    assert named.code == 0
    assert "# Out of bounds values : 0 OK" in named.out


@needs_ucx
@needs_names
def test_a_killed_peer_on_another_host_is_named(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = ["-b", "1M", "-e", "1M", "-N", "0", "--algorithm", "ring", "--transport", "ucx"]
    job = start_on_hosts(2, 2, "bench", "all_reduce", *options, "--output", str(run), UCX_TLS="tcp")
    deadline = time.monotonic() + 60
    while not ((run / "records.jsonl").exists() and (run / "records.jsonl").stat().st_size > 0):
        assert time.monotonic() < deadline and job.poll() is None
        time.sleep(0.1)
    ranks = json.loads((run / "run.json").read_text())["ranks"]
    os.kill(ranks[1]["pid"], signal.SIGKILL)
    begin = time.monotonic()
    outcome = finish(job)
    assert outcome.code == 4, outcome.err
    assert time.monotonic() - begin < 60  # the deadline of an operation is 300 s
    # By its supervisor or by UCX, whichever is first.
    assert any("rank 1" in line and "node1" in line for line in own_lines(outcome.err))
    (suspect,) = verdict_of(run)["suspects"]
    assert (suspect["name"], suspect["host"]) == ("rank 1", "node1")
