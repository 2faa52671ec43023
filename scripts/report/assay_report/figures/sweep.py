"""Bandwidth and time of collectives over message size, a line for each algorithm."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from assay_report.drawing import Drawing
from assay_report.figures.over_size import Axis, Point, over_size, without_empty
from assay_report.runs import Record, Run, central_s, interval_s

COLLECTIVES = {
    "all_reduce", "reduce_scatter", "all_gather", "broadcast", "reduce", "gather", "scatter",
    "all_to_all", "all_to_all_v", "send_recv", "all_gather_v",
}  # fmt: skip
# What tells lines of one figure apart, as far as it differs.
WORDS = ("implementation", "algorithm", "transport", "memory", "label", "dtype", "op", "root",
         "ranks", "group", "in_place", "registered")  # fmt: skip
LEAST_SIZES = 2
HOST_COPIES = {("memory", "copy")}
GPU_COPIES = {("peer_copy", "one_way"), ("peer_copy", "read"), ("peer_copy", "write")}


def lines_of(records: list[Record], words: tuple[str, ...] = WORDS) -> dict[str, list[Record]]:
    """Records by the name of their line."""
    differ = [word for word in words if len({str(record.get(word)) for record in records}) > 1]
    lines: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        told = [spoken(record, word) for word in differ or ["implementation"] if word in record]
        lines[", ".join(told)].append(record)
    return lines


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


def ceiling_of(run: Run, memory: str = "host") -> tuple[str, float] | None:
    """What no bus bandwidth of the run passes, in bytes per second: between hosts the ports of
    the host that has least, unless it has one whose rate is not known; within one what a rank
    copies in memory, as measured, which holds for messages that no cache does. Of GPUs within a
    host: what one copies to another, which sums in the switch pass."""
    ports: dict[str, float] = defaultdict(float)
    copies = []
    kinds = HOST_COPIES if memory == "host" else GPU_COPIES
    for record in run.records:
        report = record.get("report", {})
        facts, readings = report.get("facts", {}), report.get("readings", {})
        if record["benchmark"] == "host_link" and is_up(facts.get("state", "")):
            ports[str(record.get("host"))] += float(readings.get("bytes_per_s", math.inf))
        rate = record.get("algorithm_bandwidth_bytes_per_s")
        is_copy = (record["benchmark"], record.get("algorithm")) in kinds
        if is_copy and rate and record.get("memory", "host") == memory:
            copies.append(float(rate))
    if len(run.hosts()) > 1:
        least = min(ports.values(), default=math.inf)
        return ("ceiling: ports of a host, by arithmetic", least) if least < math.inf else None
    told = (
        "ceiling beyond caches: a copy, measured"
        if memory == "host"
        else "a copy between two GPUs, measured"
    )
    return (told, max(copies)) if copies else None


def points_of(line: list[Record], metric: str) -> list[Point]:
    points = []
    for record in line:
        if value := figure_of(record, metric):
            low, high = band_of(record, metric) or (value, value)
            points.append(Point(record["size_bytes"], value, low, high))
    return points


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


CAPTION = (
    "Lines are medians (means where an imported record has no median), bands their 95 % confidence "
    "intervals."
)


def sweeps(run: Run) -> Iterator[Drawing]:
    """By benchmark, and by memory: host processors and GPUs share neither scale nor ceiling."""
    swept: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in run.records:
        plain = "trace" not in record and not record.get("confirmation")
        if record["benchmark"] in COLLECTIVES and plain and record.get("size_bytes"):
            swept[record["benchmark"], record.get("memory", "host")].append(record)
    for (benchmark, memory), records in swept.items():
        if len({record["size_bytes"] for record in records}) < LEAST_SIZES:
            continue
        what = benchmark if memory == "host" else f"{benchmark}, {memory} memory"
        ceiling = ceiling_of(run, memory)
        for metric, told, unit in (("bandwidth", "bus bandwidth", "GB/s"), ("time", "time", "µs")):
            named = {name: points_of(line, metric) for name, line in lines_of(records).items()}
            if lines := without_empty(named):
                name = "-".join([benchmark, *([] if memory == "host" else [memory]), metric])
                axis = Axis(name, f"{what}: {told} over size", f"{told}, {unit}", CAPTION)
                shown = ceiling and metric == "bandwidth"
                yield over_size(axis, lines, [(ceiling[0], ceiling[1] / 1e9)] if shown else [])
