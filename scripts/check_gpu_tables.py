"""The tables of scripts/check_gpu, from the records of its run. What was not measured says so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ABSENT = "not measured"
MATMUL_TYPES = ["float32", "tf32", "float16", "bfloat16", "float8_e4m3"]
MATMUL_SIDES = [4096, 8192]
# The steps of docs/matmul.md, from the simplest on.
LADDER = [
    "naive",
    "tiled",
    "tensor_cores",
    "tma_wgmma",
    "warp_specialised",
    "persistent",
]
LADDER_TYPE = "bfloat16"
VIRTUAL_RANKS = 8
# Benchmark, algorithm, pinned: of bench memory --memory device.
MEMORY = [
    ("memory", "copy", None),
    ("memory", "kernel_copy", None),
    ("memory", "read", None),
    ("memory", "write", None),
    ("memory", "latency", None),
    ("copy", "host_to_device", True),
    ("copy", "device_to_host", True),
    ("copy", "both_ways", True),
    ("copy", "kernel_to_device", True),
    ("copy", "kernel_to_host", True),
    ("copy", "kernel_both_ways", True),
    ("copy", "host_to_device", False),
    ("copy", "device_to_host", False),
    ("copy", "both_ways", False),
]

Record = dict[str, object]


def records_under(output: Path) -> list[Record]:
    lines = [
        line for path in sorted(output.glob("*/records.jsonl")) for line in path.open() if line
    ]
    return [json.loads(line) for line in lines]


def median(record: Record) -> float | None:
    value = record.get("median_s")
    return value if isinstance(value, float) and value > 0 else None


def nccl_ratios(records: list[Record]) -> list[tuple[str, int, str, float]]:
    """Operation, bytes, our algorithm, and how many times as fast as NCCL's default it is."""
    keys = ("benchmark", "size_bytes", "in_place", "dtype", "op", "ranks", "graph", "root")
    baseline = {
        tuple(record.get(key) for key in keys): median(record)
        for record in records
        if record["implementation"] == "nccl"
        and record["algorithm"] == "default"
        and not record.get("registered")
    }
    rows = []
    for record in records:
        theirs = baseline.get(tuple(record.get(key) for key in keys))
        ours = median(record)
        is_ours = record["implementation"] == "assay" and record["label"] == "real"
        if is_ours and ours and theirs:
            rows.append(
                (
                    str(record["benchmark"]),
                    int(str(record["size_bytes"])),
                    str(record["algorithm"]),
                    theirs / ours,
                )
            )
    return rows


def memory_ratio(records: list[Record]) -> float | None:
    """The time that copies of the same bytes would take, over that of the large virtual sum: of
    each rank's buffer one is read and one written."""
    copies = [
        record["algorithm_bandwidth_bytes_per_s"]
        for record in records
        if record["benchmark"] == "memory"
        and record["memory"] == "device"
        and record["algorithm"] == "copy"
    ]
    sums = [
        record
        for record in records
        if record["benchmark"] == "all_reduce"
        and record["label"] == "virtual"
        and record["algorithm"] == "two_shot_direct"
        and not record.get("in_place")
    ]
    if not copies or not sums:
        return None
    largest = max(sums, key=lambda record: int(str(record["size_bytes"])))
    traffic = 2 * int(str(largest["size_bytes"])) * int(str(largest["ranks"]))
    seconds = median(largest)
    return traffic / float(str(copies[0])) / seconds if seconds else None


@dataclass(frozen=True)
class Product:
    """A right product on a GPU, in the layout that every kernel takes."""

    dtype: str
    shape: str
    is_ours: bool
    kernel: str
    flop_per_s: float


def products(records: list[Record]) -> list[Product]:
    return [
        Product(
            str(record["dtype"]),
            str(record["shape"]),
            record["implementation"] == "assay",
            str(record["algorithm"]),
            float(str(record["rate_flop_per_s"])),
        )
        for record in records
        if record["benchmark"] == "matmul"
        and record["memory"] == "device"
        and record.get("layout") == "nt"
        and record.get("rate_flop_per_s")
        and not record.get("wrong")
    ]


def quickest(found: Iterable[Product]) -> Product | None:
    return max(found, key=lambda product: product.flop_per_s, default=None)


def cube(side: int) -> str:
    return f"{side}x{side}x{side}"


