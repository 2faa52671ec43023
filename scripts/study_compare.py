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
from collections.abc import Callable
from pathlib import Path

from study_compare_tables import SLOWDOWN, show

from tests.cluster.bed import Bed
from tests.cluster.layout import Layout
from tests.cluster.mpirun import mpirun_line, run_line

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
SIDES = ("baseline", "candidate")
# Transfers of 42 ms over a link of the test bed, each way, in turns: a run takes ten seconds.
LINK = ["pair", "--transport", "mpi", "-n", "12", "-w", "2"]


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
    """Of each cell the verdict, by which witness, and what each says."""

    def rounded(change: dict) -> list:
        return [round(change["change"], 5), [round(bound, 5) for bound in change["interval"]]]

    cells = {
        cell["name"]: [cell["verdict"], *rounded(cell), cell["decided_by"], *rounded(cell["fast"])]
        for cell in comparison["cells"]
    }
    return {"kind": kind, "cells": cells}


def keep(file: Path, line: dict) -> None:
    with file.open("a") as lines:
        lines.write(json.dumps(line) + "\n")


def order_of(runs: int) -> list[int]:
    """Which side each of 2 * `runs` runs is of: in turn, each pair the other way round, so that
    neither what drifts nor a state of the machine that changes with every run sits on one side."""
    return [(number + pair) % 2 for pair in range(runs) for number in range(2)]


def study_same(output: Path, pairs: int, runs: int, kept: Path | None) -> None:
    """Runs of one build, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(pairs + 2 * runs - 1):
            bench(SAME, Path(folder) / f"run{number}")
        if kept:
            shutil.copytree(folder, kept, dirs_exist_ok=True)
        judge_same(output, Path(folder), runs)


def judge_same(output: Path, made: Path, runs: int) -> None:
    """Each stretch of 2 * `runs` of them is a comparison."""
    count = sum(1 for _ in made.glob("run*"))
    for first in range(count - 2 * runs + 1):
        with tempfile.TemporaryDirectory() as folder:
            sides = [Path(folder) / name for name in SIDES]
            for side in sides:
                side.mkdir()
            for run, side in enumerate(order_of(runs), first):
                (sides[side] / f"run{run}").symlink_to(made / f"run{run}")
            line = line_of("same", compare(*sides, Path(folder)))
            keep(output, line | {"runs": runs})


def is_slowed_product(record: dict) -> bool:
    return record.get("rank") == 0 and record["implementation"] == "openblas"


def is_slowed_link(record: dict) -> bool:
    return record["benchmark"] == "pair" and record["from_rank"] == 0


IS_SLOWED: dict[str, Callable[[dict], bool]] = {
    "planted": is_slowed_product,
    "planted-link": is_slowed_link,
}


def slowed_records(side: Path, is_slowed: Callable[[dict], bool]) -> list[dict]:
    found = []
    for run in sorted(side.iterdir()):
        records = [json.loads(line) for line in (run / "records.jsonl").read_text().splitlines()]
        found += [record for record in records if is_slowed(record)]
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


def trial_of(
    kind: str,
    sound: Callable[[Path], None],
    slowed: Callable[[Path], None],
    kept: Path | None,
) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        sides = [Path(folder) / name for name in SIDES]
        for number, side in enumerate(order_of(RUNS_A_SIDE)):
            (sound, slowed)[side](sides[side] / str(number))
        if kept:
            shutil.copytree(folder, kept, dirs_exist_ok=True)
        return judged_trial(kind, Path(folder))


def judged_trial(kind: str, made: Path) -> dict:
    """`noise`: how far runs of a side differ in the slowed cell; `samples`: of a run of it."""
    sides = [made / name for name in SIDES]
    with tempfile.TemporaryDirectory() as folder:
        line = line_of(kind, compare(*sides, Path(folder)))
    slowed = [slowed_records(side, IS_SLOWED[kind]) for side in sides]
    noise = [spread_of([record["median_s"] for record in records]) for records in slowed]
    line["noise"] = round(math.sqrt(sum(n * n for n in noise) / len(noise)), 5)
    line["samples"] = len(slowed[0][0]["samples_s"])
    return line


def study_planted(output: Path, trials: int, kept: Path | None) -> None:
    """Rank 0 of the candidate computes more slowly."""
    fault = ["--inject", f"slow-matmul:rank=0,by={SLOWDOWN}"]
    for trial in range(trials):
        words = [*PLANTED, "-n", str(iterations())]
        line = trial_of(
            "planted",
            lambda run, words=words: bench(words, run),
            lambda run, words=words: bench([*words, *fault], run),
            kept and kept / str(trial),
        )
        keep(output, line)


def bench_link(bed: Bed, output: Path) -> None:
    """One run of a rank on each of two hosts."""
    words = ["assay", "bench", *LINK, "--quiet", "--output", str(output)]
    line = run_line(bed, mpirun_line(bed, words))
    subprocess.run(line, check=True, stdout=subprocess.DEVNULL)


def study_planted_link(output: Path, trials: int, kept: Path | None) -> None:
    """A real link of the test bed that is slower while the candidate runs, in one direction."""
    with Bed.up("compare", Layout(hosts=2, leaves=1)) as bed:

        def slowed(run: Path) -> None:
            bed.fault(f"slow-send n1 {SLOWDOWN}")
            bench_link(bed, run)
            bed.heal()

        for trial in range(trials):
            line = trial_of(
                "planted-link",
                lambda run: bench_link(bed, run),
                slowed,
                kept and kept / str(trial),
            )
            keep(output, line)


def judge(output: Path, kind: str, made: Path, runs: int) -> None:
    """Again, by the present build, what `--keep` kept."""
    if kind == "same":
        judge_same(output, made, runs)
        return
    for trial in sorted(made.iterdir(), key=lambda folder: int(folder.name)):
        keep(output, judged_trial(kind, trial))


def main() -> None:
    parser = argparse.ArgumentParser(prog="study-compare")
    verbs = parser.add_subparsers(dest="verb", required=True)
    same = verbs.add_parser("same")
    same.add_argument("--pairs", type=int, default=200)
    same.add_argument("--runs", type=int, default=RUNS_A_SIDE)
    planted = verbs.add_parser("planted")
    link = verbs.add_parser("planted-link")
    for verb in (planted, link):
        verb.add_argument("--trials", type=int, default=10)
    for verb in (same, planted, link):
        verb.add_argument("--keep", type=Path, help="folder for the runs themselves")
        verb.add_argument("--output", type=Path, required=True)
    again = verbs.add_parser("judge")
    again.add_argument("kind", choices=("same", *IS_SLOWED))
    again.add_argument("kept", type=Path, help="folder for which --keep was given")
    again.add_argument("--runs", type=int, default=RUNS_A_SIDE)
    again.add_argument("--output", type=Path, required=True)
    verbs.add_parser("show").add_argument("file", type=Path)
    options = parser.parse_args()
    if options.verb == "show":
        show(options.file)
    elif options.verb == "judge":
        judge(options.output, options.kind, options.kept, options.runs)
    elif options.verb == "same":
        study_same(options.output, options.pairs, options.runs, options.keep)
    elif options.verb == "planted":
        study_planted(options.output, options.trials, options.keep)
    else:
        study_planted_link(options.output, options.trials, options.keep)


if __name__ == "__main__":
    main()
