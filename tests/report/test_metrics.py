"""Metrics of candidates: only what is alike is compared, and weights say which they are of."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay_report.metrics import metrics_of, weighted
from assay_report.prices import Candidate, Prices
from assay_report.problem import Problem
from assay_report.procurement import procurement, time_of
from assay_report.runs import Run

from tests.cli.stored_run import collective


def run_of(name: str, *records: dict) -> Run:
    return Run(Path(name), {"start": "now"}, list(records), None, name * 8, False)


def names_of(*records: dict) -> list[str]:
    return [metric.name for metric in sorted(metrics_of(run_of("run", *records)))]


def matmul(**settings: object) -> dict:
    return {"benchmark": "matmul", "implementation": "assay", "dtype": "float32",
            "rate_flop_per_s": 1e11} | settings  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "value"),
    [("ranks", 8), ("memory", "device"), ("dtype", "float16"), ("op", "max"), ("size_bytes", 2048)],
)
def test_what_differs_in_a_setting_is_another_metric(setting: str, value: object) -> None:
    assert len(names_of(collective([1e-4]), collective([2e-4], **{setting: value}))) == 2


def test_kernels_are_ways_and_memories_are_not() -> None:
    ladder = [matmul(algorithm=name, memory="device") for name in ("naive", "tiled")]
    assert names_of(*ladder) == ["matmul float32 device memory"]
    assert names_of(matmul(), *ladder) == ["matmul float32", "matmul float32 device memory"]
    triad = {"benchmark": "memory", "implementation": "assay", "algorithm": "triad",
             "algorithm_bandwidth_bytes_per_s": 1e10}  # fmt: skip
    assert names_of(triad, triad | {"algorithm": "copy"}) == ["memory copy", "memory triad"]


def test_a_pair_is_a_pair_however_many_ranks_are_beside() -> None:
    pair = {"benchmark": "pair", "implementation": "mpi", "size_bytes": 1 << 20,
            "algorithm_bandwidth_bytes_per_s": 1e9}  # fmt: skip
    assert names_of(pair, pair | {"ranks": 2}, pair | {"ranks": 64}) == ["pair 1 MiB"]
    assert names_of(pair | {"concurrent_rails": 4}) == ["pair 1 MiB 4 rails at once"]


def test_bytes_are_bytes_where_nothing_is_summed() -> None:
    gathers = [collective([1e-4], benchmark="all_gather", dtype=dtype) for dtype in ("a", "b")]
    assert names_of(*gathers) == ["all_gather 1 KiB 4 ranks, time"]


def test_wrong_results_and_ranks_that_share_a_gpu_say_nothing_of_speed() -> None:
    assert names_of(collective([1e-4], label="virtual")) == []
    assert names_of(collective([1e-4], wrong=1)) == []
    assert len(names_of(collective([1e-4], wrong=0))) == 1


def test_candidates_without_a_common_metric_are_refused() -> None:
    runs = [run_of("a", collective([1e-4])), run_of("b", collective([1e-4], ranks=8))]
    with pytest.raises(Problem, match=r"no cell in common.*\(a: all_reduce 1 KiB float32 sum 4"):
        procurement(runs, None)
    with pytest.raises(Problem, match="no cell in common"):
        procurement(
            [runs[0], run_of("c", {"benchmark": "telemetry", "implementation": "os"})], None
        )


def test_imported_runs_say_when_their_logs_say_that_they_were_measured() -> None:
    source = {"tool": "nccl-tests", "start": "2026-11-01 10:00:00", "end": "2026-11-01 10:02:03"}
    log = run_of("log", collective([1e-4], source=source))
    log.info["verb"] = "import"
    assert time_of(log) == "2026-11-01 10:00:00 to 2026-11-01 10:02:03 (as logs have it)"
    silent = run_of("silent", collective([1e-4], source={"tool": "OSU"}))
    silent.info["verb"] = "import"
    assert time_of(silent) == "not said (imported now)"


def test_weights_of_what_one_candidate_lacks_rank_nothing() -> None:
    both = collective([1e-4])
    runs = [run_of("a", both, matmul()), run_of("b", both)]
    prices = Prices("EUR", None, {"a": Candidate(1.0, None)}, {"matmul": 1.0})
    with pytest.raises(Problem, match="no metric with a weight is of all candidates: matmul"):
        procurement(runs, prices)


def test_a_weight_is_of_one_metric() -> None:
    records = [collective([1e-4], ranks=ranks, size_bytes=size)
               for ranks in (4, 8) for size in (8, 64)]  # fmt: skip
    every = sorted(metrics_of(run_of("run", *records)))
    full = "all_reduce 64 B float32 sum 8 ranks, time"
    (by_name,) = weighted({full: 2.0}, every)
    (by_words,) = weighted({"all_reduce 64 B 8 ranks, time": 2.0}, every)
    assert by_name == by_words
    assert by_name.name == full
    with pytest.raises(Problem, match="may be any of: all_reduce 64 B float32 sum 4 ranks"):
        weighted({"all_reduce 64 B": 1.0}, every)
    with pytest.raises(Problem, match="no candidate has; metrics: all_reduce 8 B"):
        weighted({"reduce 64 B": 1.0}, every)
    with pytest.raises(Problem, match="another weight"):
        weighted({full: 1.0, "all_reduce 64 B 8 ranks": 1.0}, every)
