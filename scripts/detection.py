"""Runs the study of scripts/detection, and writes its tables and figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generated import kept_runs, networks, tables
from generated.document import UnknownPlaceError, write_tables
from generated.study import BudgetSpentError, Study, find_limit, run_case

ROOT = Path(__file__).resolve().parent.parent
STUDIES = ROOT / "results/studies"
FOREVER_S = 1e9
QUICK_RUNS = 40
USAGE = 6


@dataclass(frozen=True)
class Part:
    """What is asked of generated networks, and the tables that show the answers, by name."""

    asked: Callable[[int], Iterable[Any]]
    answer: Callable[[Study, Any], Any]
    tables: dict[str, Callable[[list], str]]
    is_quick: bool = True


PARTS = {
    "small": Part(networks.small, run_case, {"small": tables.of_small}),
    "limits": Part(networks.limits, find_limit, {"limits": tables.of_limits}),
    "disturbed": Part(networks.disturbed, run_case, {"disturbed": tables.of_disturbed}),
    "kinds": Part(networks.kinds, run_case, {"kinds": tables.of_kinds}, is_quick=False),
    "times": Part(lambda _: networks.timed(), run_case, {"times": tables.of_times}, is_quick=False),
    "promise": Part(
        networks.promise,
        run_case,
        {"promise": tables.of_promise, "promise-by-kind": tables.of_promise_by_kind},
        is_quick=False,
    ),
    "sound": Part(networks.sound, run_case, {"sound": tables.of_sound}, is_quick=False),
}
# What other studies keep, by the name of the table.
KEPT = {
    "bed": (STUDIES / "test-bed.jsonl", kept_runs.of_bed),
    "bed-ucx": (STUDIES / "test-bed-ucx.jsonl", kept_runs.of_bed),
    "bed-other": (STUDIES / "test-bed-other.jsonl", kept_runs.of_bed),
    "bed-other-ucx": (STUDIES / "test-bed-other-ucx.jsonl", kept_runs.of_bed),
    "hops": (STUDIES / "hops.jsonl", kept_runs.of_hops),
    "simulated": (STUDIES / "simulated.jsonl", kept_runs.of_simulated),
}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="detection")
    parser.add_argument("binary")
    parser.add_argument(
        "--only",
        type=lambda text: text.split(","),
        default=list(PARTS),
        metavar="PARTS",
        help=f"some of {','.join(PARTS)}, in this order",
    )
    parser.add_argument("--runs", type=int, default=200, help="networks of each case; 200")
    parser.add_argument("--jobs", type=int, default=1, help="pieces at the same time")
    parser.add_argument(
        "--quick", action="store_true", help=f"small networks only, {QUICK_RUNS} of each"
    )
    parser.add_argument(
        "--budget", type=float, default=FOREVER_S, help="seconds; then tables of what is done"
    )
    parser.add_argument("--output", type=Path, default=STUDIES / "generated.jsonl")
    parser.add_argument("--figures", type=Path, help="folder for figures")
    parser.add_argument(
        "--document",
        type=Path,
        help="puts the tables into its marked places, and those of the other studies' files, "
        "instead of printing them",
    )
    given = parser.parse_args()
    if unknown := [name for name in given.only if name not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return given


def finished(asked: Iterable[Any], answer: Callable[[Any], Any]) -> list[tuple[Any, Any]]:
    """Each question with its answer, without those that there was no time for."""
    found = []
    for one in asked:
        with suppress(BudgetSpentError):
            found.append((one, answer(one)))
    return found


def write_figures(answers: dict[str, list], folder: Path) -> None:
    from generated import figures  # needs matplotlib, which the tables do not

    if limits := answers.get("limits"):
        figures.of_limits(limits, folder / "smallest-deficit.svg")
    if times := answers.get("times"):
        figures.of_times(times, folder / "time-of-a-call.svg")
    if bed := kept_runs.read(KEPT["bed"][0]):
        others = kept_runs.read(KEPT["bed-ucx"][0])
        figures.of_bed({"MPI, no hops": bed, "UCX with hops": others}, folder / "test-bed.svg")
    if simulated := kept_runs.read(KEPT["simulated"][0]):
        figures.of_simulated(simulated, folder / "simulated.svg")


def main() -> int:
    given = options()
    given.output.parent.mkdir(parents=True, exist_ok=True)
    study = Study(given.binary, given.output, given.budget, given.jobs)
    runs = min(given.runs, QUICK_RUNS) if given.quick else given.runs
    answers = {
        name: finished(part.asked(runs), lambda one, part=part: part.answer(study, one))
        for name, part in PARTS.items()
        if name in given.only and (part.is_quick or not given.quick)
    }
    written = {
        table: write(answers[name])
        for name in answers
        if answers[name]
        for table, write in PARTS[name].tables.items()
    }
    if given.document:
        kept = {name: (kept_runs.read(path), write) for name, (path, write) in KEPT.items()}
        written |= {name: write(found) for name, (found, write) in kept.items() if found}
        try:
            write_tables(given.document, written)
        except (OSError, UnknownPlaceError) as error:
            print(f"detection: {given.document}: {error}", file=sys.stderr)
            return USAGE
    else:
        print("\n\n".join(written.values()))
    if given.figures:
        write_figures(answers, given.figures)
    if study.is_spent:
        print(
            f"detection: the time is spent; the same command goes on from {given.output}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
