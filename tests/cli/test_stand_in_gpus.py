"""What is made of GPUs' own words, by a stand-in for NVIDIA's library: no GPU is behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import BUILD, Outcome, finish, records_of, start, verdict_of

StandIn = Callable[..., Outcome]

SCRIPT = """\
gpus 7
gpu 1 pcie_width 8
gpu 2 link3 0
gpu 3 temperature 95
gpu 3 throttle_bits 64
gpu 4 remapped_rows_pending 1
gpu 5 lost_after 6
gpu 6 xid 79
"""
FAULTS = {
    "gpu1": ("gpu/pcie", "PCIe runs 8 of 16 lanes"),
    "gpu2": ("gpu/nvlink", "3 of 4 NVLinks are up; down: nvlink3"),
    "gpu3": ("gpu/throttle", "hardware_thermal in 100 % of the moments"),
    "gpu4": ("gpu/memory", "wait to be remapped"),
    "gpu5": ("gpu/present", "GPU is lost"),
    "gpu6": ("gpu/errors", "xid_79 1"),
}


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Runs assay with the stand-in of that name in place of the library."""

    def run(name: str, script: str, ranks: int, *arguments: str) -> Outcome:
        (tmp_path / "script").write_text(script)
        monkeypatch.setenv("ASSAY_STAND_IN_NVML", str(tmp_path / "script"))
        monkeypatch.setenv("LD_LIBRARY_PATH", str(BUILD / "tests" / name))
        return finish(start(ranks, *arguments, cwd=tmp_path))

    return run


def test_each_faulty_stand_in_gpu_is_named(stand_in: StandIn, tmp_path: Path) -> None:
    outcome = stand_in("stand_in", SCRIPT, 2, "accept", "--output", "run")
    assert outcome.code == 8, outcome
    verdict = verdict_of(tmp_path / "run")
    failed = {
        check["subject"].split()[-1]: (check["name"], check["reason"])
        for check in verdict["checks"]
        if check["status"] == "fail" and check["name"].startswith("gpu/")
    }
    assert failed.keys() == FAULTS.keys()
    for gpu, (name, reason) in FAULTS.items():
        assert failed[gpu][0] == name
        assert reason in failed[gpu][1]
    suspects = {
        suspect["name"].split()[-1] for suspect in verdict["suspects"] if suspect["kind"] == "gpu"
    }
    assert suspects == FAULTS.keys()
    stages = {
        record["algorithm"]
        for record in records_of(tmp_path / "run", sensors=True)
        if record["benchmark"] == "telemetry" and record["device"] == "gpu3"
    }
    assert stages == {"matmul", "memory", "digest", "pairs", "all_reduce"}


def test_a_soak_ends_by_itself_and_names_the_gpu_that_vanished(
    stand_in: StandIn, tmp_path: Path
) -> None:
    script = "gpus 2\ngpu 0 throttle_bits 64\ngpu 1 lost_after 40\n"  # some ten seconds on
    soak = ["--level", "soak", "--duration", "6s", "--output", "run"]
    outcome = stand_in("stand_in", script, 2, "accept", *soak)
    assert outcome.code == 8, outcome
    verdict = verdict_of(tmp_path / "run")
    failed = {
        (check["name"], check["subject"].split()[-1])
        for check in verdict["checks"]
        if check["status"] == "fail" and check["name"].startswith("gpu/")
    }
    assert failed == {("gpu/throttle", "gpu0"), ("gpu/present", "gpu1")}
    records = records_of(tmp_path / "run", sensors=True)
    windows = {record["window"] for record in records if "window" in record}
    assert windows == set(range(len(windows)))
    assert len(windows) >= 2
    beside = [record for record in records if record["benchmark"] == "telemetry"]
    soaked = [record for record in beside if record["algorithm"] == "soak"]
    assert {record["window"] for record in soaked} == windows
    (lost, *_) = [record for record in beside if "lost" in record["report"].get("facts", {})]
    assert lost["device"] == "gpu1"
    for name in ("soak_matmul", "soak_all_reduce", "soak_pair"):
        assert {r["window"] for r in records if r["benchmark"] == name} == windows, name
    assert {check["name"] for check in verdict["checks"]} >= {
        "soak/matmul", "soak/link", "soak/all_reduce"
    }  # fmt: skip
    assert json.loads((tmp_path / "run" / "run.json").read_text())["end"]


