"""An instrumented collective as a timeline: of each hop when its messages came, and who waited."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from matplotlib.axes import Axes

from assay_report.drawing import Drawing, drawing
from assay_report.problem import cut
from assay_report.runs import Run
from assay_report.style import COLOURS, QUIET, SUSPECT, figure

MOST_HOPS = 48
LONGEST_NAME = 60  # letters
MILLISECONDS = 1e3

Hop = dict[str, Any]


def waited_s(hop: Hop) -> float:
    """For messages that were on their way: the middle of the repetitions."""
    return median(hop["on_link_s"]) if hop["on_link_s"] else 0.0


def rows_of(hops: list[Hop]) -> list[Hop]:
    """The hops that waited most, in the order of their ranks and lanes."""
    most = sorted(hops, key=lambda hop: -waited_s(hop))[:MOST_HOPS]
    return sorted(most, key=lambda hop: (hop["from"], hop["to"], hop.get("lane", 0)))


def name_of(hop: Hop, has_lanes: bool) -> str:
    lane = f", lane {hop.get('lane', 0)}" if has_lanes else ""
    return f"{hop['from']} → {hop['to']}{lane}"


ON_LINK = ("message on its way", SUSPECT)
NOT_SENT = ("nothing sent yet", COLOURS[5])
BLOCKED = ("sender waits for room", COLOURS[0])
ARRIVING = ("messages arrive", COLOURS[4])


Spans = list[tuple[float, float]]  # beginnings and lengths


def spans_of(hop: Hop) -> tuple[Spans, Spans]:
    """When its receiver waited for what was on its way, and for what was not sent yet, in ms."""
    on_link, not_sent = [], []
    for message in hop["timeline_s"]:
        handed_over, wanted, arrived = (MILLISECONDS * time for time in message)
        sent = min(max(handed_over, wanted), arrived)
        if sent > wanted:
            not_sent.append((wanted, sent - wanted))
        if arrived > sent:
            on_link.append((sent, arrived - sent))
    return on_link, not_sent


def draw_timeline(axes: Axes, hops: list[Hop], total_s: float | None) -> None:
    for row, hop in enumerate(hops):
        first, last = (MILLISECONDS * value for value in hop["arrival_s"])
        if "timeline_s" in hop:
            on_link, not_sent = spans_of(hop)
            axes.broken_barh(not_sent, (row - 0.3, 0.6), color=NOT_SENT[1], linewidth=0)
            axes.broken_barh(on_link, (row - 0.3, 0.6), color=ON_LINK[1], linewidth=0)
            arrivals = [MILLISECONDS * message[2] for message in hop["timeline_s"]]
            axes.plot(arrivals, [row] * len(arrivals), "|", color="black", markersize=4,
                      markeredgewidth=0.5)  # fmt: skip
        else:
            axes.plot([0, first], [row, row], color=QUIET, linewidth=0.8, linestyle=":")
            axes.barh(row, last - first, left=first, height=0.6, color=ARRIVING[1])
    if total_s is not None:
        axes.axvline(MILLISECONDS * total_s, color="black", linewidth=0.8, linestyle="--")
    axes.set_xlabel("time since the last rank began, ms")
    axes.set_ylabel("rank → rank")
    axes.set_title("what the receiver does", fontsize=10)


def waits_of(hop: Hop) -> tuple[float, float, float]:
    """Of the receiver for what is on its way and for what is not sent, of the sender for room."""
    on_link = waited_s(hop)
    return on_link, max(0.0, hop["starved_s"] - on_link), hop["send_blocked_s"]


def draw_waits(axes: Axes, hops: list[Hop]) -> None:
    for row, hop in enumerate(hops):
        on_link, not_sent, blocked = (MILLISECONDS * wait for wait in waits_of(hop))
        axes.barh(row - 0.16, on_link, height=0.32, color=ON_LINK[1])
        axes.barh(row - 0.16, not_sent, left=on_link, height=0.32, color=NOT_SENT[1])
        axes.barh(row + 0.2, blocked, height=0.32, color=BLOCKED[1])
    axes.set_xlim(left=0)
    axes.set_xlabel("time, ms")
    axes.set_title("who waits, in all", fontsize=10)


def timeline(number: int, algorithm: str, trace: dict[str, Any]) -> Drawing:
    hops = rows_of(trace["hops"])
    has_lanes = any(hop.get("lane", 0) > 0 for hop in trace["hops"])
    total_s = median(trace["total_s"]) if trace.get("total_s") else None
    with figure(10.5, 2.0 + 0.26 * len(hops)) as (drawn, _):
        drawn.clear()
        left, right = drawn.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        draw_timeline(left, hops, total_s)
        draw_waits(right, hops)
        left.set_yticks(range(len(hops)), [name_of(hop, has_lanes) for hop in hops])
        left.set_ylim(-0.7, len(hops) - 0.3)
        left.invert_yaxis()
        left.tick_params(axis="y", labelsize=8)
        has_times = any("timeline_s" in hop for hop in hops)
        kinds = [ON_LINK, NOT_SENT, BLOCKED, *([] if has_times else [ARRIVING])]
        handles = [right.barh(0, 0, color=colour) for _, colour in kinds]
        names = [name for name, _ in kinds]
        if has_times:
            handles += left.plot([], [], "|", color="black")
            names.append("message arrives")
        drawn.legend(handles, names, loc="outside lower center", ncols=4)
        title = f"Hops of {cut(algorithm, LONGEST_NAME)}"
        drawn.suptitle(title)
        shown = (
            f" Shown are the {len(hops)} of {len(trace['hops'])} hops that waited most for "
            "messages on their way."
            if len(hops) < len(trace["hops"])
            else ""
        )
        told = (
            "Left: what the receiver of each hop waits for, and when, in the repetition that took "
            "the median time; where it is blank the receiver works."
            if has_times
            else "Left: from the arrival of a hop's first message to that of its last."
        )
        return drawing(
            f"hops-{number}",
            title,
            f"{told} Dashed: when all was done. Right: how long its receiver waited in all, and "
            f"its sender for room: medians of the repetitions.{shown}",
            drawn,
        )


def hop_timelines(run: Run) -> Iterator[Drawing]:
    traced = [record for record in run.records if record.get("trace", {}).get("hops")]
    for number, record in enumerate(traced, 1):
        yield timeline(number, record.get("algorithm", "a collective"), record["trace"])
