"""assay bench, algorithm auto: what is chosen for each size, and what it goes by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import OPERATIONS, is_asymmetric, rows
from tests.conftest import Outcome, records_of

Assay = Callable[..., Outcome]

FEW = ["-n", "5", "-w", "1"]


def models_of(run: Path) -> list[dict]:
    return json.loads((run / "run.json").read_text())["models"]


@pytest.mark.parametrize("registered", ["0", "1"])
@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_what_ran_is_what_was_chosen(
    assay: Assay, tmp_path: Path, ranks: int, registered: str
) -> None:
    options = ["-b", "8", "-e", "1M", "-f", "8", "-R", registered, *FEW, "--output", "run"]
    outcome = assay(ranks, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    assert "# auto: " in outcome.out
    models = models_of(tmp_path / "run")
    names = {model["algorithm"] for model in models}
    assert {"ring", "tree", "one_shot", "two_shot"} <= names
    assert ("load_store" in names) == (registered == "1")
    for record in records_of(tmp_path / "run"):
        assert record["selection"] == "auto"
        if record["in_place"]:
            continue
        (chosen,) = [
            model["algorithm"]
            for model in models
            for span in model["chosen"]
            if span["from_bytes"] <= record["size_bytes"] <= span["to_bytes"]
        ]
        assert record["algorithm"] == chosen


@pytest.mark.parametrize("registered", ["0", "1"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_choice(assay: Assay, name: str, registered: str) -> None:
    options = ["-b", "4K", "-e", "64K", "-f", "16", "-R", registered, *FEW]
    outcome = assay(3, "bench", name, *options)
    assert outcome.code == 0, outcome
    assert len(rows(outcome.out)) == 2
    # Where reaching into each other's buffers does not work in place, another way is chosen.
    in_place = {row[12] for row in rows(outcome.out)}
    assert in_place == {"N/A" if is_asymmetric(name, 3) else "0"}


def test_prices_are_of_every_type_and_operation(assay: Assay, tmp_path: Path) -> None:
    options = ["-b", "64K", "-e", "64K", "-d", "all", "-o", "all", *FEW, "--output", "run"]
    assert assay(2, "bench", "reduce_scatter", *options).code == 0
    models = models_of(tmp_path / "run")
    assert len({(model["dtype"], model["op"]) for model in models}) == 12 * 6
    sums = {model["dtype"]: model["reduction_s_per_byte"] for model in models}
    assert sums["float8_e4m3"] > 3 * sums["float32"], "each type's sums are measured"


def test_sizes_of_nothing_need_no_choice(assay: Assay) -> None:
    outcome = assay(3, "bench", "all_gather", "-b", "0", "-e", "0", "-n", "2", "--model")
    assert outcome.code == 0, outcome
    assert [row[0] for row in rows(outcome.out)] == ["0"]


def test_the_model_is_shown_beside_what_was_measured(assay: Assay, tmp_path: Path) -> None:
    options = ["-b", "64", "-e", "64K", "-f", "32", "--model", *FEW, "--output", "run"]
    outcome = assay(2, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    assert [row[0] for row in rows(outcome.out)] == ["64", "2048", "65536"]
    shown = outcome.out.split("# Model of all_reduce float32 sum")[1]
    ways = [model["algorithm"] for model in models_of(tmp_path / "run")]
    line = re.compile(r"^# +(\d+)  (\S+) +([\d.]+) +([\d.]+) +(-?\d+)(  chosen)?$", re.MULTILINE)
    found = line.findall(shown)
    assert [(size, way) for size, way, *_ in found] == [
        (size, way) for size in ("64", "2048", "65536") for way in ways
    ]
    measured = {
        (record["size_bytes"], record["algorithm"]): record["median_s"] * 1e6
        for record in records_of(tmp_path / "run")
        if "selection" not in record
    }
    for size, way, predicted, took, off, _ in found:
        assert float(took) == pytest.approx(measured[int(size), way], abs=0.006)
        # Both are rounded to 0.01 us, and what is off to whole per cent.
        rounding = 0.5 + 0.5 / float(took) * (1 + float(predicted) / float(took))
        expected = (float(predicted) / float(took) - 1) * 100
        assert int(off) == pytest.approx(expected, abs=rounding + 0.5)
    assert sum(bool(chosen) for *_, chosen in found) == 3
    ratio = re.search(r"# The chosen took ([\d.]+) times as long as the quickest", shown)
    assert ratio
    assert float(ratio[1]) >= 1.0


def test_faults_reach_every_way_that_is_chosen_from(assay: Assay) -> None:
    options = ["-b", "64K", "-e", "64K", *FEW, "--inject", "corrupt:rank=1"]
    assert assay(2, "bench", "all_reduce", *options).code == 7
