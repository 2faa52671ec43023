"""Matmul below its roof: what memory feeds, and the quickest kernel of each type."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isqrt
from statistics import median

import numpy as np
from matplotlib.axes import Axes

from assay_report.drawing import Drawing, drawing
from assay_report.problem import cut, printable
from assay_report.runs import Record, Run
from assay_report.style import COLOURS, MARKERS, QUIET, figure, plain_log
from assay_report.units import quantity

# tf32 is how float32 is multiplied: in memory it is float32.
BYTES = {"float64": 8, "float32": 4, "tf32": 4, "float16": 2, "bfloat16": 2, "int8": 1,
         "float8_e4m3": 1, "float8_e5m2": 1}  # fmt: skip
LEAST_RESULT = 4  # bytes: sums of shorter types are stored as float32
SHAPES = [*MARKERS, "*", "<", ">", "p", "h"]  # a ladder has many rungs
LONGEST_NAME = 32  # letters
MOST_IN_LEGEND = 6  # beyond, it stands beside the figure


def shape_of(record: Record) -> tuple[int, int, int] | None:
    """Rows, columns and depth; without a shape a square of `size_bytes`."""
    numbers = re.fullmatch(r"(\d{1,12})x(\d{1,12})x(\d{1,12})", record.get("shape", ""))
    if numbers:
        rows, columns, depth = map(int, numbers.groups())
        return rows, columns, depth
    element, size = BYTES.get(record.get("dtype", "")), record.get("size_bytes")
    if not element or not size:
        return None
    side = isqrt(size // element)
    return side, side, side


def intensity_of(record: Record) -> float | None:
    """Operations for each byte of the three matrices, each moved once."""
    shape, element = shape_of(record), BYTES.get(record.get("dtype", ""))
    if not shape or not element or not all(shape):
        return None
    m, n, k = shape
    return 2 * m * n * k / (element * (m * k + k * n) + max(element, LEAST_RESULT) * m * n)


@dataclass
class Points:
    """Rates of one kernel at one type: a point a rank and shape."""

    intensities: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def kernel_of(record: Record) -> str:
    words = (record[word] for word in ("implementation", "algorithm") if word in record)
    return cut(" ".join(words), LONGEST_NAME)


def points_of(records: list[Record]) -> dict[tuple[str, str], Points]:
    """By type and kernel."""
    points: dict[tuple[str, str], Points] = defaultdict(Points)
    for record in records:
        rate, intensity = record.get("rate_flop_per_s"), intensity_of(record)
        if rate and intensity:
            of_kernel = points[record["dtype"], kernel_of(record)]
            of_kernel.intensities.append(intensity)
            of_kernel.rates.append(rate)
    return points


def peaks_of(records: list[Record]) -> dict[str, float]:
    """What the datasheet says of each type at the clock that there was, where records tell it."""
    peaks: dict[str, list[float]] = defaultdict(list)
    for record in records:
        rate, share = record.get("rate_flop_per_s"), record.get("share_of_peak")
        if rate and share and "dtype" in record:
            peaks[record["dtype"]].append(rate / share)
    return {dtype: median(of_type) for dtype, of_type in peaks.items()}


def memory_bandwidth(run: Run, memory: str) -> float | None:
    """Of one rank: the median over the ranks of the quickest kernel."""
    rates: dict[str, list[float]] = defaultdict(list)
    for record in run.records:
        bandwidth = record.get("algorithm_bandwidth_bytes_per_s")
        is_first = record["benchmark"] == "memory" and not record.get("confirmation")
        if is_first and bandwidth and record.get("memory", "host") == memory:
            rates[record.get("algorithm", "")].append(bandwidth)
    return max((median(of_kernel) for of_kernel in rates.values()), default=None)


def draw_roofs(
    axes: Axes, points: dict[tuple[str, str], Points], bandwidth: float | None,
    peaks: dict[str, float], colours: dict[str, str], unit: float,
) -> None:  # fmt: skip
    best: dict[str, float] = defaultdict(float)
    for (dtype, _), of_kernel in points.items():
        best[dtype] = max(best[dtype], *of_kernel.rates)
    most = max(max(of_kernel.intensities) for of_kernel in points.values())
    least = min(min(of_kernel.intensities) for of_kernel in points.values())
    ridges = [rate / bandwidth for rate in best.values()] if bandwidth else [least]
    at = np.geomspace(min(0.5 * least, *ridges, ridges[0] / 8), max(2 * most, 4 * max(ridges)), 200)
    for dtype, rate in best.items():
        roof = np.minimum(rate, at * bandwidth) if bandwidth else np.full_like(at, rate)
        axes.plot(at, roof / unit, color=colours[dtype], linewidth=1.2, alpha=0.6)
        if dtype in peaks:
            axes.axhline(peaks[dtype] / unit, color=colours[dtype], linestyle=":", linewidth=1.2)


def draw(memory: str, records: list[Record], bandwidth: float | None) -> Drawing | None:
    points, peaks = points_of(records), peaks_of(records)
    if not points:
        return None
    dtypes = list(dict.fromkeys(dtype for dtype, _ in points))
    kernels = list(dict.fromkeys(kernel for _, kernel in points))
    colours = {dtype: COLOURS[i % len(COLOURS)] for i, dtype in enumerate(dtypes)}
    markers = {kernel: SHAPES[i % len(SHAPES)] for i, kernel in enumerate(kernels)}
    quickest = max(max(of_kernel.rates) for of_kernel in points.values())
    unit, unit_name = (1e12, "TFLOP/s") if quickest >= 1e13 else (1e9, "GFLOP/s")
    with figure(9.5, 4.8) as (drawn, axes):
        draw_roofs(axes, points, bandwidth, peaks, colours, unit)
        for (dtype, kernel), of_kernel in points.items():
            axes.plot(
                of_kernel.intensities, [rate / unit for rate in of_kernel.rates], markers[kernel],
                color=colours[dtype], alpha=0.75, markersize=6, markeredgecolor="white",
                markeredgewidth=0.4,
            )  # fmt: skip
        handles = [axes.plot([], [], "-", color=colours[d], label=printable(d))[0] for d in dtypes]
        handles += [
            axes.plot([], [], marker, color=QUIET, label=kernel)[0]
            for kernel, marker in markers.items()
        ]
        if peaks:
            handles += axes.plot([], [], ":", color=QUIET, label="datasheet, at its clock")
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        plain_log(axes)
        axes.set_xlabel("operations per byte of the matrices")
        axes.set_ylabel(f"rate, {unit_name}")
        place = cut(memory, LONGEST_NAME)
        title = "Matmul below its roof" + ("" if memory == "host" else f", {place} memory")
        axes.set_title(title)
        beside = len(handles) > MOST_IN_LEGEND
        axes.legend(
            handles=handles,
            **(
                {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}
                if beside
                else {"loc": "lower right"}
            ),
        )
        fed = (
            f"its slope is what {place} memory gave one rank, {quantity(bandwidth, 'bytes_per_s')}"
            if bandwidth
            else f"{place} memory was not measured in this run, so that it has no slope"
        )
        return drawing(
            "roofline" if memory == "host" else f"roofline-{memory}",
            title,
            "A point a rank and shape; colours are types, markers kernels. A roof's height is the "
            f"quickest rate of its type; {fed}.",
            drawn,
        )


def roofline(run: Run) -> Iterator[Drawing]:
    """A figure a memory: host processors and GPUs share no roof."""
    memories: dict[str, list[Record]] = defaultdict(list)
    for record in run.records:
        if record["benchmark"] == "matmul" and not record.get("confirmation"):
            memories[record.get("memory", "host")].append(record)
    for memory, records in memories.items():
        if drawn := draw(memory, records, memory_bandwidth(run, memory)):
            yield drawn
