"""Bandwidth from every rank to every other as a heat map, with the suspects marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median

import numpy as np
from matplotlib.patches import Rectangle

from assay_report.drawing import Drawing, drawing
from assay_report.figures.sweep import ceiling_of
from assay_report.problem import printable
from assay_report.runs import Record, Run
from assay_report.style import SEQUENTIAL, SUSPECT, figure
from assay_report.units import quantity

MOST_WITH_NUMBERS = 12
MOST_WITH_NAMES = 40


def names_of(run: Run, ranks: list[int], records: list[Record]) -> dict[int, str]:
    """Hosts where each rank has its own, else the ranks' numbers."""
    hosts: dict[int, str] = {}
    for record in records:
        hosts[record["from_rank"]] = str(record.get("from", ""))
        hosts[record["to_rank"]] = str(record.get("to", ""))
    alone = len(set(hosts.values())) == len(hosts) and all(hosts.values())
    return {rank: printable(hosts[rank])[:20] if alone else f"rank {rank}" for rank in ranks}


def leaves_of(run: Run) -> dict[str, str]:
    """The leaf switch of each host, where they are known."""
    network = run.info.get("network") or {}
    return {host: leaf["name"] for leaf in network.get("leaves", []) for host in leaf["hosts"]}


def accused(run: Run, record: Record) -> bool:
    """Whether a suspect of the verdict has to do with this pair."""
    leaves = leaves_of(run)
    from_leaf, to_leaf = leaves.get(record.get("from")), leaves.get(record.get("to"))
    for suspect in (run.verdict or {}).get("suspects", []):
        name, peer, way = suspect.get("name"), suspect.get("peer"), suspect.get("direction")
        ends = {
            "send": {record.get("from"), f"rank {record['from_rank']}"},
            "receive": {record.get("to"), f"rank {record['to_rank']}"},
        }
        if suspect.get("kind") == "uplink":
            ends = {"send": {from_leaf}, "receive": {to_leaf}} if from_leaf != to_leaf else {}
        if suspect.get("kind") == "path":
            if name in ends["send"] and peer in ends["receive"]:
                return True
        elif any(name in end for which, end in ends.items() if way in (which, "both", None)):
            return True
    return False


def share_of_ports(run: Run, records: list[Record]) -> str:
    """How much of what the ports carry a pair reaches, which its peers do not tell where all are
    alike; empty where nothing is known of the ports."""
    ceiling = ceiling_of(run) if len(run.hosts()) > 1 else None
    if not ceiling:
        return ""
    rates = [record["algorithm_bandwidth_bytes_per_s"] for record in records]
    told = [quantity(rate / ceiling[1], "share") for rate in (median(rates), max(rates))]
    return (
        f" The ports of the host with the least carry {quantity(ceiling[1], 'bytes_per_s')} by "
        f"arithmetic: the median pair has {told[0]} of that, the quickest {told[1]}."
    )


def matrix(run: Run, rail: str | None, records: list[Record]) -> Drawing:
    ranks = sorted({r["from_rank"] for r in records} | {r["to_rank"] for r in records})
    place = {rank: index for index, rank in enumerate(ranks)}
    values = np.full((len(ranks), len(ranks)), np.nan)
    for record in records:
        at = place[record["from_rank"]], place[record["to_rank"]]
        values[at] = record["algorithm_bandwidth_bytes_per_s"] / 1e9
    names = names_of(run, ranks, records)
    side = min(12.0, 3.2 + 0.4 * len(ranks))
    with figure(side + 1.5, side) as (drawn, axes):
        image = axes.imshow(values, cmap=SEQUENTIAL, vmin=0)
        drawn.colorbar(image, ax=axes, label="bandwidth, GB/s", shrink=0.8)
        axes.grid(False)
        if len(ranks) <= MOST_WITH_NAMES:
            axes.set_xticks(range(len(ranks)), [names[r] for r in ranks], rotation=90)
            axes.set_yticks(range(len(ranks)), [names[r] for r in ranks])
        axes.set_xlabel("to")
        axes.set_ylabel("from")
        most = np.nanmax(values)
        if len(ranks) <= MOST_WITH_NUMBERS:
            for (row, column), value in np.ndenumerate(values):
                if not np.isnan(value):
                    axes.text(
                        column, row, f"{value:.3g}", ha="center", va="center", fontsize=8,
                        color="black" if value > 0.5 * most else "white",
                    )  # fmt: skip
        marked = 0
        for record in records:
            if accused(run, record):
                corner = place[record["to_rank"]] - 0.5, place[record["from_rank"]] - 0.5
                axes.add_patch(
                    Rectangle(corner, 1, 1, fill=False, edgecolor=SUSPECT, linewidth=2.5)
                )
                marked += 1
        title = "Bandwidth of pairs" + (f", rail {printable(rail)}" if rail else "")
        axes.set_title(title)
        return drawing(
            "pairs",
            title,
            "Each cell is one direction between two ranks. "
            + (f"Framed: the {marked} that have to do with a suspect." if marked else "")
            + share_of_ports(run, records),
            drawn,
        )


def pair_matrices(run: Run) -> Iterator[Drawing]:
    rails: dict[str | None, list[Record]] = defaultdict(list)
    for record in run.records:
        whole = {"from_rank", "to_rank", "algorithm_bandwidth_bytes_per_s"} <= record.keys()
        alone = not record.get("confirmation") and record.get("concurrent_rails", 1) == 1
        if record["benchmark"] == "pair" and whole and alone:
            rails[record.get("rail")].append(record)
    for rail, records in rails.items():
        yield matrix(run, rail, records)
