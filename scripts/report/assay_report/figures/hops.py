"""An instrumented collective as a timeline: of each hop when it was busy and who waited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from assay_report.drawing import Drawing, drawing
from assay_report.runs import Run
from assay_report.style import COLOURS, QUIET, figure

MOST_HOPS = 48


def timeline(number: int, algorithm: str, trace: dict[str, Any]) -> Drawing:
    hops = trace["hops"]
    shown = sorted(hops, key=lambda hop: -float(np.median(hop["on_link_s"] or [0])))[:MOST_HOPS]
    shown.sort(key=lambda hop: (hop["from"], hop["to"], hop.get("lane", 0)))
    with figure(9, 1.6 + 0.24 * len(shown)) as (drawn, axes):
        for row, hop in enumerate(shown):
            first, last = (1e3 * value for value in hop["arrival_s"])
            axes.barh(row, last - first, left=first, height=0.5, color=QUIET, alpha=0.4)
            parts = [
                (1e3 * hop["send_blocked_s"], COLOURS[0]),
                (1e3 * hop["starved_s"], COLOURS[5]),
                (1e3 * float(np.median(hop["on_link_s"] or [0])), COLOURS[1]),
            ]
            for offset, (length, colour) in zip((-0.3, 0.0, 0.3), parts, strict=True):
                axes.barh(row + offset, length, height=0.25, color=colour)
        axes.set_yticks(range(len(shown)), [f"{hop['from']} → {hop['to']}" for hop in shown])
        axes.invert_yaxis()
        axes.set_xlabel("time, ms")
        axes.set_ylabel("rank → rank")
        axes.set_title(f"Hops of {algorithm}")
        names = ["first to last arrival", "sender blocked", "receiver starved", "on the link"]
        colours = [QUIET, COLOURS[0], COLOURS[5], COLOURS[1]]
        handles = [axes.barh(0, 0, color=colour) for colour in colours]
        axes.legend(handles, names, loc="center left", bbox_to_anchor=(1.0, 0.5))
        return drawing(
            f"hops-{number}",
            f"Hops of {algorithm}",
            "Grey: from the first message's arrival to the last one's. Bars begin at 0 and are "
            "sums: how long the sender waited for room, the receiver for messages, and for "
            f"messages that were on their way. The {len(shown)} hops that waited most.",
            drawn,
        )


def hop_timelines(run: Run) -> Iterator[Drawing]:
    traced = [record for record in run.records if (record.get("trace") or {}).get("hops")]
    for number, record in enumerate(traced, 1):
        yield timeline(number, str(record.get("algorithm", "a collective")), record["trace"])
