"""Bandwidth and latency between two ranks over message size: ours, OSU's and perftest's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from statistics import median

from assay_report.drawing import Drawing
from assay_report.figures.over_size import Axis, Lines, Point, over_size, without_empty
from assay_report.figures.sweep import band_of, ceiling_of, figure_of, lines_of
from assay_report.runs import Record, Run

ONE_WAY, BOTH_WAYS, LATENCY = (
    ("pair", "pairs"),
    ("pair_both_ways",),
    ("pair_latency", "pairs_latency"),
)
# What tells lines apart, as far as it differs: pairs of one run are one line.
WORDS = ("benchmark", "implementation", "algorithm", "transport", "label", "ranks", "rail",
         "concurrent_rails", "file")  # fmt: skip
LEAST_SIZES = 2
CAPTION = (
    "Of several pairs the line is their median and the band reaches from the slowest to the "
    "quickest; of one the band is the 95 % confidence interval, where it is known."
)


def with_file(record: Record) -> Record:
    """Logs of several hosts or adapters are told apart by their names."""
    file = record.get("source", {}).get("file")
    return record | {"file": file} if file else record


def points_of(line: list[Record], metric: str) -> list[Point]:
    sizes: dict[int, list[Record]] = defaultdict(list)
    for record in line:
        if figure_of(record, metric):
            sizes[record["size_bytes"]].append(record)
    points = []
    for size, records in sizes.items():
        values = [figure_of(record, metric) for record in records]
        low, high = min(values), max(values)
        if len(records) == 1:
            low, high = band_of(records[0], metric) or (low, high)
        points.append(Point(size, median(values), low, high))
    return points


def lines_over_size(records: list[Record], metric: str) -> Lines:
    named = {name: points_of(line, metric) for name, line in lines_of(records, WORDS).items()}
    lines = without_empty(named)
    return {name: points for name, points in lines.items() if len(points) >= LEAST_SIZES}


def of(benchmarks: tuple[str, ...], memory: str) -> Callable[[Record], bool]:
    def belongs(record: Record) -> bool:
        is_first = not record.get("confirmation") and record.get("size_bytes")
        is_meant = record["benchmark"] in benchmarks and record.get("memory", "host") == memory
        return bool(is_first) and is_meant

    return belongs


def point_to_point(run: Run) -> Iterator[Drawing]:
    """A figure for bandwidths and one for latencies, for each memory."""
    for memory in sorted({record.get("memory", "host") for record in run.records}, reverse=True):
        end, place = ("", "") if memory == "host" else (f"-{memory}", f", {memory} memory")
        records = [with_file(r) for r in filter(of(ONE_WAY + BOTH_WAYS, memory), run.records)]
        if lines := lines_over_size(records, "bandwidth"):
            ways = {record["benchmark"] for record in records}
            ceiling = ceiling_of(run, memory) if len(run.hosts()) > 1 else None
            shown = ceiling and ways <= set(ONE_WAY)
            title = f"Point to point: bandwidth over size{place}"
            axis = Axis(f"point-to-point{end}-bandwidth", title, "bandwidth, GB/s", CAPTION)
            yield over_size(axis, lines, [(ceiling[0], ceiling[1] / 1e9)] if shown else [])
        records = [with_file(record) for record in filter(of(LATENCY, memory), run.records)]
        if lines := lines_over_size(records, "time"):
            title = f"Point to point: latency over size{place}"
            axis = Axis(f"point-to-point{end}-latency", title, "latency, µs", CAPTION)
            yield over_size(axis, lines)
