"""What scripts/check_gpu does: it says what, and how it is called."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from check_gpu_tables import MATMUL_SIDES, VIRTUAL_RANKS, records_under, tables

HERE = Path(__file__).resolve().parent
UNAVAILABLE = 5
INCONCLUSIVE = 10
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
SANITIZERS = ["memcheck", "racecheck", "synccheck"]


@dataclass
class Step:
    """One call of assay; its records go into a folder of this name."""

    name: str
    arguments: list[str]
    before: list[str] | None = None  # words in front of the program
    verb: str = "bench"
    right: tuple[int, ...] = (0,)  # exit codes

    def words(self, assay: Path, output: Path) -> list[str]:
        run = [] if self.before else ["--output", str(output / self.name)]
        return [*(self.before or []), str(assay), self.verb, *self.arguments, *run]


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
    steps.append(Step("digest", ["digest", "--memory", "device"]))
    # One rank has no peers, and its verdict nothing to go by.
    soak = ["--level", "soak", "--duration", "20s" if quick else "2m", "--quiet"]
    steps.append(Step("soak", soak, verb="accept", right=(0, INCONCLUSIVE)))
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
    steps.append(Step("peer_copy", ["peer_copy", "-g", str(gpus)]))
    if mpirun := shutil.which("mpirun"):
        launch = [mpirun, "-n", str(gpus)]
        steps.append(Step("peer_copy_processes", ["peer_copy"], before=launch))
        steps.append(
            Step(
                "processes",
                ["all_reduce", "--memory", "device", "--algorithm", "all", *sizes],
                before=launch,
            )
        )
    return steps


def sanitizer_steps(gpus: int) -> list[Step]:
    """Every kernel once, on little data where the size can be chosen."""
    sanitizer = shutil.which("compute-sanitizer")
    if sanitizer is None:
        return []
    small = ["-b", "8", "-e", "64K", "-f", "128", "-n", "1", "-w", "0", "--algorithm", "all"]
    virtual = ["--virtual-ranks", "2", *small]
    products = ["--memory", "device", "-d", "all", "--algorithm", "all", "--shape", "200x300x100"]
    what = [
        ("all_reduce", "all_reduce", virtual),
        ("all_gather", "all_gather", virtual),
        ("matmul", "matmul", products),
        ("matmul_transposed", "matmul", [*products, "--layout", "tn"]),
        ("memory", "memory", ["--memory", "device", "-n", "1"]),
        ("digest", "digest", ["--memory", "device", "-n", "2"]),
    ]
    if gpus > 1:
        what.append(("peer_copy", "peer_copy", ["-g", "2", "-n", "1"]))
    return [
        Step(
            f"{tool}_{name}",
            [operation, *options],
            before=[
                sanitizer,
                *("--tool", tool),
                *("--target-processes", "all"),
                *("--error-exitcode", "1"),
            ],
        )
        for tool in SANITIZERS
        for name, operation, options in what
    ]


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
        steps += sanitizer_steps(gpus)
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
            f"{'ok' if code in step.right else f'FAILED, code {code}, see {log}':<8} {step.name}",
            flush=True,
        )
        worst = worst or (0 if code in step.right else code)
    text = tables(records_under(options.output))
    (options.output / "tables.md").write_text(text + "\n")
    print(f"\n{text}\n\nrun: {options.output}")
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
