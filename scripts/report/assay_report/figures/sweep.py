"""Bandwidth and time over message size, a line for each algorithm and implementation."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from assay_report.drawing import Drawing, drawing
from assay_report.runs import Record, Run, central_s, interval_s
from assay_report.style import QUIET, figure, look, plain_log, size_axis

COLLECTIVES = {
    "all_reduce", "reduce_scatter", "all_gather", "broadcast", "reduce", "gather", "scatter",
    "all_to_all", "all_to_all_v", "send_recv", "all_gather_v",
}  # fmt: skip
# What tells lines of one figure apart, as far as it differs.
WORDS = ("implementation", "algorithm", "transport", "memory", "label", "dtype", "op", "root",
         "ranks", "group", "in_place", "registered")  # fmt: skip
LEAST_SIZES = 2


def lines_of(records: list[Record]) -> dict[str, list[Record]]:
    """Records by the name of their line, in order of size."""
    differ = [word for word in WORDS if len({str(record.get(word)) for record in records}) > 1]
    words = differ or ["implementation"]
    lines: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        told = [spoken(record, word) for word in words if record.get(word) is not None]
        lines[", ".join(told)].append(record)
    return {name: sorted(line, key=lambda r: r["size_bytes"]) for name, line in lines.items()}


def spoken(record: Record, word: str) -> str:
    value = record.get(word)
    if word == "in_place":
        return "in place" if value else "out of place"
    if word == "registered":
        return "registered" if value else "private"
    return str(value) if isinstance(value, str) else f"{word} {value}"


def is_up(state: str) -> bool:
    """As the kernel has it: "4: ACTIVE, 5: LinkUp" of InfiniBand, "up" of Ethernet."""
    return "ACTIVE" in state or state in ("up", "unknown")


def ceiling_of(run: Run) -> tuple[str, float] | None:
    """What no bus bandwidth of the run passes, in bytes per second: between hosts the ports of
    the host that has least, unless it has one whose rate is not known; within one what a rank
    copies in memory, as measured, which holds for messages that no cache does."""
    ports: dict[str, float] = defaultdict(float)
    copies = []
    for record in run.records:
        report = record.get("report", {})
        facts, readings = report.get("facts", {}), report.get("readings", {})
        if record["benchmark"] == "host_link" and is_up(facts.get("state", "")):
            ports[str(record.get("host"))] += float(readings.get("bytes_per_s", math.inf))
        rate = record.get("algorithm_bandwidth_bytes_per_s")
        if record["benchmark"] == "memory" and record.get("algorithm") == "copy" and rate:
            copies.append(float(rate))
    if len(run.hosts()) > 1:
        least = min(ports.values(), default=math.inf)
        return ("ceiling: ports of a host, by arithmetic", least) if least < math.inf else None
    return ("ceiling beyond caches: a copy, measured", max(copies)) if copies else None


def draw(
    benchmark: str,
    lines: dict[str, list[Record]],
    metric: str,
    ceiling: tuple[str, float] | None = None,
) -> Drawing:
    is_time = metric == "time"
    with figure() as (drawn, axes):
        for index, (name, line) in enumerate(lines.items()):
            points = [(r["size_bytes"], figure_of(r, metric), band_of(r, metric)) for r in line]
            points = [point for point in points if point[1] is not None and point[0] > 0]
            if not points:
                continue
            sizes = [point[0] for point in points]
            axes.plot(sizes, [point[1] for point in points], label=name, **look(index))
            bands = [point[2] or (point[1], point[1]) for point in points]
            axes.fill_between(
                sizes, [b[0] for b in bands], [b[1] for b in bands],
                color=look(index)["color"], alpha=0.2, linewidth=0,
            )  # fmt: skip
        if ceiling and not is_time:
            axes.axhline(ceiling[1] / 1e9, color=QUIET, linestyle=":", label=ceiling[0])
        size_axis(axes)
        plain_log(axes)
        axes.set_ylabel("time, µs" if is_time else "bus bandwidth, GB/s")
        axes.set_title(f"{benchmark}: {'time' if is_time else 'bus bandwidth'} over size")
        outside = len(lines) > 6
        axes.legend(
            **({"loc": "center left", "bbox_to_anchor": (1.0, 0.5)} if outside else {"loc": "best"})
        )
        kind = "time" if is_time else "bandwidth"
        return drawing(
            f"{benchmark}-{kind}",
            f"{benchmark}: {kind} over size",
            "Lines are medians (means where an imported record has no median), bands their 95 % "
            "confidence intervals.",
            drawn,
        )


def figure_of(record: Record, metric: str) -> float | None:
    if metric == "time":
        seconds = central_s(record)
        return None if not seconds else seconds * 1e6
    bandwidth = record.get(
        "bus_bandwidth_bytes_per_s", record.get("algorithm_bandwidth_bytes_per_s")
    )
    return bandwidth / 1e9 if bandwidth else None


def band_of(record: Record, metric: str) -> tuple[float, float] | None:
    interval, seconds = interval_s(record), central_s(record)
    value = figure_of(record, metric)
    if not interval or not seconds or not value or min(interval) <= 0:
        return None
    if metric == "time":
        return interval[0] * 1e6, interval[1] * 1e6
    return value * seconds / interval[1], value * seconds / interval[0]


def sweeps(run: Run) -> Iterator[Drawing]:
    by_benchmark: dict[str, list[Record]] = defaultdict(list)
    for record in run.records:
        plain = "trace" not in record and not record.get("confirmation")
        if record["benchmark"] in COLLECTIVES and plain and record.get("size_bytes"):
            by_benchmark[record["benchmark"]].append(record)
    for benchmark, records in by_benchmark.items():
        if len({record["size_bytes"] for record in records}) < LEAST_SIZES:
            continue
        lines = lines_of(records)
        yield draw(benchmark, lines, "bandwidth", ceiling_of(run))
        yield draw(benchmark, lines, "time")
