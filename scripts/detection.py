"""Runs the study of scripts/detection, and writes its tables and figures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from generated import networks, tables
from generated.study import BudgetSpentError, Study, find_limit, run_case

ROOT = Path(__file__).resolve().parent.parent
FOREVER_S = 1e9

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
Pair = tuple[Asked, Answer]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="detection")
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=300, help="networks of each small case")
    parser.add_argument("--jobs", type=int, default=1, help="pieces at the same time")
    parser.add_argument("--quick", action="store_true", help="small networks only, 40 of each")
    parser.add_argument(
        "--budget", type=float, default=FOREVER_S, help="seconds; then tables of what is done"
    )
    parser.add_argument("--output", type=Path, default=ROOT / "results/studies/detection.jsonl")
    parser.add_argument("--figures", type=Path, help="folder for figures")
    return parser.parse_args()


def finished(asked: Iterable[Asked], answer: Callable[[Asked], Answer]) -> list[Pair]:
    """Each question with its answer, without those that there was no time for."""
    found = []
    for one in asked:
        with suppress(BudgetSpentError):
            found.append((one, answer(one)))
    return found


def main() -> None:
    given = options()
    runs = min(given.runs, 40) if given.quick else given.runs
    given.output.parent.mkdir(parents=True, exist_ok=True)
    study = Study(given.binary, given.output, given.budget, given.jobs)
    times = finished(networks.timed(given.quick), lambda case: run_case(study, case))
    found = finished(networks.cases(runs, given.quick), lambda case: run_case(study, case))
    limits = finished(networks.limits(runs, given.quick), lambda one: find_limit(study, one))
    large = [(case, one) for case, one in found if case.network == networks.LARGE]
    parts = [
        write(results)
        for write, results in (
            (tables.of_cases, found),
            (tables.of_kinds, large),
            (tables.of_limits, limits),
            (tables.of_times, times),
        )
        if results
    ]
    print("\n\n".join(parts))
    if given.figures:
        from generated import figures  # needs matplotlib, which the tables do not

        if limits:
            figures.of_limits(limits, given.figures / "smallest-deficit.svg")
        if times:
            figures.of_times(times, given.figures / "time-of-a-call.svg")
    if study.is_spent:
        sys.exit(f"detection: the time is spent; the same command goes on from {given.output}")


if __name__ == "__main__":
    main()
