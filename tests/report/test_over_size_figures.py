"""What is drawn over message size: collectives by memory, pairs of ours and of other tools."""

from __future__ import annotations

from pathlib import Path

from assay_report.figures.point_to_point import lines_over_size, point_to_point
from assay_report.figures.sweep import ceiling_of, sweeps
from assay_report.runs import Run

from tests.cli.stored_run import collective


def run_of(*records: dict, hosts: int = 1) -> Run:
    info = {"ranks": [{"rank": rank, "host": f"n{rank % hosts}"} for rank in range(2)]}
    return Run(Path("run"), info, list(records), None, "", False)


def pair(size: int, bandwidth: float, **settings: object) -> dict:
    return {"benchmark": "pair", "implementation": "assay", "size_bytes": size,
            "algorithm_bandwidth_bytes_per_s": bandwidth} | settings  # fmt: skip


def latency(size: int, seconds: float, **settings: object) -> dict:
    return {"benchmark": "pair_latency", "implementation": "mpi", "size_bytes": size,
            "mean_s": seconds} | settings  # fmt: skip


def test_logs_of_other_tools_over_sizes_are_drawn() -> None:
    sizes = [1 << power for power in range(0, 23, 2)]
    osu = [pair(size, 1e9, implementation="mpi") for size in sizes]
    perftest = [pair(size, 2e10, implementation="perftest", algorithm="rdma_write",
                     source={"tool": "perftest", "file": f"{host}.log"})
                for size in sizes for host in ("a", "b")]  # fmt: skip
    both = [pair(size, 4e10, benchmark="pair_both_ways") for size in sizes]
    drawn = list(point_to_point(run_of(*osu, *perftest, *both, *(latency(s, 1e-6) for s in sizes))))
    assert [one.name for one in drawn] == ["point-to-point-bandwidth", "point-to-point-latency"]
    for label in ("perftest, rdma_write, a.log", "perftest, rdma_write, b.log", "pair_both_ways"):
        assert label in drawn[0].svg
    assert "latency, µs" in drawn[1].svg


def test_pairs_of_one_run_are_a_line_with_its_range() -> None:
    records = [pair(size, rate * 1e9, from_rank=0, to_rank=rate)
               for size in (1 << 10, 1 << 20) for rate in (1, 2, 4)]  # fmt: skip
    (line,) = lines_over_size(records, "bandwidth").values()
    assert [(point.size, point.low, point.value, point.high) for point in line] == [
        (1 << 10, 1, 2, 4),
        (1 << 20, 1, 2, 4),
    ]


def test_a_single_size_and_repeats_are_no_sweep() -> None:
    repeat = pair(1 << 10, 1e9, confirmation=1)
    assert list(point_to_point(run_of(pair(1 << 20, 1e9), repeat, latency(8, 1e-6)))) == []


def test_collectives_of_gpus_are_apart_from_those_of_hosts() -> None:
    records = [collective([1e-4], size_bytes=size, memory=memory)
               for size in (1 << 10, 1 << 20) for memory in ("host", "device")]  # fmt: skip
    assert [drawn.name for drawn in sweeps(run_of(*records))] == [
        "all_reduce-bandwidth",
        "all_reduce-time",
        "all_reduce-device-bandwidth",
        "all_reduce-device-time",
    ]


def test_a_figure_has_the_ceiling_of_its_memory() -> None:
    copies = [
        {"benchmark": name, "algorithm": way, "memory": memory, "implementation": "any",
         "algorithm_bandwidth_bytes_per_s": rate}
        for name, way, memory, rate in (
            ("memory", "copy", "host", 2e10),
            ("memory", "copy", "device", 4e12),
            ("peer_copy", "one_way", "device", 4e11),
            ("peer_copy", "both_ways", "device", 8e11),
        )
    ]  # fmt: skip
    run = run_of(*copies)
    assert ceiling_of(run)[1] == 2e10
    assert ceiling_of(run, "device")[1] == 4e11
    assert ceiling_of(run_of(*copies, hosts=2), "device") is None


def test_bandwidths_without_times_are_one_figure() -> None:
    records = [collective([1e-4], size_bytes=size) for size in (1 << 10, 1 << 20)]
    for record in records:
        del record["median_s"]
    assert [drawn.name for drawn in sweeps(run_of(*records))] == ["all_reduce-bandwidth"]
