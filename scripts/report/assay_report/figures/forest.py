"""What `assay compare --json` wrote, as a forest plot."""

from __future__ import annotations

from typing import Any

from assay_report.drawing import Drawing, drawing
from assay_report.problem import Problem, printable
from assay_report.style import COLOURS, QUIET, SUSPECT, figure

MOST_CELLS = 60
COLOUR = {"slower": SUSPECT, "faster": COLOURS[2], "same": COLOURS[0], "unclear": QUIET}
MARKER = {"slower": "D", "faster": "s", "same": "o", "unclear": "x"}


def forest(comparison: dict[str, Any], place: str) -> Drawing:
    cells = comparison.get("cells")
    if not isinstance(cells, list) or not cells:
        raise Problem(f"{place}: holds no cells; assay compare --json writes such a file")
    shown = cells[:MOST_CELLS]
    with figure(9, 1.8 + 0.25 * len(shown)) as (drawn, axes):
        for row, cell in enumerate(shown):
            verdict = cell["verdict"]
            low, high = (100 * bound for bound in cell["interval"])
            axes.plot([low, high], [row, row], color=COLOUR[verdict], linewidth=1.5)
            axes.plot(100 * cell["change"], row, MARKER[verdict], color=COLOUR[verdict])
        threshold = 100 * shown[0]["threshold"]
        axes.axvspan(-threshold, threshold, color="black", alpha=0.06)
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(
            range(len(shown)), [printable(cell["name"])[:80] for cell in shown], fontsize=7
        )
        axes.set_ylim(-0.7, len(shown) - 0.3)
        axes.invert_yaxis()
        axes.set_xlabel("change of the median time, %")
        axes.set_title("Candidate against baseline")
        known = [v for v in COLOUR if any(cell["verdict"] == v for cell in shown)]
        handles = [axes.plot([], [], MARKER[v], color=COLOUR[v])[0] for v in known]
        axes.legend(handles, known, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4)
        more = f" The first {MOST_CELLS} of {len(cells)}." if len(cells) > MOST_CELLS else ""
        return drawing(
            "compare",
            "Candidate against baseline",
            "Lines are 95 % confidence intervals; within the grey band a change is no matter."
            + more,
            drawn,
        )
