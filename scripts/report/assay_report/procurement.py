"""Candidates side by side: metrics as measured, against the reference, per price and watt."""

from __future__ import annotations

from math import exp, log

from assay_report.metrics import Metric, Metrics, metrics_of, some, spread_of, weighted
from assay_report.prices import Prices
from assay_report.problem import Problem, printable
from assay_report.runs import Run
from assay_report.tables import Cell, Table, amount, times_of
from assay_report.units import quantity


def time_of(run: Run) -> str:
    """When it was measured. Of most other tools' logs it is not known, but when they were read."""
    start = run.info.get("start", "-")
    if run.info.get("verb") != "import":
        return start
    told = times_of(run)
    return f"{told} (as logs have it)" if told else f"not said (imported {start})"


def shown(value: float, unit: str) -> Cell:
    return Cell(quantity(1 / value, "s"), value) if unit == "per s" else amount(value, unit)


def names_of(runs: list[Run]) -> list[str]:
    names = [run.folder.resolve().name for run in runs]
    for name in names:
        if names.count(name) > 1:
            raise Problem(f"two candidates are called '{printable(name)}'; rename a run folder")
    return names


def procurement(runs: list[Run], prices: Prices | None) -> list[Table]:
    """Throws Problem where nothing can be compared."""
    names = names_of(runs)
    metrics = [metrics_of(run) for run in runs]
    reference = names.index(prices.reference) if prices and prices.reference else 0
    every = sorted({name for of_run in metrics for name in of_run})
    weights = weights_of(names, metrics, every, prices)
    return [
        ranking(names, runs, metrics, every, reference, prices, weights),
        side_by_side(names, metrics, every, reference, prices),
    ]


def weights_of(
    names: list[str], metrics: list[Metrics], every: list[Metric], prices: Prices | None
) -> dict[Metric, float]:
    """Of the metrics that count: those that all candidates have, so that none gains by what was
    not measured of it."""
    common = [metric for metric in every if all(metric in of_run for of_run in metrics)]
    if not common:
        told = "; ".join(
            f"{printable(name)}: {some(sorted(of_run)) or 'none'}"
            for name, of_run in zip(names, metrics, strict=True)
        )
        raise Problem(f"runs with no cell in common: no metric is of all candidates ({told})")
    if not (prices and prices.weights):
        return dict.fromkeys(common, 1.0)
    weights = weighted(prices.weights, every)
    counting = {metric: weight for metric, weight in weights.items() if metric in common}
    if not counting:
        raise Problem(f"no metric with a weight is of all candidates: {some(weights)}")
    return counting


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
    weights: dict[Metric, float],
) -> Table:
    """By the weighted geometric mean of the metrics that count."""
    total = sum(weights.values())
    base = metrics[reference]
    rows = []
    for name, run, of_run in zip(names, runs, metrics, strict=True):
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
            Cell("; ".join(missing) or "nothing"),
            Cell(time_of(run)),
            Cell(run.sha256[:16], run.sha256),
        ]
        rows.append(row)
    rows.sort(key=lambda row: -row[2].key)
    told = (
        "; ".join(f"{metric.name} {weight:g}" for metric, weight in weights.items())
        if prices and prices.weights
        else "equal weights"
    )
    columns = ["candidate", "label", f"score against {printable(names[reference])}"]
    if prices:
        columns += ["price", "score per price", "score per watt"]
    columns += ["slowest node", "missing", "measured", "SHA-256 of records.jsonl"]
    title = f"Ranking: geometric mean of {len(weights)} metrics that all candidates have, {told}"
    return Table("ranking", printable(title), columns, rows)
