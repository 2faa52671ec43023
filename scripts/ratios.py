"""Measures collectives in interleaved rounds and prints the table of scripts/ratios."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

# Size -> samples of each way in a round: some milliseconds for small ones, a second for large ones.
SIZES = {"8": 300, "64": 300, "512": 300, "4K": 300, "32K": 200, "256K": 100}
SIZES |= {"1M": 60, "4M": 25, "16M": 10, "64M": 6}
MPI = "mpi default"

# (size in bytes) -> (way) -> the median of each round, in seconds.
Times = dict[int, dict[str, list[float]]]


def launcher(ranks: int) -> list[str]:
    words = ["mpirun", "-n", str(ranks)]
    version = subprocess.run(["mpirun", "--version"], capture_output=True, text=True, check=False)
    if "Open MPI" in version.stdout:
        words.append("--oversubscribe")
    return words


def one_round(assay: str, ranks: int, name: str, size: str, registered: bool) -> list[dict]:
    """The records of every way at one size, out of place."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "records.jsonl"
        words = [*launcher(ranks), assay, "bench", name, "-b", size, "-e", size]
        words += ["-n", str(SIZES[size]), "-w", str(SIZES[size] // 5), "--json-lines", str(lines)]
        words += ["-R", "1"] if registered else ["--implementation", "all"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"ratios: {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
        records = [json.loads(line) for line in lines.read_text().splitlines()]
    return [record for record in records if not record["in_place"]]


def way(record: dict) -> str:
    kind = "registered" if record.get("registered") else record["implementation"]
    return f"{kind} {record['algorithm']}"


def measure(assay: str, ranks: int, rounds: int, name: str) -> Times:
    times: Times = defaultdict(lambda: defaultdict(list))
    for turn in range(rounds):
        for size in SIZES:
            print(f"ratios: {name}, round {turn + 1} of {rounds}, {size}", file=sys.stderr)
            for registered in (False, True):
                for record in one_round(assay, ranks, name, size, registered):
                    times[record["size_bytes"]][way(record)].append(record["median_s"])
    return times


def best(medians: dict[str, float], kind: str) -> str | None:
    """The quickest way of those whose names begin so; None if there is none."""
    ways = [key for key in medians if key.startswith(kind + " ") and key != MPI]
    return min(ways, key=medians.__getitem__, default=None)


def table(name: str, ranks: int, times: Times) -> str:
    rounds = len(next(iter(times.values()))[MPI])
    rows = [
        f"`{name}`, {ranks} ranks, float32, medians of {rounds} rounds",
        "",
        "| bytes | MPI, us | private, us | by | times as fast | registered, us | times as fast "
        "| best forced MPI, us | by | private times as fast |",
        "|---:|---:|---:|---|---:|---:|---:|---:|---|---:|",
    ]
    for size, ways in sorted(times.items()):
        medians = {key: median(values) for key, values in ways.items()}
        private = best(medians, "assay")
        registered = medians[best(medians, "registered")]
        forced = best(medians, "mpi")
        mpi = medians[MPI]
        row = [f"{size}", f"{mpi * 1e6:.2f}"]
        row += [f"{medians[private] * 1e6:.2f}", private.split()[1]]
        row += [f"{mpi / medians[private]:.2f}", f"{registered * 1e6:.2f}"]
        row += [f"{mpi / registered:.2f}"]
        if forced:
            row += [f"{medians[forced] * 1e6:.2f}", forced.split()[1]]
            row += [f"{medians[forced] / medians[private]:.2f}"]
        else:
            row += ["-"] * 3
        rows.append(f"| {' | '.join(row)} |")
    return "\n".join(rows)


def main() -> None:
    assay, ranks, rounds, *names = sys.argv[1:]
    for name in names:
        print(table(name, int(ranks), measure(assay, int(ranks), int(rounds), name)), "\n")


if __name__ == "__main__":
    main()
