"""The profiles that come with Assay, and those made from a fleet's own runs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT, finish, start

SHIPPED = sorted(path.stem for path in (ROOT / "profiles").glob("*.toml"))


def write_run(
    folder: Path, rates: list[float], gpu: str | None = None, verdict: str = "pass", **info: object
) -> Path:
    """A run in which each rank multiplied at a rate."""
    folder.mkdir()
    ranks = [
        {"rank": rank, "host": f"n{rank}", "pid": 1, "supervisor_pid": 1, "processor": "made up",
         "usable_processors": 1, "host_ranks": 1, "memory_bytes": 1}
        for rank in range(len(rates))
    ]  # fmt: skip
    run = {"schema": 1, "id": folder.name, "start": "2026-11-23T16:29:00Z", "command": ["assay"],
           "verb": "bench", "level": "", "version": "0", "ranks": ranks}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run | info))
    (folder / "verdict.json").write_text(json.dumps({"schema": 1, "verdict": verdict}))
    records: list[dict] = [
        {"schema": 1, "benchmark": "matmul", "implementation": "openblas", "dtype": "float32",
         "rank": rank, "host": f"n{rank}", "device": "cpu", "samples_s": [1.0, 1.0, 1.0],
         "median_s": 1.0, "fast_s": 1.0, "wrong": 0, "rate_flop_per_s": rate}
        for rank, rate in enumerate(rates)
    ]  # fmt: skip
    if gpu:
        records.append(
            {"schema": 1, "benchmark": "inventory", "implementation": "nvml",
             "host": "n0", "device": "gpu0", "report": {"facts": {"name": gpu}}}
        )  # fmt: skip
    (folder / "records.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    return folder


def judge(run: Path, profile: str) -> str:
    outcome = finish(start(0, "judge", str(run), "--profile", profile))
    assert outcome.code in (0, 8, 10), outcome
    return outcome.out


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_profile_is_taken(tmp_path: Path, name: str) -> None:
    assert f"profile {name}" in judge(write_run(tmp_path / "run", [1e11, 1e11]), name)


@pytest.mark.parametrize(
    ("gpu", "profile"),
    [
        ("NVIDIA A100-SXM4-80GB", "hgx-a100"),
        ("NVIDIA H100 80GB HBM3", "hgx-h100"),
        ("NVIDIA H200", "hgx-h200"),
        ("NVIDIA B200", "hgx-b200"),
        ("NVIDIA GH200 480GB", "gh200"),
        ("NVIDIA GB200", "gb200"),
        ("Stand-in GPU", "none: peers only"),
    ],
)
def test_auto_takes_the_profile_of_the_gpu(tmp_path: Path, gpu: str, profile: str) -> None:
    assert f"profile {profile}" in judge(write_run(tmp_path / "run", [1e11, 1e11], gpu), "auto")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "scripts" / "make-profile", "--name", "west", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_profile_made_from_runs_passes_their_parts_and_fails_a_slow_one(tmp_path: Path) -> None:
    fleet = [1.00e11, 1.01e11, 0.99e11, 1.02e11, 0.98e11, 1.0e11, 1.0e11, 1.0e11, 1.0e11, 0.5e11]
    runs = [str(write_run(tmp_path / f"run{i}", fleet)) for i in range(2)]
    made = make(*runs)
    assert made.returncode == 0, made
    assert "reference = 1.0000e+11" in made.stdout
    assert "floor = 9.3000e+10" in made.stdout  # the straggler is trimmed
    assert "10 parts in 2 runs, 2 trimmed, spread 3.0 %" in made.stdout
    profile = tmp_path / "west.toml"
    profile.write_text(made.stdout)
    verdict = judge(write_run(tmp_path / "new", [1e11, 0.9e11]), str(profile))
    assert "profile west" in verdict
    assert "1 of" in verdict.splitlines()[0]
    assert verdict.startswith("FAIL")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"injected": ["drop:rank=1"]}, "on purpose"),
        ({"label": "simulated"}, "simulated"),
        ({"verdict": "fail"}, "failed"),
        ({"schema": 2}, "schema 2"),
    ],
)
def test_runs_that_are_no_measure_are_refused(tmp_path: Path, change: dict, reason: str) -> None:
    made = make(str(write_run(tmp_path / "run", [1e11] * 4, **change)))
    assert made.returncode == 6
    assert made.stdout == ""
    assert reason in made.stderr
    assert len(made.stderr.splitlines()) == 1


def test_too_few_parts_are_refused(tmp_path: Path) -> None:
    made = make(str(write_run(tmp_path / "run", [1e11, 1e11])))
    assert made.returncode == 6
    assert "3 parts" in made.stderr
    assert make(str(tmp_path / "none")).returncode == 6


def port_check(node: int, share: float, source: str = "arithmetic: 25000 Mb/s") -> dict:
    """What a run says of a node whose port is at that share of its rate."""
    return {"name": "network/port", "subject": f"n{node} eth0", "status": "pass",
            "measured": {"value": share * 3e9, "unit": "bytes_per_s"},
            "expected": {"value": 3e9, "source": source}}  # fmt: skip


def test_shares_of_ports_rates_make_a_figure(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [1e11] * 4)
    checks = [port_check(node, share) for node, share in enumerate((0.94, 0.95, 0.96, 0.95))]
    checks += [{"name": "network/port", "subject": "n4 eth0", "status": "skipped"}]
    checks += [port_check(5, 0.5, "profile west")]  # a floor, which is no rate
    (run / "verdict.json").write_text(json.dumps({"verdict": "pass", "checks": checks}))
    made = make(str(run))
    assert made.returncode == 0, made
    figure = tomllib.loads(made.stdout)["figures"]["network/port"]
    assert figure["unit"] == "share"
    assert figure["reference"] == pytest.approx(0.95)
    assert figure["floor"] == pytest.approx(0.95 * 0.93)
    assert "4 parts in 1 runs" in figure["source"]
    profile = tmp_path / "west.toml"
    profile.write_text(made.stdout)
    assert "profile west" in judge(write_run(tmp_path / "new", [1e11, 1e11]), str(profile))


def gpu_records(host: str) -> list[dict]:
    """What two GPUs of a host left, both of rank 0."""
    own: dict = {"schema": 1, "implementation": "cuda", "memory": "device", "host": host,
                 "samples_s": [1.0], "median_s": 1.0, "fast_s": 0.5}  # fmt: skip
    records: list[dict] = []
    for gpu, peer in (("gpu0", "gpu1"), ("gpu1", "gpu0")):
        of_gpu = own | {"device": gpu}
        rate = "algorithm_bandwidth_bytes_per_s"
        records += [
            of_gpu | {"benchmark": "memory", "algorithm": "copy", "rank": 0, "size_bytes": 4,
                      rate: 1e12},
            of_gpu | {"benchmark": "memory", "algorithm": "latency", "rank": 0, "size_bytes": 128},
            of_gpu | {"benchmark": "peer_copy", "algorithm": "one_way", "peer": peer, rate: 2e11},
            {"schema": 1, "benchmark": "inventory", "implementation": "nvml", "host": host,
             "device": gpu, "report": {
                 "facts": {"name": "NVIDIA H100 80GB HBM3"},
                 "readings": {"nvlinks": 18, "nvlinks_up": 18, "pcie_generation": 1,
                              "pcie_generation_at_most": 5, "pcie_width": 16, "ecc": 1,
                              "memory_bytes": 85_520_809_984 if gpu == "gpu0" else 85_520_809_000,
                              }}},
        ]  # fmt: skip
    records.append(own | {"benchmark": "all_reduce", "algorithm": "default", "size_bytes": 64,
                          "bus_bandwidth_bytes_per_s": 3e11})  # fmt: skip
    return records


def test_a_profile_of_gpus_has_each_of_them_and_is_taken_by_auto(tmp_path: Path) -> None:
    runs = []
    for number in range(4):
        run = write_run(tmp_path / f"run{number}", [1e11])
        with (run / "records.jsonl").open("a") as lines:
            lines.writelines(json.dumps(record) + "\n" for record in gpu_records("n0"))
        runs.append(str(run))
    assert "device_memory" not in make(*runs).stdout, "two GPUs are fewer than three parts"
    for number, run in enumerate(runs):  # a host each
        for file in ("run.json", "records.jsonl"):
            path = Path(run) / file
            path.write_text(path.read_text().replace('"n0"', f'"n{number}"'))
    made = make(*runs)
    assert made.returncode == 0, made
    assert "gpu = 'NVIDIA H100 80GB HBM3'" in made.stdout
    inventory = tomllib.loads(made.stdout)["inventory"]
    assert inventory.pop("source") == "inventory of 4 hosts"
    assert inventory == {
        "gpus": 2, "nvlinks": 18, "pcie_generation": 5, "pcie_width": 16, "memory_gib": 80,
        "ecc": True,
    }  # fmt: skip
    assert "latency" not in made.stdout
    records = Path(runs[0]) / "records.jsonl"
    records.write_text(records.read_text().replace('"pcie_width": 16', '"pcie_width": 8', 1))
    other = tomllib.loads(make(*runs).stdout)["inventory"]
    assert "pcie_width" not in other, "GPUs are not alike"
    assert other["pcie_generation"] == 5
    for figure, rate, parts in (
        ("device_memory/copy", "2.0000e+12", 8),
        ("peer_copy/one_way", "4.0000e+11", 8),
        ("device_all_reduce/default/64", "3.0000e+11", 4),
    ):
        (text,) = (part for part in made.stdout.split("\n\n") if f'"{figure}"' in part)
        assert f"reference = {rate}" in text
        assert f"median of {parts} parts" in text
    profile = tmp_path / "west.toml"
    profile.write_text(made.stdout)
    assert "profile west" in judge(Path(runs[0]), str(profile))


GPU_KEYS = {
    "matmul/cublaslt/bfloat16": {
        "benchmark": "matmul", "implementation": "cublaslt", "algorithm": "quickest_heuristic",
        "dtype": "bfloat16",
    },
    "matmul/persistent/bfloat16": {
        "benchmark": "matmul", "implementation": "assay", "algorithm": "persistent",
        "dtype": "bfloat16",
    },
    "device_memory/copy": {"benchmark": "memory", "implementation": "cuda", "algorithm": "copy"},
    "copy/host_to_device": {
        "benchmark": "copy", "implementation": "cuda", "algorithm": "host_to_device",
        "registered": True,
    },
    "copy/host_to_device/pageable": {
        "benchmark": "copy", "implementation": "cuda", "algorithm": "host_to_device",
        "registered": False,
    },
}  # fmt: skip


@pytest.mark.parametrize("key", GPU_KEYS)
def test_figures_of_gpus_are_called_as_shipped_profiles_call_them(key: str) -> None:
    spec = importlib.util.spec_from_file_location(
        "make_profile", ROOT / "scripts" / "make_profile.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_profile"] = module  # where dataclasses look for their annotations
    spec.loader.exec_module(module)
    assert module.key_of(GPU_KEYS[key] | {"memory": "device"}) == key
