"""Candidates side by side: metrics as measured, against the reference, per price and watt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import exp, log
from statistics import median

from assay_report.prices import Prices
from assay_report.problem import Problem, printable
from assay_report.runs import Record, Run, central_s
from assay_report.tables import Cell, Table, amount
from assay_report.units import quantity, size

LARGE = 1 << 20  # messages from here on are asked for their bandwidth, shorter ones for their time


@dataclass(frozen=True, order=True)
class Metric:
    """What a buyer compares; in order of what it is of, then of size."""

    subject: str
    bytes: int
    is_time: bool

    @property
    def name(self) -> str:
        sized = f" {size(self.bytes)}" if self.bytes >= 0 else ""
        return f"{self.subject}{sized}{', time' if self.is_time else ''}"


def metric_of(record: Record) -> tuple[Metric, float, str] | None:
    """The metric, its value (more is better) and unit. Bandwidths are size over time, which every
    tool tells: bus bandwidths follow from it and the number of ranks, which some do not."""
    if record.get("confirmation") or "trace" in record:
        return None
    words = [record["benchmark"]]
    if record["benchmark"] in ("matmul", "memory", "copy"):
        words += [str(record[name]) for name in KERNEL if name in record]
    bytes_ = record.get("size_bytes")
    is_sized = bytes_ is not None and record["benchmark"] not in ("matmul", "memory")
    seconds = central_s(record)
    is_short = is_sized and bytes_ < LARGE
    metric = Metric(" ".join(words), bytes_ if is_sized else -1, bool(is_short and seconds))
    if rate := record.get("rate_flop_per_s"):
        return metric, rate, "flop_per_s"
    if metric.is_time:
        return metric, 1 / seconds, "per s"
    bandwidth = record.get("algorithm_bandwidth_bytes_per_s")
    return (metric, bandwidth, "bytes_per_s") if bandwidth else None


# What tells kernels apart, beside the ways of doing them.
KERNEL = ("algorithm", "dtype", "shape", "layout", "threads")
# What tells ways of doing the same apart.
WAYS = ("implementation", "algorithm", "transport", "in_place", "registered")

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
            way = tuple(str(record.get(word)) for word in WAYS)
            values[name][way].append(value)
            units[name] = unit
    return {
        name: (max(median(list_) for list_ in ways.values()), units[name])
        for name, ways in values.items()
    }


def spread_of(run: Run) -> str:
    """How far nodes of a candidate are apart: of each device metric the slowest over the median."""
    hosts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in run.records:
        found = metric_of(record)
        if found and "host" in record and not record.get("confirmation"):
            way = f"{found[0].name} {record['implementation']}"
            hosts[way][str(record["host"])].append(found[1])
    spreads = [
        min(rates) / median(rates) - 1
        for rates in ([median(list_) for list_ in by_host.values()] for by_host in hosts.values())
        if len(rates) > 1
    ]
    return f"{min(spreads):.1%}" if spreads else "one node"


def time_of(run: Run) -> str:
    """When it was measured. Of other tools' logs it is not known, but when they were read."""
    start = str(run.info.get("start", "-"))
    return f"not said (imported {start})" if run.info.get("verb") == "import" else start


def shown(value: float, unit: str) -> Cell:
    return Cell(quantity(1 / value, "s"), value) if unit == "per s" else amount(value, unit)


def names_of(runs: list[Run]) -> list[str]:
    names = [run.folder.resolve().name for run in runs]
    for name in names:
        if names.count(name) > 1:
            raise Problem(f"two candidates are called '{printable(name)}'; rename a run folder")
    return names


