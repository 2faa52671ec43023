"""Rings of hosts with one slow link, and whether the trace of one collective names it."""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
from pathlib import Path

from tests.cluster.bed import Bed
from tests.cluster.layout import Layout
from tests.cluster.mpirun import mpirun_line, run_line

SIZE = "4M"  # a ring of it takes half a second at the bed's rate
RUN_WITHIN = 120.0  # seconds
BENCH = ["assay", "bench", "all_reduce", "--implementation", "assay", "--algorithm", "ring"]
CULPRIT = re.compile(r"^# culprit: (.+?), \d", re.MULTILINE)


def culprits(bed: Bed) -> list[str]:
    """What the trace names: "edge n3 -> n4", "rank n2"."""
    words = [*BENCH, "-b", SIZE, "-e", SIZE, "--transport", "mpi", "--trace"]
    done = subprocess.run(
        run_line(bed, mpirun_line(bed, words)),
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_WITHIN,
    )
    if done.returncode != 0:
        sys.exit(f"hop_study: bench ended with {done.returncode}: {done.stdout}{done.stderr}")
    return CULPRIT.findall(done.stdout)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="study-hops", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="with a slow link, and without (10)")
    parser.add_argument("--deficit", type=int, default=30, help="of the slow link, in %% (30)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="a line of JSON for each run")
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)
    right = {True: 0, False: 0}
    layout = Layout()
    with Bed.up("hops", layout) as bed, given.output.open("a") as lines:
        for _ in range(given.runs):
            place = chance.randrange(len(layout.host_names))
            ends = [layout.host_names[(place + step) % len(layout.host_names)] for step in (0, 1)]
            for is_slow in (True, False):
                if is_slow:
                    bed.fault(f"slow-path {ends[0]} {ends[1]} {given.deficit}%")
                named = culprits(bed)
                bed.heal()
                is_right = named == ([f"edge {ends[0]} -> {ends[1]}"] if is_slow else [])
                right[is_slow] += is_right
                told = {"slow": ends if is_slow else None, "named": named, "right": is_right}
                lines.write(json.dumps(told | {"deficit": given.deficit}) + "\n")
                lines.flush()
                print(told, file=sys.stderr, flush=True)
    print(f"a slow link: {right[True]} of {given.runs} named, and nothing else")
    print(f"none: nothing named in {right[False]} of {given.runs}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
