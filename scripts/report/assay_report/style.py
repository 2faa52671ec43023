"""One look for every figure: colours that the colour-blind can tell apart, a unit on each axis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from assay_report.units import size

# Okabe and Ito, without the yellow that vanishes on white.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
SUSPECT = "#D55E00"
QUIET = "#767676"
SEQUENTIAL = "cividis"
FEW_DECADES = 1000

SETTINGS = {
    "figure.dpi": 100,
    "savefig.dpi": 160,
    "font.size": 10,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "svg.fonttype": "none",
    "svg.hashsalt": "assay",
    # Names come from runs: nothing in them is mathematics.
    "text.parse_math": False,
}


@contextmanager
def figure(width: float = 8, height: float = 4.5) -> Iterator[tuple[Figure, Axes]]:
    with plt.rc_context(SETTINGS):
        drawn, axes = plt.subplots(figsize=(width, height), layout="constrained")
        try:
            yield drawn, axes
        finally:
            plt.close(drawn)


def size_axis(axes: Axes) -> None:
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(LogLocator(base=2, numticks=9))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: size(value)))
    axes.set_xlabel("message size")


def plain_log(axes: Axes) -> None:
    """A logarithmic y axis with plain numbers, as figures have no mathematics (SETTINGS). To be
    called once all is drawn: few decades have more numbers."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high < FEW_DECADES * low:
        axes.yaxis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def look(index: int) -> dict[str, object]:
    return {
        "color": COLOURS[index % len(COLOURS)],
        "marker": MARKERS[index % len(MARKERS)],
        "markersize": 4,
        "linestyle": "-" if index < len(COLOURS) else "--",
    }
