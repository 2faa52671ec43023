"""Lines over message size, with bands and a ceiling: what sweeps of any kind are drawn by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assay_report.drawing import Drawing, drawing
from assay_report.problem import cut
from assay_report.style import QUIET, figure, look, plain_log, size_axis

MOST_INSIDE = 6  # lines; the legend of more stands beside the figure
LONGEST_NAME = 48  # letters
LONGEST_TITLE = 80


@dataclass(frozen=True, order=True)
class Point:
    """At a size the value, and the band around it, in the unit of the axis."""

    size: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Axis:
    """What is drawn over size."""

    name: str  # of the file
    title: str
    quantity: str  # with its unit
    caption: str


Lines = dict[str, list[Point]]


def without_empty(lines: Lines) -> Lines:
    return {name: sorted(points) for name, points in lines.items() if points}


def over_size(axis: Axis, lines: Lines, ceilings: Iterable[tuple[str, float]] = ()) -> Drawing:
    """Ceilings are in the unit of the axis."""
    with figure() as (drawn, axes):
        for index, (name, points) in enumerate(lines.items()):
            sizes = [point.size for point in points]
            axes.plot(
                sizes,
                [point.value for point in points],
                label=cut(name, LONGEST_NAME),
                **look(index),
            )
            axes.fill_between(
                sizes, [point.low for point in points], [point.high for point in points],
                color=look(index)["color"], alpha=0.2, linewidth=0,
            )  # fmt: skip
        for name, value in ceilings:
            axes.axhline(value, color=QUIET, linestyle=":", label=name)
        size_axis(axes)
        plain_log(axes)
        axes.set_ylabel(axis.quantity)
        title = cut(axis.title, LONGEST_TITLE)
        axes.set_title(title)
        beside = len(lines) > MOST_INSIDE
        axes.legend(
            **({"loc": "center left", "bbox_to_anchor": (1.0, 0.5)} if beside else {"loc": "best"})
        )
        return drawing(axis.name, title, axis.caption, drawn)
