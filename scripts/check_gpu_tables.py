"""The tables of scripts/check_gpu, from the records of its run. What was not measured says so."""

from __future__ import annotations

import json
from pathlib import Path

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
    ("copy", "host_to_device", False),
    ("copy", "device_to_host", False),
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


def matmul_rows(records: list[Record]) -> list[str]:
    """For each type and shape our quickest kernel beside the vendor's; what lacks says so."""
    quickest: dict[tuple[str, str, bool], tuple[float, str]] = {}
    for record in records:
        rate = record.get("rate_flop_per_s")
        if record["benchmark"] != "matmul" or record["memory"] != "device" or not rate:
            continue
        if record.get("wrong") or record.get("layout") != "nt":
            continue
        is_ours = record["implementation"] == "assay"
        key = (str(record["dtype"]), str(record["shape"]), is_ours)
        entry = (float(str(rate)), str(record["algorithm"]))
        quickest[key] = max(quickest.get(key, (0.0, "")), entry)
    rows = []
    for dtype in MATMUL_TYPES:
        for side in MATMUL_SIDES:
            shape = f"{side}x{side}x{side}"
            ours = quickest.get((dtype, shape, True))
            theirs = quickest.get((dtype, shape, False))
            kernel = ours[1] if ours else ""
            cells = [f"{rate[0] / 1e12:.1f}" if rate else "" for rate in (ours, theirs)]
            share = f"{ours[0] / theirs[0]:.3f}" if ours and theirs else "not measured"
            rows.append(f"| {dtype} | {shape} | {kernel} | {cells[0]} | {cells[1]} | {share} |")
    return rows


def ladder_rows(records: list[Record]) -> list[str]:
    """Each kernel of ours at the smaller shape, and its share of the vendor's rate."""
    side = MATMUL_SIDES[0]
    rates: dict[str, float] = {}
    for record in records:
        rate = record.get("rate_flop_per_s")
        if record["benchmark"] != "matmul" or record["memory"] != "device" or not rate:
            continue
        if record["dtype"] != LADDER_TYPE or record.get("shape") != f"{side}x{side}x{side}":
            continue
        if record.get("wrong") or record.get("layout") != "nt":
            continue
        is_ours = record["implementation"] == "assay"
        name = str(record["algorithm"]) if is_ours else "cublaslt"
        rates[name] = max(rates.get(name, 0.0), float(str(rate)))
    theirs = rates.get("cublaslt")
    rows = []
    for name in (*LADDER, "cublaslt"):
        rate = rates.get(name)
        shown = f"{rate / 1e12:.1f} TFLOP/s" if rate else "not measured"
        share = f"{rate / theirs:.3f}" if rate and theirs else "not measured"
        rows.append(f"| {name} | {shown} | {share} |")
    return rows


def memory_rows(records: list[Record]) -> list[str]:
    """The slowest GPU's figure of each way to use memory; what lacks says so."""
    rows = []
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
        shown = "not measured"
        if found and algorithm == "latency":
            shown = f"{max(median(record) or 0.0 for record in found) * 1e9:.0f} ns"
        elif found:
            rates = [float(str(record["algorithm_bandwidth_bytes_per_s"])) for record in found]
            shown = f"{min(rates) / 1e9:.1f} GB/s"
        rows.append(f"| {benchmark} {algorithm}{kind} | {shown} |")
    return rows


def tables(records: list[Record]) -> str:
    lines = ["| what | measured |", "|---|---:|"]
    ratio = memory_ratio(records)
    shown = f"{ratio:.2f} of the copy limit" if ratio else "not measured"
    lines.append(f"| all_reduce, {VIRTUAL_RANKS} virtual ranks | {shown} |")
    short = [
        seconds
        for record in records
        if record.get("graph") and record.get("size_bytes") == 8 and record["label"] == "virtual"
        for seconds in [median(record)]
        if seconds
    ]
    shown = f"{min(short) * 1e6:.1f} us" if short else "not measured"
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
        "| memory of the slowest GPU | measured |",
        "|---|---:|",
        *memory_rows(records),
    ]
    return "\n".join(lines)
