"""What the lines that scripts/study-compare kept come to."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from pathlib import Path

SLOWDOWN = "5%"


def is_slowed(kind: str, name: str) -> bool:
    """Whether a cell of that name is slower in a trial of that kind."""
    if kind == "planted-link":
        return name.startswith("pair/") and "/from_rank:0/" in name
    return "/rank:0/" in name


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


def show_planted(kind: str, title: str, lines: list[dict]) -> None:
    """Of both products that are slowed the one counts whose noise was noted."""
    slower = [[name for name, c in line["cells"].items() if c[0] == "slower"] for line in lines]
    counts = "openblas" if kind == "planted" else ""
    found = sum(any(is_slowed(kind, name) and counts in name for name in names) for names in slower)
    others = sum(any(not is_slowed(kind, name) for name in names) for names in slower)
    noise = sorted(line["noise"] for line in lines)
    print(
        f"{title}: found in {found} of {len(lines)}; others called slower in {others}; "
        f"noise {noise[0]:.2%} to {noise[-1]:.2%}"
    )


def show(file: Path) -> None:
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for runs in sorted({line["runs"] for line in lines if line["kind"] == "same"}):
        show_same([line for line in lines if line.get("runs") == runs], runs)
    for kind in ("planted", "planted-link"):
        planted = [line for line in lines if line["kind"] == kind]
        for title, limit in (("noise under 2 %", 0.02), ("any noise", math.inf)):
            chosen = [line for line in planted if line["noise"] < limit]
            if chosen:
                show_planted(kind, f"{kind} {SLOWDOWN}, {title}", chosen)
