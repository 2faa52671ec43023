"""What `assay compare --json` wrote, as a forest plot."""

from __future__ import annotations

import re
from typing import Any

from assay_report.drawing import Drawing, drawing
from assay_report.problem import Problem, cut, printable
from assay_report.style import COLOURS, QUIET, SUSPECT, figure
from assay_report.units import size

MOST_CELLS = 60
COLOUR = {"slower": SUSPECT, "faster": COLOURS[2], "same": COLOURS[0], "unclear": QUIET}
MARKER = {"slower": "D", "faster": "s", "same": "o", "unclear": "x"}
QUICKEST = "quickest tenth"
LONGEST_LABEL = 60  # letters


def shared_settings(cells: list[dict[str, Any]]) -> dict[str, str]:
    """What all cells have alike, but for the benchmark."""
    first = cells[0].get("settings", {})
    return {
        name: value
        for name, value in first.items()
        if name != "benchmark"
        and len(cells) > 1
        and all(cell.get("settings", {}).get(name) == value for cell in cells)
    }


def words_of(settings: dict[str, str], shared: dict[str, str]) -> str:
    """The settings that are not shared: names of some, numbers and yes or no with what they are."""
    words = []
    for name, value in settings.items():
        if name in shared:
            continue
        if name == "size_bytes" and re.fullmatch(r"[0-9]{1,18}", value):
            words.append(size(int(value)))
        elif re.fullmatch(r"-?[0-9]+", value):
            words.append(f"{name} {value}")
        elif name == "in_place":
            words.append("in place" if value == "true" else "out of place")
        elif value in ("true", "false"):
            words.append(name if value == "true" else f"not {name}")
        else:
            words.append(value)
    return " ".join(words).replace("_", " ")


def is_by_fast_side(cell: dict[str, Any]) -> bool:
    return "fast" in cell and cell.get("decided_by") == "fast"


def label_of(cell: dict[str, Any], shared: dict[str, str]) -> str:
    words = words_of(cell.get("settings", {}), shared) or cell["name"]
    return cut(words + (f", {QUICKEST}" if is_by_fast_side(cell) else ""), LONGEST_LABEL)


def forest(comparison: dict[str, Any], place: str) -> Drawing:
    cells = comparison.get("cells")
    if not isinstance(cells, list) or not cells:
        raise Problem(f"{place}: holds no cells; assay compare --json writes such a file")
    shown = cells[:MOST_CELLS]
    shared = shared_settings(cells)
    with figure(9, 1.8 + 0.25 * len(shown)) as (drawn, axes):
        for row, cell in enumerate(shown):
            verdict = cell["verdict"]
            deciding = cell["fast"] if is_by_fast_side(cell) else cell
            low, high = (100 * bound for bound in deciding["interval"])
            band = 100 * cell["threshold"]
            axes.barh(row, 2 * band, left=-band, height=1.0, color="black", alpha=0.06, linewidth=0)
            axes.plot([low, high], [row, row], color=COLOUR[verdict], linewidth=1.5)
            axes.plot(100 * deciding["change"], row, MARKER[verdict], color=COLOUR[verdict])
        axes.use_sticky_edges = False  # else the widest band ends at the frame
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(range(len(shown)), [label_of(cell, shared) for cell in shown], fontsize=7)
        axes.set_ylim(-0.7, len(shown) - 0.3)
        axes.invert_yaxis()
        axes.set_xlabel("change of the time, %")
        axes.set_title("Candidate against baseline", loc="left")
        known = [v for v in COLOUR if any(cell["verdict"] == v for cell in shown)]
        handles = [axes.plot([], [], MARKER[v], color=COLOUR[v])[0] for v in known]
        axes.legend(handles, known, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4)
        more = f" The first {MOST_CELLS} of {len(cells)}." if len(cells) > MOST_CELLS else ""
        if shared:
            more += f" All cells: {printable(words_of(shared, {}))}."
        return drawing(
            "compare",
            "Candidate against baseline",
            f"Of the median, or of the {QUICKEST} of the samples where the verdict rests on it. "
            "Lines are 95 % confidence intervals; within the grey band of its "
            "line, a cell's threshold, a change is no matter." + more,
            drawn,
        )