def matmul_rows(records: list[Record]) -> list[str]:
    """For each type and shape our quickest kernel beside the vendor's; what lacks says so."""
    measured = products(records)
    rows = []
    for dtype in MATMUL_TYPES:
        for shape in map(cube, MATMUL_SIDES):
            of_cell = [one for one in measured if (one.dtype, one.shape) == (dtype, shape)]
            ours = quickest(one for one in of_cell if one.is_ours)
            theirs = quickest(one for one in of_cell if not one.is_ours)
            kernel = ours.kernel if ours else ""
            cells = [f"{one.flop_per_s / 1e12:.1f}" if one else "" for one in (ours, theirs)]
            share = f"{ours.flop_per_s / theirs.flop_per_s:.3f}" if ours and theirs else ABSENT
            rows.append(f"| {dtype} | {shape} | {kernel} | {cells[0]} | {cells[1]} | {share} |")
    return rows


def ladder_rows(records: list[Record]) -> list[str]:
    """Each kernel of ours at the smaller shape, and its share of the vendor's rate."""
    of_shape = [
        one
        for one in products(records)
        if (one.dtype, one.shape) == (LADDER_TYPE, cube(MATMUL_SIDES[0]))
    ]
    theirs = quickest(one for one in of_shape if not one.is_ours)
    steps = [
        (name, quickest(one for one in of_shape if one.is_ours and one.kernel == name))
        for name in LADDER
    ]
    rows = []
    for name, one in [*steps, ("cublaslt", theirs)]:
        shown = f"{one.flop_per_s / 1e12:.1f} TFLOP/s" if one else ABSENT
        share = f"{one.flop_per_s / theirs.flop_per_s:.3f}" if one and theirs else ABSENT
        rows.append(f"| {name} | {shown} | {share} |")
    return rows


def nominal_rates(records: list[Record]) -> dict[tuple[object, object], float]:
    """By host and device what its memory could move by clock and width, as its kernels' have it."""
    nominal = {}
    for record in records:
        report = record.get("report")
        readings = report.get("readings", {}) if isinstance(report, dict) else {}
        if rate := readings.get("nominal_bytes_per_s"):
            nominal[record.get("host"), record.get("device")] = float(rate)
    return nominal


def memory_rows(records: list[Record]) -> list[str]:
    """The slowest GPU's figure of each way to use memory; what lacks says so."""
    rows = []
    nominal = nominal_rates(records)
    for benchmark, algorithm, pinned in MEMORY:
        found = [
            record
            for record in records
            if (record["benchmark"], record["algorithm"], record.get("registered"))
            == (benchmark, algorithm, pinned)
            and record["memory"] == "device"
            and median(record)
        ]
        kind = {None: "", True: ", pinned", False: ", pageable"}[pinned]
        shown = ABSENT
        share = None
        if found and algorithm == "latency":
            shown = f"{max(median(record) or 0.0 for record in found) * 1e9:.0f} ns"
        elif found:
            rates = [float(str(record["algorithm_bandwidth_bytes_per_s"])) for record in found]
            slowest = min(range(len(rates)), key=rates.__getitem__)
            shown = f"{rates[slowest] / 1e9:.1f} GB/s"
            gpu = (found[slowest].get("host"), found[slowest].get("device"))
            if benchmark == "memory" and gpu in nominal:
                share = rates[slowest] / nominal[gpu]
        of_nominal = f"{share:.3f}" if share else ""
        rows.append(f"| {benchmark} {algorithm}{kind} | {shown} | {of_nominal} |")
    return rows


def tables(records: list[Record]) -> str:
    lines = ["| what | measured |", "|---|---:|"]
    ratio = memory_ratio(records)
    shown = f"{ratio:.2f} of the copy limit" if ratio else ABSENT
    lines.append(f"| all_reduce, {VIRTUAL_RANKS} virtual ranks | {shown} |")
    short = [
        seconds
        for record in records
        if record.get("graph") and record.get("size_bytes") == 8 and record["label"] == "virtual"
        for seconds in [median(record)]
        if seconds
    ]
    shown = f"{min(short) * 1e6:.1f} us" if short else ABSENT
    lines.append(f"| the same, 8 bytes in a graph | {shown} |")
    rows = nccl_ratios(records)
    lines += [
        "",
        "| operation | bytes | algorithm | times as fast as NCCL |",
        "|---|---:|---|---:|",
    ]
    lines += [f"| {name} | {size} | {how} | {times:.2f} |" for name, size, how, times in rows]
    if not rows:
        lines.append("| all | | | not measured |")
    lines += [
        "",
        "| matmul of | shape | our quickest | TFLOP/s | cuBLASLt's | ours / cuBLASLt's |",
        "|---|---|---|---:|---:|---:|",
        *matmul_rows(records),
        "",
        f"| step | {LADDER_TYPE}, {MATMUL_SIDES[0]}^3 | of cuBLASLt's |",
        "|---|---:|---:|",
        *ladder_rows(records),
        "",
        "| memory of the slowest GPU | measured | of nominal |",
        "|---|---:|---:|",
        *memory_rows(records),
    ]
    return "\n".join(lines)
