"""What scripts/check_gpu does: it says what, and how it is called."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
UNAVAILABLE = 5
OPERATIONS = [
    "all_reduce",
    "reduce_scatter",
    "all_gather",
    "broadcast",
    "reduce",
    "gather",
    "scatter",
    "all_to_all",
    "all_to_all_v",
    "send_recv",
]
MATMUL_TYPES = ["float32", "tf32", "float16", "bfloat16", "float8_e4m3"]
MATMUL_SIDES = [4096, 8192]
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
SANITIZERS = ["memcheck", "racecheck", "synccheck"]
VIRTUAL_RANKS = 8

Record = dict[str, object]


@dataclass
class Step:
    """One call of assay; its records go into a folder of this name."""

    name: str
    arguments: list[str]
    before: list[str] | None = None  # words in front of the program

    def words(self, assay: Path, output: Path) -> list[str]:
        run = [] if self.before else ["--output", str(output / self.name)]
        return [*(self.before or []), str(assay), "bench", *self.arguments, *run]


def find_assay() -> Path | None:
    """Beside this script in an installed folder, or in the build of the source tree."""
    for place in (HERE / "assay", HERE.parent / "build" / "assay"):
        if place.is_file():
            return place
    return None


def listed_gpus(listing: str) -> tuple[int, str]:
    """How many GPUs `assay bench --list` names, and what it says of them."""
    found = re.search(r"^gpus:\n((?:  .+\n)+)", listing, re.MULTILINE)
    text = found.group(1) if found else "  no GPU: this build does not list any\n"
    return len(re.findall(r"^  gpu\d+ ", text, re.MULTILINE)), text.strip()


def one_gpu_steps(quick: bool) -> list[Step]:
    """Virtual ranks: every operation, type and reduction is right, and how quick they are."""
    few = ["-n", "3", "-w", "1"]
    sizes = ["-b", "8", "-e", "64K" if quick else "4M", "-f", "32"]
    steps = [
        Step(
            f"{operation}_{ranks}",
            [operation, "--virtual-ranks", str(ranks), "--algorithm", "all", *sizes, *few],
        )
        for operation in OPERATIONS
        for ranks in (2, 3, VIRTUAL_RANKS)
    ]
    types = ["-d", "all", "-o", "all", "-b", "4096", "-e", "4096", *few]
    steps.append(
        Step("types", ["all_reduce", "--virtual-ranks", "3", "--algorithm", "all", *types])
    )
    virtual = ["all_reduce", "--virtual-ranks", str(VIRTUAL_RANKS)]
    latency = ["--algorithm", "one_shot_packets", "-b", "8", "-e", "8", "-G", "100"]
    steps.append(Step("latency", [*virtual, *latency]))
    largest = "16M" if quick else "256M"
    large = ["--algorithm", "two_shot_direct", "-b", largest, "-e", largest, "-G", "10"]
    steps.append(Step("large", [*virtual, *large]))
    steps.append(Step("copy", ["memory", "--memory", "device"]))
    return steps + matmul_steps(quick)


def matmul_steps(quick: bool) -> list[Step]:
    """Every kernel beside the vendor's, and every kernel, layout and edge for being right."""
    matmul = ["matmul", "--memory", "device", "-d", "all", "--algorithm"]
    small, large = MATMUL_SIDES
    steps = [
        Step("matmul_ladder", [*matmul, "all", "--implementation", "all", "--shape", str(small)]),
        Step("matmul_odd", [*matmul, "all", "--shape", "1,1000x999x333,129x257x65,7x3000x1030"]),
    ]
    if not quick:
        best = [*matmul, "auto", "--implementation", "all", "--shape", str(large)]
        steps.append(Step("matmul_large", best))
    for layout in ("nn", "tn", "tt"):
        turned = [*matmul, "all", "--shape", "513x300x130", "--layout", layout]
        steps.append(Step(f"matmul_{layout}", turned))
    return steps


def several_gpu_steps(gpus: int, quick: bool) -> list[Step]:
    """Ours and NCCL's, over what connects the GPUs."""
    sizes = ["-b", "1K", "-e", "1M" if quick else "1G", "-f", "32"]
    steps = [
        Step(
            f"{operation}_{gpus}_gpus",
            [operation, "-g", str(gpus), "--algorithm", "all", "--implementation", "all", *sizes],
        )
        for operation in OPERATIONS
    ]
    for registered, name in (("1", "registered"), ("2", "window")):
        options = ["-g", str(gpus), "--implementation", "nccl", "-R", registered, *sizes]
        steps.append(Step(f"nccl_{name}", ["all_reduce", *options]))
    graph = ["-g", str(gpus), "--algorithm", "all", "--implementation", "all", "-G", "20", *sizes]
    steps.append(Step("graph", ["all_reduce", *graph]))
    if mpirun := shutil.which("mpirun"):
        launch = [mpirun, "-n", str(gpus)]
        steps.append(
            Step(
                "processes",
                ["all_reduce", "--memory", "device", "--algorithm", "all", *sizes],
                before=launch,
            )
        )
    return steps


def sanitizer_steps() -> list[Step]:
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None:
        return []
    small = ["-b", "8", "-e", "64K", "-f", "128", "-n", "1", "-w", "0", "--algorithm", "all"]
    virtual = ["--virtual-ranks", "2", *small]
    products = ["--memory", "device", "-d", "all", "--algorithm", "all", "--shape", "200x300x100"]
    what = [("all_reduce", virtual), ("all_gather", virtual), ("matmul", products)]
    return [
        Step(
            f"{tool}_{operation}",
            [operation, *options],
            before=[
                sanitizer,
                *("--tool", tool),
                *("--target-processes", "all"),
                *("--error-exitcode", "1"),
            ],
        )
        for tool in SANITIZERS
        for operation, options in what
    ]


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
        "| memory of the slowest GPU | measured |",
        "|---|---:|",
        *memory_rows(records),
    ]
    return "\n".join(lines)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="check_gpu", description=__doc__)
    stamp = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
    parser.add_argument("--output", type=Path, default=Path("results/runs") / f"gpu-{stamp}")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    assay = find_assay()
    if assay is None:
        print("check_gpu: there is no assay; build it with scripts/build", file=sys.stderr)
        return UNAVAILABLE
    listing = subprocess.run([assay, "bench", "--list"], capture_output=True, text=True, check=True)
    gpus, said = listed_gpus(listing.stdout)
    if gpus == 0:
        print(f"check_gpu: {said}; nothing was measured", file=sys.stderr)
        return UNAVAILABLE
    print(said, flush=True)
    steps = one_gpu_steps(options.quick)
    if gpus > 1:
        steps += several_gpu_steps(gpus, options.quick)
    if not options.quick:
        steps += sanitizer_steps()
    options.output.mkdir(parents=True)
    environment = os.environ | {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }
    worst = 0
    for step in steps:
        log = options.output / f"{step.name}.txt"
        with log.open("w") as file:
            code = subprocess.run(
                step.words(assay, options.output),
                stdout=file,
                stderr=subprocess.STDOUT,
                env=environment,
                check=False,
            ).returncode
        print(
            f"{'ok' if code == 0 else f'FAILED, code {code}, see {log}':<8} {step.name}", flush=True
        )
        worst = worst or code
    text = tables(records_under(options.output))
    (options.output / "tables.md").write_text(text + "\n")
    print(f"\n{text}\n\nrun: {options.output}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
