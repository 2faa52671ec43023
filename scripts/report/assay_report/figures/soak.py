"""What was measured again and again, over the time of the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import numpy as np

from assay_report.drawing import Drawing, drawing
from assay_report.problem import cut
from assay_report.runs import Run, central_s
from assay_report.style import figure, look

LEAST_POINTS = 4
MOST_LINES = 7
LONGEST_NAME = 100  # letters
# Settings whose values mean nothing without their names.
SPOKEN = ("rank", "from_rank", "to_rank", "size_bytes", "in_place")


def seconds_of(text: object) -> float | None:
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


def soak(run: Run) -> Iterator[Drawing]:
    """A line a setting and rank, of those measured most often."""
    lines: dict[tuple[str, ...], list[tuple[float, float]]] = defaultdict(list)
    for record in run.records:
        time, value = seconds_of(record.get("time")), central_s(record)
        if time is None or not value or record.get("confirmation") or "trace" in record:
            continue
        words = ("benchmark", "implementation", "algorithm", "dtype", "size_bytes", "rank",
                 "from_rank", "to_rank", "in_place", "rail", "group", "device")  # fmt: skip
        name = tuple(
            f"{word} {record[word]}" if word in SPOKEN else str(record[word])
            for word in words
            if word in record
        )
        lines[name].append((time, value))
    often = sorted(lines.items(), key=lambda item: -len(item[1]))[:MOST_LINES]
    often = [
        (words, points)
        for words, points in often
        if len(points) >= LEAST_POINTS and len({time for time, _ in points}) > 1
    ]
    if not often:
        return
    start = min(point[0] for _, points in often for point in points)
    with figure() as (drawn, axes):
        for index, (words, points) in enumerate(often):
            points.sort()
            middle = float(np.median([point[1] for point in points]))
            axes.plot(
                [(point[0] - start) / 60 for point in points],
                [100 * (middle / point[1] - 1) for point in points],
                label=cut(" ".join(words), LONGEST_NAME),
                **look(index),
            )
        axes.axhline(0, color="black", linewidth=0.8)
        axes.set_xlabel("time since the first, min")
        axes.set_ylabel("speed against its median, %")
        axes.set_title("Over the time of the run")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=1)
        yield drawing(
            "soak", "Over the time of the run", "The settings that were measured most often.", drawn
        )
