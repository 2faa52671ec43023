"""scripts/simulate from end to end: the program itself on simulated nodes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Outcome, records_of, verdict_of

SCRIPT = ROOT / "scripts" / "simulate"
needs_build = pytest.mark.skipif(
    shutil.which("smpirun") is None or not (ROOT / "build-simulate" / "assay").exists(),
    reason="no build for simulated nodes: scripts/test --simulate makes it",
)
SMALL_TREE = ["--nodes", "8", "--fabric", "fat-tree:4x2", "--quiet"]


def simulate(tmp_path: Path, *words: str, path: str | None = None) -> Outcome:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=600,
        env=None if path is None else {"PATH": path},
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "required: --nodes"),
        (["--nodes", "many"], "--nodes"),
        (["--nodes", "0"], "--nodes is 0"),
        (["--nodes", "8", "--fabric", "ring"], "unknown fabric 'ring'"),
        (["--nodes", "8", "--fault", "slow-send n8 30%"], "unknown node 'n8'"),
        (["--nodes", "8", "--link-rate", "-1"], "--link-rate"),
        (["--nodes", "8", "--output", "a b"], "'a b' cannot be handed on"),
        (["bench", "--nodes", "8"], "unknown verb 'bench'; known: accept, locate"),
    ],
)
def test_bad_input_is_one_line_and_code_six(tmp_path: Path, words: list[str], problem: str) -> None:
    outcome = simulate(tmp_path, *words)
    assert outcome.code == 6
    (line,) = outcome.err.splitlines()
    assert line.startswith("simulate: ")
    assert problem in line
    assert list(tmp_path.iterdir()) == []


def test_without_simgrid_it_says_what_installs_it(tmp_path: Path) -> None:
    outcome = simulate(tmp_path, "--nodes", "8", path=str(tmp_path))
    assert outcome.code == 5
    assert "scripts/setup --simulate" in outcome.err


@needs_build
def test_a_slow_sender_is_named(tmp_path: Path) -> None:
    outcome = simulate(
        tmp_path, "locate", *SMALL_TREE, "--fault", "slow-send n3 30%", "--output", "run"
    )
    assert outcome.code == 8, outcome
    assert "\nSIMULATED FAIL" in outcome.out  # after the picture of the hops
    run = tmp_path / "run"
    verdict = verdict_of(run)
    assert verdict["label"] == "simulated"
    assert json.loads((run / "run.json").read_text())["label"] == "simulated"
    (suspect,) = verdict["suspects"]
    assert (suspect["kind"], suspect["name"], suspect["direction"]) == ("node", "n3", "send")
    # Latencies are as they were, and have a small part in every message.
    assert 0.27 < suspect["deficit"] < 0.3
    records = records_of(run)
    assert {record["label"] for record in records} == {"simulated"}
    assert {record["benchmark"] for record in records} <= {"pair", "pair_latency", "all_reduce"}
    assert json.loads((run / "simulation.json").read_text())["faults"] == ["slow-send n3 30%"]
    assert (run / "platform.xml").exists()


@needs_build
def test_a_sound_network_passes(tmp_path: Path) -> None:
    outcome = simulate(tmp_path, "locate", *SMALL_TREE, "--output", "run")
    assert outcome.code == 0, outcome
    assert "\nSIMULATED PASS" in outcome.out
    assert verdict_of(tmp_path / "run")["suspects"] == []


@needs_build
def test_acceptance_measures_no_processor_of_this_machine(tmp_path: Path) -> None:
    outcome = simulate(tmp_path, "accept", "--nodes", "4", "--quiet", "--output", "run")
    assert outcome.code == 0, outcome
    run = tmp_path / "run"
    measured = {record["benchmark"] for record in records_of(run)}
    assert measured & {"matmul", "memory"} == set()
    assert {"pair", "all_reduce"} <= measured
    (devices,) = [check for check in verdict_of(run)["checks"] if check["name"] == "devices"]
    assert devices["status"] == "skipped"
    assert "simulated" in devices["reason"]


@needs_build
def test_an_existing_run_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    outcome = simulate(tmp_path, "locate", *SMALL_TREE, "--output", "run")
    assert outcome.code == 6
    assert list((tmp_path / "run").iterdir()) == []
