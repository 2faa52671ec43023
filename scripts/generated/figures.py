"""The study's figures, as SVG for the documentation."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from generated.networks import KINDS, Case, Limit

# Okabe and Ito's colours, which colour-blind readers tell apart; and a mark for each, too.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
MARKS = ("o", "s", "^", "v", "D", "P", "X")
FAIL_DEFICIT = 0.07
SECONDS_ALLOWED = 10
STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "svg.hashsalt": "assay",
}


def save(figure: plt.Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)


def of_limits(results: list[tuple[Limit, float | None]], path: Path) -> None:
    """The smallest deficit found over noise, a panel a network, a line a kind."""
    labels = list(dict.fromkeys(limit.network.label() for limit, _ in results))
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(
            1, len(labels), figsize=(2.6 * len(labels), 3), sharey=True, squeeze=False
        )
        for panel, label in zip(panels[0], labels, strict=True):
            for kind, colour, mark in zip(KINDS, COLOURS, MARKS, strict=True):
                points = sorted(
                    (limit.noise, deficit)
                    for limit, deficit in results
                    if deficit and (limit.network.label(), limit.kind) == (label, kind)
                )
                if points:
                    x, y = zip(*points, strict=True)
                    panel.plot(
                        [100 * value for value in x],
                        [100 * value for value in y],
                        color=colour,
                        marker=mark,
                        markersize=4,
                        linewidth=1,
                        label=kind.replace("_", " "),
                    )
            panel.axhline(100 * FAIL_DEFICIT, color="grey", linestyle=":", linewidth=1)
            panel.set_title(label, fontsize=9)
            panel.set_xlabel("noise of one link, %")
            panel.set_ylim(bottom=0)
        panels[0][0].set_ylabel("smallest deficit found, %")
        handles = {}
        for panel in panels[0]:
            lines, names = panel.get_legend_handles_labels()
            handles.update(zip(names, lines, strict=True))
        figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=7, frameon=False)
        figure.subplots_adjust(bottom=0.26, wspace=0.08)
        save(figure, path)


def of_times(results: list[tuple[Case, dict]], path: Path) -> None:
    """Seconds of the slowest call over links."""
    with plt.rc_context(STYLE):
        figure, panel = plt.subplots(figsize=(5, 3))
        links = [found["mean_links_measured"] for _, found in results]
        seconds = [found["slowest_locate_s"] for _, found in results]
        panel.loglog(links, seconds, color=COLOURS[0], marker=MARKS[0], markersize=4, linewidth=1)
        for (case, _), x, y in zip(results, links, seconds, strict=True):
            panel.annotate(
                f"{case.network.nodes:,} nodes",
                (x, y),
                xytext=(-4, 6),
                textcoords="offset points",
                ha="right",
                fontsize=8,
            )
        panel.axhline(SECONDS_ALLOWED, color="grey", linestyle=":", linewidth=1)
        panel.set_xlabel("links of the matrix (8 rails)")
        panel.set_ylabel("one call on one core, s")
        panel.margins(x=0.15)
        save(figure, path)
