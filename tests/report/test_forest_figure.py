"""The forest plot of a comparison: what its lines are called."""

from __future__ import annotations

import pytest
from assay_report.figures.forest import LONGEST_LABEL, forest, label_of, shared_settings
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def cell(**settings: str) -> dict:
    return {
        "name": "/".join(settings.values()),
        "settings": {"benchmark": "all_reduce", "algorithm": "ring", "ranks": "2", **settings},
        "verdict": "unclear",
        "change": 0.01,
        "interval": [-0.02, 0.04],
        "threshold": 0.03,
    }


def test_lines_are_called_by_what_they_differ_in() -> None:
    cells = [
        cell(size_bytes="4096", in_place="true"),
        cell(size_bytes="1048576", in_place="false"),
    ]
    shared = shared_settings(cells)
    assert shared == {"algorithm": "ring", "ranks": "2"}
    assert [label_of(one, shared) for one in cells] == [
        "all reduce 4 KiB in place",
        "all reduce 1 MiB out of place",
    ]
    drawn = forest({"cells": cells}, "compare.json")
    assert "All cells: ring ranks 2." in drawn.caption
    assert "all reduce 4 KiB in place" in drawn.svg


def test_a_single_line_has_all_of_its_settings_and_a_hostile_one_is_cut() -> None:
    (one,) = [cell(device="\x1b[31m" + "x" * 200)]
    assert shared_settings([one]) == {}
    label = label_of(one, {})
    assert label.startswith("all reduce ring ranks 2 ?[31mxxx")
    assert len(label) == LONGEST_LABEL


def bands_of(axes: Axes) -> list[tuple[float, float]]:
    """Of each line from where to where its band reaches, in percent."""
    return [
        (round(band.get_x(), 6), round(band.get_x() + band.get_width(), 6)) for band in axes.patches
    ]


def test_each_line_has_the_band_of_its_own_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[float, float]] = []
    monkeypatch.setattr(
        Figure, "savefig", lambda self, *_, **__: seen.extend(bands_of(self.axes[0]))
    )
    cells = [cell(size_bytes="4096"), cell(benchmark="pair_latency") | {"threshold": 0.05}]
    forest({"cells": cells}, "compare.json")
    assert seen[:2] == [(-3, 3), (-5, 5)]


def test_a_line_is_of_the_witness_that_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[float]] = []
    monkeypatch.setattr(
        Figure,
        "savefig",
        lambda self, *_, **__: seen.extend(list(line.get_xdata()) for line in self.axes[0].lines),
    )
    quick = {"fast": {"change": 0.05, "interval": [0.04, 0.06]}, "decided_by": "fast"}
    one = cell() | quick
    forest({"cells": [one]}, "compare.json")
    assert seen[:2] == [[4, 6], [5]]
    assert label_of(one, {}).endswith(", quickest tenth")
    seen.clear()
    forest({"cells": [one | {"decided_by": "median"}]}, "compare.json")
    assert seen[:2] == [[-2, 4], [1]]
