"""Tables of what other studies kept: real links of the test bed, simulated hosts, hop traces."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median

from generated.tables import table


def read(path: Path) -> list[dict]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]


def convicts_wrongly(run: dict) -> bool:
    return any(suspect != run["trial"]["expected"] for suspect in run["suspects"])


def of_bed(runs: list[dict]) -> str:
    """Runs of scripts/study-links, by fault and deficit."""
    cells: dict[tuple[str, int], list[dict]] = {}
    for run in runs:
        cells.setdefault((run["trial"]["kind"], run["trial"]["deficit"]), []).append(run)
    head = ["fault", "deficit", "named right", "runs with other suspects", "seconds, median"]

    def row(cell: tuple[str, int]) -> list[str]:
        kind, deficit = cell
        of_cell = cells[cell]
        seconds = [run["seconds"] for run in of_cell]
        return [
            kind,
            f"{deficit} %" if deficit else "",
            f"{sum(run['right'] for run in of_cell)} of {len(of_cell)}",
            str(sum(map(convicts_wrongly, of_cell))),
            f"{median(seconds):.1f}",
            f"{max(seconds):.1f}",
        ]

    return table([*head, "longest"], map(row, sorted(cells)))


def of_hops(runs: list[dict]) -> str:
    """Runs of scripts/study-hops."""
    head = ["ring over eight hosts", "runs", "right"]
    rows = []
    for words, of_words in (
        ("one link slow", [run for run in runs if run["slow"]]),
        ("none", [run for run in runs if not run["slow"]]),
    ):
        deficits = sorted({run["deficit"] for run in of_words})
        if words != "none":
            words += " by " + ", ".join(f"{deficit} %" for deficit in deficits)
        rows.append([words, str(len(of_words)), str(sum(run["right"] for run in of_words))])
    return table(head, rows)


def of_simulated(runs: list[dict]) -> str:
    """Runs of scripts/study-simulated."""
    head = ["nodes", "fabric", "fault", "named", "rounds, with repeats"]
    head += ["simulated seconds", "seconds of a processor"]
    return table(
        head,
        (
            [
                str(run["nodes"]),
                f"`{run['fabric']}`",
                f"`{run['fault']}`",
                "; ".join(run["named"]) or "nobody",
                str(run["rounds"]),
                f"{run['simulated_s']:.2f}",
                f"{run['processor_s']:.0f}",
            ]
            for run in runs
        ),
        4,
    )
