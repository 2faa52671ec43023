"""Runs locate_study piece by piece, and keeps what came out, so that a study can be interrupted."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from pathlib import Path
from threading import Lock

from generated.networks import Case, Limit

# The smallest deficit counts as found when this share of the faults is named exactly.
RECALL = 0.99
# The bisection ends when it knows the deficit to this share.
RESOLUTION = 0.005
LEAST_DEFICIT, MOST_DEFICIT = 0.02, 0.6
# A piece of so many links takes about a minute of a processor.
LINKS_OF_A_PIECE = 200_000_000


class BudgetSpentError(Exception):
    """There is more to do than time was given for."""


class Study:
    """Pieces by their command lines; those that are done are read back from the file."""

    def __init__(self, binary: str, path: Path, budget_s: float, jobs: int) -> None:
        self.binary = binary
        self.path = path
        self.pool = ThreadPoolExecutor(jobs)
        self.writing = Lock()
        self.end = time.monotonic() + budget_s
        self.is_spent = False
        self.done: dict[str, dict] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                piece = json.loads(line)
                self.done[piece["words"]] = piece["found"]

    def piece(self, words: list[str]) -> dict:
        key = " ".join(words)
        if key in self.done:
            return self.done[key]
        if time.monotonic() > self.end:
            self.is_spent = True
            raise BudgetSpentError
        ended = subprocess.run([self.binary, *words], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            sys.exit(f"detection: {key} ended with {ended.returncode}: {ended.stderr}")
        self.done[key] = json.loads(ended.stdout)
        with self.writing, self.path.open("a") as file:
            file.write(json.dumps({"words": key, "found": self.done[key]}) + "\n")
        return self.done[key]

    def runs(self, words: list[str], runs: int, links: int) -> dict:
        """So many runs, by pieces with different seeds, added up."""
        at_once = max(1, min(runs, LINKS_OF_A_PIECE // links))
        pieces = [
            [*words, "--runs", str(min(at_once, runs - first)), "--seed", str(seed)]
            for seed, first in enumerate(range(0, runs, at_once), start=1)
        ]
        return reduce(added, self.pool.map(self.piece, pieces))


def added(one: dict, other: dict) -> dict:
    """Counts summed up, means weighted by their runs, extremes kept."""
    runs = one["runs"] + other["runs"]
    found = {**one, "runs": runs}
    for name in ("sound_runs_convicted", "without_reason", "misnamed", "runs_undecided"):
        found[name] = one[name] + other[name]
    for name in ("mean_rounds", "mean_links_repeated", "mean_links_measured"):
        found[name] = (one[name] * one["runs"] + other[name] * other["runs"]) / runs
    for name in ("slowest_locate_s", "peak_memory_bytes"):
        found[name] = max(one[name], other[name])
    found["kinds"] = {
        kind: {
            name: one["kinds"].get(kind, {}).get(name, 0)
            + other["kinds"].get(kind, {}).get(name, 0)
            for name in ("injected", "found", "plain", "plain_found")
        }
        for kind in sorted({*one["kinds"], *other["kinds"]})
    }
    return found


def run_case(study: Study, case: Case) -> dict:
    words = [*case.network.words(), "--noise", str(case.noise), "--faults", str(case.faults)]
    words += ["--deficit", str(case.deficit), "--deficit-at-most", str(case.deficit_at_most)]
    if case.kind:
        words += ["--kinds", case.kind]
    return study.runs(words, case.runs, case.network.cells())


def smallest(recall: Callable[[float], float]) -> float | None:
    """The smallest deficit that is found often enough; none where even the largest is not."""
    low, high = LEAST_DEFICIT, MOST_DEFICIT
    if recall(high) < RECALL:
        return None
    while high - low > RESOLUTION:
        middle = (low + high) / 2
        low, high = (low, middle) if recall(middle) >= RECALL else (middle, high)
    return high


def find_limit(study: Study, limit: Limit) -> float | None:
    def recall(deficit: float) -> float:
        words = [*limit.network.words(), "--noise", str(limit.noise), "--kinds", limit.kind]
        words += ["--faults", "1", "--deficit", f"{deficit:.4f}"]
        found = study.runs(words, limit.runs, limit.network.cells())
        tally = found["kinds"][limit.kind]
        return tally["found"] / tally["injected"]

    return smallest(recall)