@pytest.mark.parametrize("name", ["all_reduce", "pair", "digest", "matmul", "memory"])
def test_sensors_are_read_beside_every_benchmark(
    stand_in: StandIn, tmp_path: Path, name: str
) -> None:
    sizes = ["-b", "4K", "-e", "4K"] if name == "all_reduce" else []
    few = [*sizes, "-n", "3", "--output", "run"]
    outcome = stand_in("stand_in", "gpus 2\n", 2, "bench", name, *few)
    assert outcome.code == 0, outcome
    records = records_of(tmp_path / "run", sensors=True)
    beside = [record for record in records if record["benchmark"] == "telemetry"]
    assert {r["device"] for r in beside} >= {"gpu0", "gpu1"}
    assert {r["algorithm"] for r in beside} == {name}
    for gpu in (record for record in beside if record["device"] != "cpu"):
        assert gpu["report"]["sensors"]["temperature_c"]["median"] == 45
    assert len(records) > len(beside)


def test_mig_is_told_in_one_clear_line(stand_in: StandIn, tmp_path: Path) -> None:
    outcome = stand_in("stand_in", "gpus 2\ngpu 1 mig 1\n", 0, "bench", "inventory")
    assert outcome.code == 0, outcome
    (line,) = [line for line in outcome.out.splitlines() if "MIG" in line]
    assert re.fullmatch(r"# MIG is on on \S+ gpu1: .*nvidia-smi -mig 0.*", line)
    sound = stand_in("stand_in", "gpus 2\n", 0, "bench", "inventory")
    assert "MIG" not in sound.out


def test_topology_shows_their_links(stand_in: StandIn) -> None:
    outcome = stand_in("stand_in", "gpus 2\ngpu 1 link3 0\n", 0, "topology")
    assert outcome.code == 0, outcome
    assert "gpu 0000:02:00.0  (Stand-in GPU, 1 of 4 NVLinks down)" in outcome.out
    assert "gpu 0000:01:00.0 - nvswitch 0000:a3:00.0  nvlink 1 links = 25 GB/s" in outcome.out
    assert (
        "degraded: nvlink gpu 0000:02:00.0 - nvswitch 0000:a3:00.0 runs at 0 of 1 links = 0 GB/s, "
        "0 % of what both ends can do"
    ) in outcome.out


def test_a_library_without_a_call_skips_the_check(stand_in: StandIn, tmp_path: Path) -> None:
    outcome = stand_in("stand_in_old", "gpus 1\n", 0, "bench", "inventory", "--output", "run")
    assert outcome.code == 0, outcome
    assert "Stand-in GPU" in outcome.out
    assert "remapped_rows_pending" not in outcome.out
    host = next(r for r in records_of(tmp_path / "run") if r["benchmark"] == "inventory")
    assert "CurrentClocks" not in host["report"]["facts"]["lacks"]  # by its former name
    judged = stand_in("stand_in_old", "gpus 1\n", 0, "judge", "run")
    assert "this NVML (version stand-in) lacks nvmlDeviceGetRemappedRows" in judged.out


def test_no_library_is_a_reason_to_skip(tmp_path: Path) -> None:
    outcome = finish(start(0, "bench", "inventory", cwd=tmp_path))
    assert outcome.code == 0
    if "Stand-in" not in outcome.out and "uuid" not in outcome.out:
        assert "no NVML: libnvidia-ml.so.1" in outcome.out
