"""scripts/check_gpu on a machine without a GPU, and its tables from records made up for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ASSAY, ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import check_gpu  # noqa: E402
import check_gpu_tables  # noqa: E402

SCRIPT = ROOT / "scripts" / "check_gpu"
LIST = subprocess.run([ASSAY, "bench", "--list"], capture_output=True, text=True, check=True).stdout
NO_GPU = """gpus:
  no GPU: CUDA driver not loaded
"""
TWO_GPUS = """gpus:
  gpu0            NVIDIA H100 80GB HBM3 0000:3b:00.0, 9.0, 132 multiprocessors, 81559 MiB
  gpu1            NVIDIA H100 80GB HBM3 0000:5e:00.0, 9.0, 132 multiprocessors, 81559 MiB
"""


@pytest.mark.skipif("no GPU" not in LIST, reason="there is a GPU")
@pytest.mark.parametrize("installed", [False, True], ids=["build", "installed"])
def test_says_that_there_is_no_gpu_and_measures_nothing(tmp_path: Path, installed: bool) -> None:
    script = SCRIPT
    if installed:  # all beside the program
        for file in (SCRIPT, *SCRIPT.parent.glob("check_gpu*.py"), ASSAY):
            shutil.copy(file, tmp_path)
        script = tmp_path / "check_gpu"
    done = subprocess.run(
        [script, "--output", tmp_path / "run"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 5, done
    assert done.stderr.startswith("check_gpu: no GPU: ")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "run").exists()


def test_reads_the_list_of_gpus() -> None:
    assert check_gpu.listed_gpus(NO_GPU) == (0, "no GPU: CUDA driver not loaded")
    assert check_gpu.listed_gpus(TWO_GPUS)[0] == 2
    assert check_gpu.listed_gpus("")[0] == 0


def every_step() -> list:
    return [
        *check_gpu.one_gpu_steps(False),
        *check_gpu.several_gpu_steps(8, False),
    ]


def test_every_step_has_a_folder_of_its_own() -> None:
    names = [step.name for step in every_step()]
    assert len(set(names)) == len(names)


def test_the_sanitizer_runs_every_kind_of_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_gpu.shutil, "which", lambda name: f"/bin/{name}")
    several = check_gpu.sanitizer_steps(2)
    kinds = {step.arguments[0] for step in several}
    assert kinds == {"all_reduce", "all_gather", "matmul", "memory", "digest", "peer_copy"}
    assert len({step.name for step in several}) == len(several)
    for tool in check_gpu.SANITIZERS:
        ran = {step.arguments[0] for step in several if tool in (step.before or [])}
        assert ran == kinds, tool
    assert "peer_copy" not in {step.arguments[0] for step in check_gpu.sanitizer_steps(1)}


@pytest.mark.skipif("no GPU" not in LIST, reason="there is a GPU")
@pytest.mark.parametrize(
    "name",
    [
        *("all_reduce_8", "types", "latency", "large", "copy", "digest", "graph", "peer_copy"),
        *("matmul_ladder", "matmul_odd", "matmul_large", "matmul_tn"),
    ],
)
def test_steps_are_refused_for_want_of_a_gpu_alone(name: str) -> None:
    (step,) = [step for step in every_step() if step.name == name]
    words = [str(ASSAY), "bench", *step.arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 5, (words, done.stderr)
    assert "no GPU" in done.stderr


def record(**fields: object) -> dict[str, object]:
    return {
        "benchmark": "all_reduce",
        "implementation": "assay",
        "algorithm": "ring",
        "memory": "device",
        "label": "real",
        "size_bytes": 1024,
        "ranks": 8,
        "in_place": False,
    } | fields


def test_ratios_are_of_equal_settings() -> None:
    records = [
        record(median_s=5e-6),
        record(median_s=4e-6, in_place=True),
        record(median_s=9e-6, label="virtual"),
        record(implementation="nccl", algorithm="default", median_s=15e-6),
        record(implementation="nccl", algorithm="default", median_s=1e-6, registered=True),
        record(implementation="nccl", algorithm="ring/ll", median_s=2e-6),
    ]
    assert check_gpu_tables.nccl_ratios(records) == [
        ("all_reduce", 1024, "ring", pytest.approx(3.0))
    ]


def test_large_sums_are_held_against_copies_of_the_same_bytes() -> None:
    # 8 ranks read and write 1 GB each at 2000 GB/s: 8 ms. It took 10.
    records = [
        record(algorithm="two_shot_direct", label="virtual", size_bytes=10**9, median_s=10e-3),
        record(benchmark="memory", algorithm="copy", algorithm_bandwidth_bytes_per_s=2e12),
    ]
    assert check_gpu_tables.memory_ratio(records) == pytest.approx(0.8)
    assert "0.80 of the copy limit" in check_gpu_tables.tables(records)


def test_what_was_not_measured_is_not_made_up() -> None:
    rows = len(check_gpu_tables.matmul_rows([])) + len(check_gpu_tables.memory_rows([]))
    rows += 2 * len(check_gpu_tables.ladder_rows([]))  # a rate and a share each
    assert check_gpu_tables.tables([]).count("not measured") == 3 + rows
    assert len(check_gpu_tables.matmul_rows([])) == len(check_gpu_tables.MATMUL_TYPES) * 2


def test_memory_is_of_the_slowest_gpu() -> None:
    def use(benchmark: str, algorithm: str, seconds: float, **fields: object) -> dict:
        return record(benchmark=benchmark, algorithm=algorithm, median_s=seconds, **fields)

    rows = check_gpu_tables.memory_rows(
        [
            use("memory", "read", 1e-3, algorithm_bandwidth_bytes_per_s=3e12),
            use("memory", "copy", 1e-3, algorithm_bandwidth_bytes_per_s=2.4e12),
            use("memory", "read", 2e-3, algorithm_bandwidth_bytes_per_s=1.5e12,
                report={"readings": {"nominal_bytes_per_s": 3.2e12}}),
            use("memory", "latency", 6.5e-7),
            use("copy", "host_to_device", 1e-2, registered=False,
                algorithm_bandwidth_bytes_per_s=9e9),
        ]
    )  # fmt: skip
    assert "| memory read | 1500.0 GB/s | 0.469 |" in rows
    assert "| memory copy | 2400.0 GB/s | 0.750 |" in rows  # of the same GPU
    assert "| memory latency | 650 ns |  |" in rows
    assert "| copy host_to_device, pageable | 9.0 GB/s |  |" in rows
    assert "| copy host_to_device, pinned | not measured |  |" in rows


def product(implementation: str, algorithm: str, rate: float, **fields: object) -> dict:
    return record(
        benchmark="matmul",
        implementation=implementation,
        algorithm=algorithm,
        rate_flop_per_s=rate,
        dtype="bfloat16",
        shape="4096x4096x4096",
        layout="nt",
        **fields,
    )


def test_our_quickest_right_matmul_is_held_against_the_vendors() -> None:
    rows = check_gpu_tables.matmul_rows(
        [
            product("assay", "naive", 4e12),
            product("assay", "persistent", 600e12),
            product("assay", "tensor_cores", 900e12, wrong=3),
            product("cublaslt", "quickest_heuristic", 800e12),
        ]
    )
    assert "| bfloat16 | 4096x4096x4096 | persistent | 600.0 | 800.0 | 0.750 |" in rows
    assert "| bfloat16 | 8192x8192x8192 |  |  |  | not measured |" in rows


def test_the_ladder_has_each_step_s_share_of_the_vendors_rate() -> None:
    rows = check_gpu_tables.ladder_rows(
        [
            product("assay", "naive", 2e12),
            product("assay", "persistent", 600e12),
            product("assay", "tiled", 9e12, wrong=3),
            product("cublaslt", "heuristic 3", 800e12),
        ]
    )
    assert rows[0] == "| naive | 2.0 TFLOP/s | 0.003 |"
    assert rows[1] == "| tiled | not measured | not measured |"
    assert "| persistent | 600.0 TFLOP/s | 0.750 |" in rows
    assert rows[-1] == "| cublaslt | 800.0 TFLOP/s | 1.000 |"
