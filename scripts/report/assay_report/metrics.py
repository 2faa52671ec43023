"""What a buyer compares: each metric once, by the best way there is of doing it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from assay_report.problem import Problem, printable
from assay_report.runs import Record, Run, central_s
from assay_report.units import size

LARGE = 1 << 20  # messages from here on are asked for their bandwidth, shorter ones for their time

SUMS = ("dtype", "op")  # of others bytes are bytes
# What tells metrics of a benchmark apart, beside what all are told by.
KINDS = {
    "all_reduce": SUMS,
    "reduce": SUMS,
    "reduce_scatter": SUMS,
    "reduction": SUMS,
    "matmul": ("dtype", "shape", "layout", "threads", "operands"),
    "memory": ("algorithm", "dtype", "threads"),
    "copy": ("algorithm",),
    "peer_copy": ("algorithm",),
}
# Of devices alone, not of messages: their sizes are of what they work on.
SIZELESS = ("matmul", "memory", "reduction")
# Between two ranks, however many there are beside.
POINT_TO_POINT = ("pair", "pair_both_ways", "pair_latency", "pair_round_trip")
# Not measures of speed.
NO_METRICS = ("digest", "telemetry", "network_counters", "network_port", "host_link", "inventory")
# What tells ways of doing the same apart.
WAYS = ("implementation", "algorithm", "transport", "in_place", "registered", "symmetric_window",
        "graph", "aggregated")  # fmt: skip


@dataclass(frozen=True, order=True)
class Metric:
    """In order of what it is of, then of size."""

    subject: tuple[str, ...]  # the benchmark, and what else it is told by
    bytes: int
    is_time: bool

    @property
    def name(self) -> str:
        benchmark, *others = self.subject
        sized = [size(self.bytes)] if self.bytes >= 0 else []
        return " ".join([benchmark, *sized, *others]) + (", time" if self.is_time else "")


def subject_of(record: Record) -> tuple[str, ...]:
    benchmark = record["benchmark"]
    told = [benchmark]
    told += [str(record[word]) for word in KINDS.get(benchmark, ()) if word in record]
    if (memory := record.get("memory", "host")) != "host":
        told.append(f"{memory} memory")
    if (rails := record.get("concurrent_rails", 1)) > 1:
        told.append(f"{rails} rails at once")
    if "ranks" in record and benchmark not in POINT_TO_POINT:
        told.append(f"{record['ranks']} ranks")
    return tuple(told)


def metric_of(record: Record) -> tuple[Metric, float, str] | None:
    """The metric, its value (more is better) and unit. Bandwidths are size over time, which every
    tool tells: bus bandwidths follow from it and the number of ranks, which some do not. Ranks
    that share a GPU say nothing of speed, and neither do wrong results."""
    is_repeat = record.get("confirmation") or "trace" in record
    is_void = record.get("label") == "virtual" or record.get("wrong", 0) > 0
    if is_repeat or is_void or record["benchmark"] in NO_METRICS:
        return None
    bytes_ = record.get("size_bytes")
    is_sized = bytes_ is not None and record["benchmark"] not in SIZELESS
    seconds = central_s(record)
    is_short = is_sized and bytes_ < LARGE
    metric = Metric(subject_of(record), bytes_ if is_sized else -1, bool(is_short and seconds))
    if rate := record.get("rate_flop_per_s"):
        return metric, rate, "flop_per_s"
    if metric.is_time:
        return metric, 1 / seconds, "per s"
    bandwidth = record.get("algorithm_bandwidth_bytes_per_s")
    return (metric, bandwidth, "bytes_per_s") if bandwidth else None


Metrics = dict[Metric, tuple[float, str]]


def metrics_of(run: Run) -> Metrics:
    """Of every metric the best way of doing it; over ranks and pairs the median."""
    values: dict[Metric, dict[tuple[str, ...], list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    units = {}
    for record in run.records:
        if found := metric_of(record):
            name, value, unit = found
            values[name][way_of(record)].append(value)
            units[name] = unit
    return {
        name: (max(median(list_) for list_ in ways.values()), units[name])
        for name, ways in values.items()
    }


def way_of(record: Record) -> tuple[str, ...]:
    return tuple(str(record.get(word)) for word in WAYS)


def spread_of(run: Run) -> str:
    """How far nodes of a candidate are apart: of each device metric the slowest over the median."""
    hosts: dict[tuple, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in run.records:
        found = metric_of(record)
        if found and "host" in record:
            hosts[found[0], way_of(record)][record["host"]].append(found[1])
    spreads = [
        min(rates) / median(rates) - 1
        for rates in ([median(list_) for list_ in by_host.values()] for by_host in hosts.values())
        if len(rates) > 1
    ]
    return f"{min(spreads):.1%}" if spreads else "one node"


def words_of(name: str) -> list[str]:
    return re.findall(r"[^\s,]+", name)


def is_short_for(short: str, name: str) -> bool:
    """Whether the words of `short` are among those of `name`, in their order, the first first."""
    wanted, words = words_of(short), words_of(name)
    rest = iter(words)
    return bool(wanted) and wanted[0] == words[0] and all(word in rest for word in wanted)


def weighted(weights: dict[str, float], every: Iterable[Metric]) -> dict[Metric, float]:
    """Weights by metric: a key is a metric's name, or so much of it that only one has it.
    Throws  Problem for a key that is of none, of several, or of what another key is of."""
    result: dict[Metric, float] = {}
    for key, weight in weights.items():
        meant = [metric for metric in every if metric.name == key]
        meant = meant or [metric for metric in every if is_short_for(key, metric.name)]
        told = f"weight of '{printable(key)}'"
        if not meant:
            raise Problem(f"{told}, which no candidate has; metrics: {some(every)}")
        if len(meant) > 1:
            raise Problem(f"{told}, which may be any of: {some(meant)}")
        if meant[0] in result:
            raise Problem(f"{told}, of which there is another weight: {printable(meant[0].name)}")
        result[meant[0]] = weight
    return result


def some(metrics: Iterable[Metric]) -> str:
    names = [printable(metric.name) for metric in metrics]
    return "; ".join(names[:8]) + ("; ..." if len(names) > 8 else "")
