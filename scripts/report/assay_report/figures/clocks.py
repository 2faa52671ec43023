"""Clocks of processors and GPUs over the time of the run, with what slowed them down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from assay_report.drawing import Drawing, drawing
from assay_report.figures.soak import seconds_of
from assay_report.problem import cut
from assay_report.runs import Record, Run
from assay_report.style import SUSPECT, figure, look

# In the order of which is drawn, where a device has several.
CLOCKS = ("sm_clock_hz", "frequency_hz")
LEAST_POINTS = 2
MOST_LINES = 7
LONGEST_NAME = 60  # letters


@dataclass(frozen=True)
class Moment:
    time: float
    clock: float
    reasons: str  # what slowed it down, empty where nothing did


def moment_of(record: Record) -> Moment | None:
    report = record.get("report", {})
    time = seconds_of(record.get("time"))
    sensors = report.get("sensors", {})
    clock = next((sensors[name].get("median") for name in CLOCKS if name in sensors), None)
    if record["benchmark"] != "telemetry" or time is None or not clock:
        return None
    slowed = sorted(reason for reason, share in report.get("throttled", {}).items() if share > 0)
    return Moment(time, float(clock), cut(", ".join(slowed), LONGEST_NAME))


def clocks(run: Run) -> Iterator[Drawing]:
    """A line a device: those that were slowed down, then those whose clock was lowest."""
    devices: dict[tuple[str, str], list[Moment]] = defaultdict(list)
    for record in run.records:
        if moment := moment_of(record):
            devices[record.get("host", ""), record.get("device", "")].append(moment)
    devices = {name: line for name, line in devices.items() if len(line) >= LEAST_POINTS}
    if not devices:
        return
    worst = sorted(
        devices.items(),
        key=lambda one: (not any(m.reasons for m in one[1]), min(m.clock for m in one[1])),
    )[:MOST_LINES]
    start = min(moment.time for line in devices.values() for moment in line)
    slowed = sum(any(moment.reasons for moment in line) for line in devices.values())
    with figure() as (drawn, axes):
        for index, (name, line) in enumerate(worst):
            line.sort(key=lambda moment: moment.time)
            minutes = [(moment.time - start) / 60 for moment in line]
            axes.plot(
                minutes,
                [moment.clock / 1e9 for moment in line],
                label=cut(" ".join(name), LONGEST_NAME),
                **look(index),
            )
            told = ""
            for minute, moment in zip(minutes, line, strict=True):
                if not moment.reasons:
                    continue
                at = minute, moment.clock / 1e9
                axes.plot(*at, "x", color=SUSPECT, markersize=10, markeredgewidth=2)
                if moment.reasons != told:
                    axes.annotate(moment.reasons, at, xytext=(6, -12), textcoords="offset points")
                told = moment.reasons
        axes.set_xlabel("time since the first, min")
        axes.set_ylabel("clock, GHz")
        axes.set_title("Clocks over the time of the run")
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=1)
        yield drawing(
            "clocks",
            "Clocks over the time of the run",
            f"{slowed} of {len(devices)} devices were slowed down by something that they tell of: "
            "crosses. Drawn are those, then those with the lowest clock.",
            drawn,
        )
