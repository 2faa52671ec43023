"""Whatever a run's names hold, its figures are images that a browser shows."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from assay_report.figures import ALL
from assay_report.figures.forest import forest
from assay_report.runs import Run, read_run
from assay_report.schema import RECORD_FIELDS, text

from tests.cli.stored_run import HOSTILE
from tests.report.test_forest_figure import cell
from tests.report.test_malformed import one_of_each
from tests.report.test_network_figure import LEAVES, suspect

# Beside markup and marks that turn the writing what XML cannot hold, and mathematics.
WORST = HOSTILE + "\x00\x0b\x1b[31m\ufffe$\\alpha_{"
# What figures are chosen by, and one is not what it says with anything else there.
KEPT = ("benchmark", "time", "shape", "dtype")


def hostile(record: dict) -> dict:
    changed = {
        name: WORST
        for name, check in RECORD_FIELDS.items()
        if check is text and name in record and name not in KEPT
    }
    if "report" in record and "throttled" in record["report"]:
        record["report"]["throttled"] = {WORST: 0.5}
    return record | changed


def test_figures_are_well_formed(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    records = [
        hostile(record | {"memory": WORST})
        | {"size_bytes": size, "time": f"2026-11-23T16:2{n}:00Z"}
        for record in one_of_each(tmp_path / "run")
        for n, size in enumerate((1 << 10, 1 << 20) * 4)
    ]
    leaves = [{"name": WORST, "hosts": [WORST, "n1"]}, *LEAVES[1:]]
    suspects = [suspect("node", WORST, "send"), suspect("path", WORST, "send", "n1")]
    made = read_run(tmp_path / "run")
    info = made.info | {"network": {"source": WORST, "leaves": leaves}}
    run = Run(made.folder, info, records, {"suspects": suspects}, "", False)
    drawn = [one for draw in ALL for one in draw(run)]
    drawn.append(forest({"cells": [cell(device=WORST), cell(device="cpu")]}, "compare.json"))
    kinds = {one.name.split("-")[0] for one in drawn}
    assert {"all_reduce", "point", "network", "pairs", "hops", "soak", "clocks", "compare"} <= kinds
    assert [str(warning.message) for warning in recwarn] == []
    for one in drawn:
        ElementTree.fromstring(one.svg)
        assert "\u202e" not in one.svg, one.name
        assert one.png.startswith(b"\x89PNG")
