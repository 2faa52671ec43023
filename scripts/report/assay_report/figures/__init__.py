"""Every kind of figure: a file and a row in ALL each, drawn where a run has what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assay_report.drawing import Drawing
from assay_report.figures.clocks import clocks
from assay_report.figures.devices import device_strips
from assay_report.figures.hops import hop_timelines
from assay_report.figures.network import network_map
from assay_report.figures.pairs import pair_matrices
from assay_report.figures.point_to_point import point_to_point
from assay_report.figures.roofline import roofline
from assay_report.figures.soak import soak
from assay_report.figures.sweep import sweeps
from assay_report.runs import Run

ALL: list[Callable[[Run], Iterator[Drawing]]] = [
    sweeps,
    point_to_point,
    network_map,
    pair_matrices,
    device_strips,
    roofline,
    hop_timelines,
    soak,
    clocks,
]
