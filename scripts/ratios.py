"""Measures collectives in interleaved rounds and prints the table of scripts/ratios."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import geometric_mean, median

# Size -> samples of each way in a round: some milliseconds for small ones, a second for large ones.
SIZES = {"8": 300, "64": 300, "512": 300, "4K": 300, "32K": 200, "256K": 100}
SIZES |= {"1M": 60, "4M": 25, "16M": 10, "64M": 6}
MPI = "mpi default"
AUTO = "assay auto"

# One run of bench: the median of every way, in seconds.
Medians = dict[str, float]
# (size in bytes, registered) -> the rounds.
Rounds = dict[tuple[int, bool], list[Medians]]


def launcher(ranks: int) -> list[str]:
    words = ["mpirun", "-n", str(ranks)]
    version = subprocess.run(["mpirun", "--version"], capture_output=True, text=True, check=False)
    if "Open MPI" in version.stdout:
        words.append("--oversubscribe")
    return words


def one_run(assay: str, ranks: int, name: str, size: str, registered: bool) -> list[dict]:
    """The records of every way at one size, out of place."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "records.jsonl"
        words = [*launcher(ranks), assay, "bench", name, "-b", size, "-e", size]
        words += ["-n", str(SIZES[size]), "-w", str(SIZES[size] // 5), "--json-lines", str(lines)]
        words += ["-R", str(int(registered)), "--implementation", "all"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"ratios: {' '.join(words)} ended with {done.returncode}:\n{done.stderr}")
        records = [json.loads(line) for line in lines.read_text().splitlines()]
    return [record for record in records if not record["in_place"]]


def way(record: dict) -> str:
    algorithm = record.get("selection", record["algorithm"])
    return f"{record['implementation']} {algorithm}"


def measure(assay: str, ranks: int, rounds: int, name: str, sizes: list[str]) -> Rounds:
    found: Rounds = defaultdict(list)
    for turn in range(rounds):
        for size in sizes:
            print(f"ratios: {name}, round {turn + 1} of {rounds}, {size}", file=sys.stderr)
            for registered in (False, True):
                records = one_run(assay, ranks, name, size, registered)
                found[records[0]["size_bytes"], registered].append(
                    {way(record): record["median_s"] for record in records}
                )
    return found


def time_of(rounds: list[Medians], key: str) -> str:
    return f"{median(medians[key] for medians in rounds) * 1e6:.2f}"


def ratio(rounds: list[Medians], slow: str, quick: str) -> float:
    """Of times taken within a second of each other: the machine's speed changes between rounds."""
    return median(medians[slow] / medians[quick] for medians in rounds)


def quickest(rounds: list[Medians], implementation: str, without: str) -> str | None:
    """Of the ways of an implementation that were there in every round; None if there are none."""
    ways = [
        key
        for key in rounds[0]
        if key.startswith(implementation + " ")
        and key != without
        and all(key in medians for medians in rounds)
    ]
    return min(ways, key=lambda key: ratio(rounds, key, MPI), default=None)


def row(size: int, private: list[Medians], registered: list[Medians]) -> list[str]:
    cells = [str(size), time_of(private, MPI), time_of(private, AUTO)]
    cells += [f"{ratio(private, MPI, AUTO):.2f}"]
    best = quickest(private, "assay", AUTO)
    cells += [f"{best.split()[1]} {ratio(private, MPI, best):.2f}" if best else "-"]
    cells += [time_of(registered, AUTO), f"{ratio(registered, MPI, AUTO):.2f}"]
    best = quickest(registered, "assay", AUTO)
    cells += [f"{best.split()[1]} {ratio(registered, MPI, best):.2f}" if best else "-"]
    forced = quickest(private, "mpi", MPI)
    cells += [f"{forced.split()[1]} {ratio(private, MPI, forced):.2f}" if forced else "-"]
    return cells


def table(name: str, ranks: int, found: Rounds) -> str:
    sizes = sorted({size for size, _ in found})
    speedups = {
        kind: [ratio(found[size, registered], MPI, AUTO) for size in sizes]
        for kind, registered in (("private", False), ("registered", True))
    }
    means = ", ".join(f"{kind} {geometric_mean(of):.2f}" for kind, of in speedups.items())
    lines = [
        f"`{name}`, {ranks} ranks, float32, medians of {len(found[sizes[0], False])} rounds; "
        f"x: times as fast as MPI's default. Geometric mean of auto: {means}.",
        "",
        "| bytes | MPI, us | private auto, us | x | best x | registered auto, us | x | best x "
        "| best forced MPI x |",
        "|---:|---:|---:|---:|---|---:|---:|---|---|",
    ]
    for size in sizes:
        lines.append(f"| {' | '.join(row(size, found[size, False], found[size, True]))} |")
    return "\n".join(lines)


def main() -> None:
    assay, ranks, rounds, sizes, *names = sys.argv[1:]
    chosen = sizes.split(",") if sizes else list(SIZES)
    if unknown := [size for size in chosen if size not in SIZES]:
        sys.exit(f"ratios: no size {', '.join(unknown)}; known: {', '.join(SIZES)}")
    for name in names:
        print(table(name, int(ranks), measure(assay, int(ranks), int(rounds), name, chosen)), "\n")


if __name__ == "__main__":
    main()
