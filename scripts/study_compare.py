"""Runs the study of scripts/study-compare."""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ASSAY = ROOT / "build" / "assay"

# One collective at three sizes, in and out of place: less than a second a run.
SAME = ["all_reduce", "-b", "4K", "-e", "1M", "-f", "16", "-n", "200", "-w", "20",
        "--algorithm", "ring"]  # fmt: skip
# A cell with little noise, for as many samples as take ten seconds.
PLANTED = ["matmul"]
PLANTED_SECONDS = 10
PROBE_SAMPLES = (50, 450)
LEAST_SECONDS = 1e-3  # of one sample of each kernel: a probe may have been disturbed
RUNS_A_SIDE = 3
SLOWDOWN = "5%"


def bench(words: list[str], output: Path) -> None:
    """One run of two ranks; what it prints is of no use here."""
    environment = os.environ | {
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    }
    command = ["mpirun", "-n", "2", str(ASSAY), "bench", *words, "--quiet", "--output", str(output)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def compare(baseline: Path, candidate: Path, folder: Path) -> dict:
    """What assay compare says, with every cell."""
    kept = folder / "compare.json"
    command = [str(ASSAY), "compare", str(baseline), str(candidate), "--json", str(kept)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 9):
        sys.exit(f"study-compare: assay compare ended with code {done.returncode}")
    return json.loads(kept.read_text())


def line_of(kind: str, comparison: dict) -> dict:
    cells = {
        cell["name"]: [cell["verdict"], round(cell["change"], 5),
                       [round(bound, 5) for bound in cell["interval"]]]
        for cell in comparison["cells"]
    }  # fmt: skip
    return {"kind": kind, "cells": cells}


def keep(file: Path, line: dict) -> None:
    with file.open("a") as lines:
        lines.write(json.dumps(line) + "\n")


def study_same(output: Path, pairs: int, runs: int, kept: Path | None) -> None:
    """Runs of one build, one after the other. Each stretch of 2 * `runs` of them is a comparison,
    its runs in turn of the one side and the other."""
    with tempfile.TemporaryDirectory() as folder:
        made = [Path(folder) / f"run{number}" for number in range(pairs + 2 * runs - 1)]
        for run in made:
            bench(SAME, run)
        if kept:
            shutil.copytree(folder, kept, dirs_exist_ok=True)
        for pair in range(pairs):
            stretch = made[pair : pair + 2 * runs]
            sides = [Path(folder) / f"{name}{pair}" for name in ("baseline", "candidate")]
            for number, side in enumerate(sides):
                side.mkdir()
                for run in stretch[number::2]:
                    (side / run.name).symlink_to(run)
            line = line_of("same", compare(*sides, Path(folder)))
            keep(output, line | {"runs": runs})


def medians_of(side: Path, rank: int) -> list[float]:
    found = []
    for run in sorted(side.iterdir()):
        records = [json.loads(line) for line in (run / "records.jsonl").read_text().splitlines()]
        found += [r["median_s"] for r in records
                  if r.get("rank") == rank and r["implementation"] == "openblas"]  # fmt: skip
    return found


def spread_of(medians: list[float]) -> float:
    """Of runs, as a share."""
    return statistics.stdev(math.log(median) for median in medians)


def seconds_of(samples: int) -> float:
    """What a run of so many samples of each kernel takes, start and end of the job included."""
    with tempfile.TemporaryDirectory() as folder:
        begin = time.monotonic()
        bench([*PLANTED, "-n", str(samples)], Path(folder) / "probe")
        return time.monotonic() - begin


def iterations() -> int:
    """As many as take ten seconds now, both ranks' turns and the checks of results included."""
    few, many = PROBE_SAMPLES
    one = (seconds_of(many) - seconds_of(few)) / (many - few)
    return max(few, int(PLANTED_SECONDS / max(one, LEAST_SECONDS)))


def study_planted(output: Path, trials: int, kept: Path | None) -> None:
    """Baseline and candidate in turn; rank 0 of the candidate computes more slowly."""
    fault = ["--inject", f"slow-matmul:rank=0,by={SLOWDOWN}"]
    for trial in range(trials):
        count = str(iterations())
        with tempfile.TemporaryDirectory() as folder:
            sides = [Path(folder) / name for name in ("baseline", "candidate")]
            for number in range(RUNS_A_SIDE):
                bench([*PLANTED, "-n", count], sides[0] / str(number))
                bench([*PLANTED, "-n", count, *fault], sides[1] / str(number))
            line = line_of("planted", compare(*sides, Path(folder)))
            noise = [spread_of(medians_of(side, 0)) for side in sides]
            line["noise"] = round(math.sqrt(sum(n * n for n in noise) / len(noise)), 5)
            keep(output, line | {"samples": int(count)})
            if kept:
                shutil.copytree(folder, kept / str(trial), dirs_exist_ok=True)


def is_planted(name: str) -> bool:
    return name.endswith("rank:0/device:cpu") or "/rank:0/" in name


def show_same(lines: list[dict], runs: int) -> None:
    cells = [cell for line in lines for cell in line["cells"].values()]
    verdicts = Counter(cell[0] for cell in cells)
    alarms = sum(any(c[0] == "slower" for c in line["cells"].values()) for line in lines)
    changes = sorted(abs(cell[1]) for cell in cells)
    told = ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
    print(f"same build, {runs} a side: {alarms} of {len(lines)} say slower; cells: {told}")
    print(
        f"  medians differ by {statistics.median(changes):.1%} in half of the cells, "
        f"by more than {changes[int(0.95 * len(changes))]:.1%} in one of twenty"
    )


def show(file: Path) -> None:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for runs in sorted({line["runs"] for line in lines if line["kind"] == "same"}):
        show_same([line for line in lines if line.get("runs") == runs], runs)
    planted = [line for line in lines if line["kind"] == "planted"]
    for title, limit in (("noise under 2 %", 0.02), ("any noise", math.inf)):
        chosen = [line for line in planted if line["noise"] < limit]
        found = sum(
            any(c[0] == "slower" for name, c in line["cells"].items()
                if is_planted(name) and "openblas" in name)
            for line in chosen
        )  # fmt: skip
        others = sum(
            any(c[0] == "slower" for name, c in line["cells"].items() if not is_planted(name))
            for line in chosen
        )
        if chosen:
            print(
                f"planted {SLOWDOWN}, {title}: found in {found} of {len(chosen)}; "
                f"others called slower in {others}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="study-compare")
    verbs = parser.add_subparsers(dest="verb", required=True)
    same = verbs.add_parser("same")
    same.add_argument("--pairs", type=int, default=200)
    same.add_argument("--runs", type=int, default=RUNS_A_SIDE)
    planted = verbs.add_parser("planted")
    planted.add_argument("--trials", type=int, default=10)
    for verb in (same, planted):
        verb.add_argument("--keep", type=Path, help="folder for the runs themselves")
        verb.add_argument("--output", type=Path, required=True)
    verbs.add_parser("show").add_argument("file", type=Path)
    options = parser.parse_args()
    if options.verb == "show":
        show(options.file)
    elif options.verb == "same":
        study_same(options.output, options.pairs, options.runs, options.keep)
    else:
        study_planted(options.output, options.trials, options.keep)


if __name__ == "__main__":
    main()
