"""Matmul below its roof: what memory feeds, and the quickest kernel of all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from math import isqrt
from statistics import median

import numpy as np

from assay_report.drawing import Drawing, drawing
from assay_report.runs import Record, Run
from assay_report.style import COLOURS, MARKERS, QUIET, figure, plain_log

BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}


def shape_of(record: Record) -> tuple[int, int, int] | None:
    """Rows, columns and depth; without a shape a square of `size_bytes`."""
    numbers = re.fullmatch(r"(\d+)x(\d+)x(\d+)", str(record.get("shape", "")))
    if numbers:
        rows, columns, depth = map(int, numbers.groups())
        return rows, columns, depth
    element, size = BYTES.get(str(record.get("dtype"))), record.get("size_bytes")
    if not element or not size:
        return None
    side = isqrt(size // element)
    return side, side, side


def intensity_of(record: Record) -> float | None:
    """Operations for each byte of the three matrices, each moved once."""
    shape, element = shape_of(record), BYTES.get(str(record.get("dtype")))
    if not shape or not element or not all(shape):
        return None
    m, n, k = shape
    return 2 * m * n * k / (element * (m * k + k * n + m * n))


def points_of(run: Run) -> dict[str, dict[float, list[float]]]:
    """Of each implementation the ranks' rates, by intensity."""
    points: dict[str, dict[float, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in run.records:
        rate = record.get("rate_flop_per_s")
        if record["benchmark"] != "matmul" or not rate or record.get("confirmation"):
            continue
        if intensity := intensity_of(record):
            name = f"{record['implementation']} {record.get('dtype')}"
            points[name][round(intensity, 3)].append(rate)
    return points


def memory_bandwidth(run: Run) -> float | None:
    """Of one rank: the median over the ranks of the quickest kernel."""
    rates: dict[str, list[float]] = defaultdict(list)
    for record in run.records:
        bandwidth = record.get("algorithm_bandwidth_bytes_per_s")
        if record["benchmark"] == "memory" and bandwidth and not record.get("confirmation"):
            rates[str(record.get("algorithm"))].append(bandwidth)
    return max((median(of_kernel) for of_kernel in rates.values()), default=None)


def roofline(run: Run) -> Iterator[Drawing]:
    points = points_of(run)
    if not points:
        return
    bandwidth = memory_bandwidth(run)
    with figure() as (drawn, axes):
        peak = max(rate for by in points.values() for rates in by.values() for rate in rates)
        most = max(intensity for by in points.values() for intensity in by)
        ridge = peak / bandwidth if bandwidth else 1.0
        at = np.geomspace(min(0.25, ridge / 8), max(2 * most, 4 * ridge), 200)
        roof = np.minimum(peak, at * bandwidth) if bandwidth else np.full_like(at, peak)
        axes.plot(at, roof / 1e9, color=QUIET, label="roof")
        for index, (name, by) in enumerate(points.items()):
            colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
            for number, (intensity, rates) in enumerate(by.items()):
                label = name if number == 0 else None
                axes.plot(
                    [intensity] * len(rates), [rate / 1e9 for rate in rates], marker,
                    color=colour, alpha=0.7, label=label,
                )  # fmt: skip
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        plain_log(axes)
        axes.set_xlabel("operations per byte of the matrices")
        axes.set_ylabel("rate, GFLOP/s")
        axes.set_title("Matmul below its roof")
        axes.legend(loc="lower right")
        fed = (
            f"its slope is what memory gave one rank, {bandwidth / 1e9:.3g} GB/s"
            if bandwidth
            else "memory was not measured in this run, so that it has no slope"
        )
        yield drawing(
            "roofline",
            "Matmul below its roof",
            f"A point a rank. The roof's height is the quickest rate of all; {fed}.",
            drawn,
        )
