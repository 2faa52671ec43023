"""Matmul below its roof and the strips of devices: what differs is not merged."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay_report.figures.devices import MOST_STRIPS, device_strips, strips_of
from assay_report.figures.roofline import intensity_of, memory_bandwidth, points_of, roofline
from assay_report.runs import Run


def run_of(*records: dict) -> Run:
    return Run(Path("run"), {}, list(records), None, "", False)


def matmul(rate: float = 1e14, **settings: object) -> dict:
    return {"benchmark": "matmul", "implementation": "assay", "dtype": "bfloat16",
            "memory": "device", "shape": "1024x1024x1024", "rank": 0,
            "rate_flop_per_s": rate} | settings  # fmt: skip


def memory(kind: str, rate: float) -> dict:
    return {"benchmark": "memory", "implementation": "any", "algorithm": "copy", "memory": kind,
            "algorithm_bandwidth_bytes_per_s": rate}  # fmt: skip


@pytest.mark.parametrize(
    ("dtype", "bytes_"),
    [("float32", 4 + 4 + 4), ("tf32", 4 + 4 + 4), ("bfloat16", 2 + 2 + 4),
     ("float8_e4m3", 1 + 1 + 4), ("float64", 8 + 8 + 8)],
)  # fmt: skip
def test_operations_a_byte_are_known_of_every_type(dtype: str, bytes_: int) -> None:
    assert intensity_of(matmul(dtype=dtype)) == pytest.approx(2 * 1024 / bytes_)


def test_every_rung_of_the_ladder_has_a_marker_of_its_own() -> None:
    rungs = ["naive", "tiled", "tensor_cores", "tma_wgmma", "warp_specialised", "persistent"]
    records = [matmul(1e13 * (1 + i), algorithm=rung) for i, rung in enumerate(rungs)]
    records += [matmul(9e13, implementation="cublaslt"), matmul(1e14, dtype="float8_e4m3")]
    assert len(points_of(records)) == 8
    (drawn,) = roofline(run_of(*records))
    assert drawn.name == "roofline-device"
    for word in (*(f"assay {rung}" for rung in rungs), "cublaslt", "bfloat16", "float8_e4m3"):
        assert f">{word}<" in drawn.svg
    assert "TFLOP/s" in drawn.svg


def test_hosts_and_gpus_share_no_roof() -> None:
    run = run_of(matmul(), matmul(1e11, memory="host", dtype="float32"),
                 memory("host", 2e10), memory("device", 4e12))  # fmt: skip
    assert [drawn.name for drawn in roofline(run)] == ["roofline-device", "roofline"]
    assert (memory_bandwidth(run, "host"), memory_bandwidth(run, "device")) == (2e10, 4e12)


def test_strips_of_what_differs_in_a_setting_are_apart() -> None:
    copies = [
        {"benchmark": "copy", "implementation": "cuda", "algorithm": "host_to_device",
         "memory": "device", "registered": pinned, "rank": rank,
         "algorithm_bandwidth_bytes_per_s": 5e10 if pinned else 1e10}
        for pinned in (True, False) for rank in (0, 1)
    ]  # fmt: skip
    assert [set(rates.values()) for rates in strips_of(run_of(*copies)).values()] == [
        {5e10},
        {1e10},
    ]
    host = [memory("host", 1e10) | {"rank": rank} for rank in (0, 1)]
    gpu = [memory("device", 4e12) | {"rank": rank} for rank in (0, 1)]
    assert len(strips_of(run_of(*host, *gpu))) == 2
    (drawn,) = device_strips(run_of(*copies))
    for word in ("pinned", "pageable", "of GPUs"):
        assert word in drawn.svg


def test_of_many_strips_those_are_drawn_whose_ranks_differ_most() -> None:
    records = [matmul(1e14 * (1 - 0.001 * number * rank), rank=rank, shape=f"{number}x8x8")
               for number in range(1, MOST_STRIPS + 4) for rank in (0, 1)]  # fmt: skip
    (drawn,) = device_strips(run_of(*records))
    assert "Left out: 3 kernels" in drawn.caption
    assert f"{MOST_STRIPS + 3}x8x8" in drawn.svg
    assert ">matmul of GPUs assay bfloat16 1x8x8<" not in drawn.svg
