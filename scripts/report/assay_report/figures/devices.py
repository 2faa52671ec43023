"""A strip for each kernel: a point a rank, so that the one that stands apart is seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from assay_report.drawing import Drawing, drawing
from assay_report.problem import cut
from assay_report.runs import Record, Run
from assay_report.style import COLOURS, SUSPECT, figure

# Apart by more than this share of the median, or called a suspect: named.
APART = 0.035
# What a kernel is told apart by.
WORDS = ("benchmark", "memory", "implementation", "algorithm", "registered", "dtype", "shape",
         "layout", "threads", "operands")  # fmt: skip
SPOKEN = {
    "memory": {"host": "", "device": "of GPUs"},
    "registered": {True: "pinned", False: "pageable"},
}
UNSPOKEN = ("operands",)  # a sentence
LONGEST_NAME = 72  # letters
MOST_STRIPS = 40


def rate_of(record: Record) -> float | None:
    return record.get("rate_flop_per_s") or record.get("algorithm_bandwidth_bytes_per_s")


def name_of(kernel: tuple) -> str:
    told = (
        str(SPOKEN.get(word, {}).get(value, value))
        for word, value in zip(WORDS, kernel, strict=True)
        if value is not None and word not in UNSPOKEN
    )
    return cut(" ".join(word for word in told if word), LONGEST_NAME)


def strips_of(run: Run) -> dict[tuple, dict[int, float]]:
    """Of each kernel the ranks' rates."""
    strips: dict[tuple, dict[int, float]] = defaultdict(dict)
    for record in run.records:
        rate = rate_of(record)
        if record["benchmark"] not in ("matmul", "memory", "reduction", "copy") or not rate:
            continue
        if record.get("confirmation") or "rank" not in record:
            continue
        strips[tuple(map(record.get, WORDS))][record["rank"]] = rate
    return strips


def spread_of(rates: dict[int, float]) -> float:
    return max(rates.values()) / min(rates.values())


def device_strips(run: Run) -> Iterator[Drawing]:
    strips = {kernel: rates for kernel, rates in strips_of(run).items() if len(rates) > 1}
    if not strips:
        return
    widest = sorted(strips, key=lambda kernel: -spread_of(strips[kernel]))[:MOST_STRIPS]
    left_out = len(strips) - len(widest)
    strips = {kernel: rates for kernel, rates in strips.items() if kernel in widest}
    suspects = {suspect.get("rank") for suspect in (run.verdict or {}).get("suspects", [])}
    with figure(9, 1.4 + 0.45 * len(strips)) as (drawn, axes):
        for row, (_, rates) in enumerate(strips.items()):
            middle = float(np.median(list(rates.values())))
            for rank, rate in rates.items():
                apart = 100 * (rate / middle - 1)
                is_named = abs(apart) > 100 * APART or rank in suspects
                axes.plot(
                    apart, row, "o", color=SUSPECT if is_named else COLOURS[0], alpha=0.75,
                    markersize=6,
                )  # fmt: skip
                if is_named:
                    axes.annotate(
                        f"rank {rank}", (apart, row), xytext=(0, 6), textcoords="offset points",
                        ha="center", fontsize=8,
                    )  # fmt: skip
        axes.set_yticks(range(len(strips)), [name_of(kernel) for kernel in strips])
        axes.set_ylim(-0.6, len(strips) - 0.3)
        axes.invert_yaxis()
        axes.axvline(0, color="black", linewidth=0.8)
        axes.axvspan(-100 * APART, 100 * APART, color="black", alpha=0.05)
        axes.set_xlabel("rate against the median of the ranks, %")
        axes.set_title("Devices against their peers")
        yield drawing(
            "devices",
            "Devices against their peers",
            f"A point a rank; named where it is more than {100 * APART:g} % from the median, or a "
            "suspect."
            + (f" Left out: {left_out} kernels whose ranks differ less." if left_out else ""),
            drawn,
        )