def procurement(runs: list[Run], prices: Prices | None) -> list[Table]:
    names = names_of(runs)
    metrics = [metrics_of(run) for run in runs]
    reference = names.index(prices.reference) if prices and prices.reference else 0
    every = sorted({name for of_run in metrics for name in of_run})
    known = [metric.name for metric in every]
    unknown = [name for name in (prices.weights if prices else {}) if name not in known]
    if unknown:
        raise Problem(
            f"weight of '{printable(unknown[0])}', which no candidate has; metrics: "
            f"{', '.join(known[:8])}{', ...' if len(known) > 8 else ''}"
        )
    return [
        ranking(names, runs, metrics, every, reference, prices),
        side_by_side(names, metrics, every, reference, prices),
    ]


def side_by_side(
    names: list[str],
    metrics: list[Metrics],
    every: list[Metric],
    reference: int,
    prices: Prices | None,
) -> Table:
    columns = ["metric", "candidate", "measured", f"against {printable(names[reference])}"]
    if prices:
        columns += [f"per {prices.currency}, against it", "per watt, against it"]
    rows = []
    for metric in every:
        base = metrics[reference].get(metric)
        for name, of_run in zip(names, metrics, strict=True):
            found = of_run.get(metric)
            row = [Cell(metric.name), Cell(name)]
            ratio = found[0] / base[0] if found and base else None
            row += [shown(*found) if found else Cell("missing", -1), times(ratio)]
            if prices:
                row += [per(ratio, name, names[reference], prices, which)
                        for which in ("price", "watts")]  # fmt: skip
            rows.append(row)
    return Table("candidates", "Candidates side by side", columns, rows)


def times(ratio: float | None) -> Cell:
    return Cell("-", -1) if ratio is None else Cell(f"{ratio:.3g} ×", ratio)


def per(ratio: float | None, name: str, reference: str, prices: Prices, which: str) -> Cell:
    own, base = (getattr(prices.candidates.get(n), which, None) for n in (name, reference))
    return times(ratio * base / own if ratio and own and base else None)


def ranking(
    names: list[str],
    runs: list[Run],
    metrics: list[Metrics],
    every: list[Metric],
    reference: int,
    prices: Prices | None,
) -> Table:
    """By the weighted geometric mean over what all candidates have: a candidate gains nothing by
    what was not measured of it."""
    common = [metric for metric in every if all(metric in of_run for of_run in metrics)]
    weights = {
        metric: prices.weights.get(metric.name, 0.0) if prices and prices.weights else 1.0
        for metric in common
    }
    total = sum(weights.values())
    rows = []
    for name, run, of_run in zip(names, runs, metrics, strict=True):
        score = None
        if total > 0:
            base = metrics[reference]
            score = exp(sum(w * log(of_run[m][0] / base[m][0]) for m, w in weights.items()) / total)
        candidate = prices.candidates.get(name) if prices else None
        missing = [metric.name for metric in every if metric not in of_run]
        row = [Cell(name), Cell(run.label), times(score)]
        if prices:
            row += [
                Cell(f"{candidate.price:g} {prices.currency}" if candidate and candidate.price
                     else "not given"),
                per(score, name, names[reference], prices, "price"),
                per(score, name, names[reference], prices, "watts"),
            ]  # fmt: skip
        row += [
            Cell(spread_of(run)),
            Cell(", ".join(missing) or "nothing"),
            Cell(time_of(run)),
            Cell(run.sha256[:16], run.sha256),
        ]
        rows.append(row)
    rows.sort(key=lambda row: -(row[2].value if isinstance(row[2].value, float) else -1.0))
    told = (
        "equal weights" if not (prices and prices.weights)
        else ", ".join(f"{name} {weight:g}" for name, weight in prices.weights.items())
    )  # fmt: skip
    columns = ["candidate", "label", f"score against {printable(names[reference])}"]
    if prices:
        columns += ["price", "score per price", "score per watt"]
    columns += ["slowest node", "missing", "measured", "SHA-256 of records.jsonl"]
    title = (
        f"Ranking: geometric mean of {len([m for m in common if weights[m] > 0])} metrics that all "
        f"candidates have, {told}"
    )
    return Table("ranking", printable(title), columns, rows)
