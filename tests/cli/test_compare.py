"""assay compare: exit codes, files for others, and bad input."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.stored_run import HOSTILE, collective, run_info, write_records
from tests.conftest import Outcome

Assay = Callable[..., Outcome]
Refused = Callable[..., str]


def write_side(folder: Path, seed: int, slower: float = 1.0, **settings: object) -> Path:
    """Three runs of two cells; the first cell is so many times as slow."""
    dice = random.Random(seed)
    for number in range(3):
        records = []
        for size, factor in ((1024, slower), (2048, 1.0)):
            run = factor * 1e-4 * dice.lognormvariate(0, 0.002)
            samples = [run * dice.lognormvariate(0, 0.01) for _ in range(50)]
            records.append(collective(samples, size_bytes=size, **settings))
        start = f"2026-11-23T16:2{number}:{seed:02}Z"
        write_records(folder / f"run{number}", run_info(start=start), records)
    return folder


def test_equal_builds_are_no_regression(assay: Assay, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2)
    outcome = assay(0, "compare", "a", "b", "--strict")
    assert outcome.code == 0, outcome
    assert outcome.err == ""
    assert "differs" not in outcome.out
    assert outcome.out.splitlines()[-1].startswith("NO REGRESSION  0 of 2 cells slower")


def test_a_slowdown_is_nine_and_told_in_every_format(assay: Assay, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2, slower=1.1, op=HOSTILE)
    write_side(tmp_path / "c", 3, op=HOSTILE)
    files = ["--markdown", "m.md", "--junit", "j.xml", "--json", "j.json"]
    outcome = assay(0, "compare", "c", "b", *files)
    assert outcome.code == 9, outcome
    assert outcome.out.splitlines()[-1].startswith("REGRESSION  1 of 2 cells slower")
    assert "\u202e" not in outcome.out
    markdown = (tmp_path / "m.md").read_text()
    assert markdown.startswith("### Regression: 1 of 2 cells slower")
    assert "<script>" not in markdown
    (suite,) = ElementTree.parse(tmp_path / "j.xml").getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    cells = json.loads((tmp_path / "j.json").read_text())["cells"]
    assert [cell["verdict"] for cell in cells] == ["slower", "same"]
    assert 0.05 < cells[0]["interval"][0] < 0.1 < cells[0]["interval"][1]
    # The same the other way round is faster, and no regression.
    assert assay(0, "compare", "b", "c").code == 0
    # Without a cell in common there is nothing to say.
    assert assay(0, "compare", "a", "b").code == 6


def test_strict_is_ten_where_something_is_unclear(assay: Assay, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2)
    single = ["a/run0", "b/run0"]  # one run a side shows small changes of nothing
    assert assay(0, "compare", *single).code == 0
    outcome = assay(0, "compare", *single, "--strict")
    assert outcome.code == 10, outcome
    assert "each side is one run" in outcome.out


def test_thresholds_come_from_a_file(assay: Assay, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2, slower=1.1)
    (tmp_path / "t.toml").write_text("[benchmark.all_reduce]\nchange = 0.2\n")
    assert assay(0, "compare", "a", "b", "--thresholds", "t.toml").code == 0


def test_a_run_without_an_end_is_pointed_out(assay: Assay, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2)
    broken = tmp_path / "b" / "run1" / "run.json"
    broken.write_text(json.dumps({**run_info(), "end": None}))
    outcome = assay(0, "compare", "a", "b")
    assert outcome.code == 0, outcome
    assert "run 'sample' of the candidate has no end" in outcome.out


def test_bad_input_is_told_in_one_line(refused: Refused, tmp_path: Path) -> None:
    write_side(tmp_path / "a", 1)
    write_side(tmp_path / "b", 2, implementation=HOSTILE)
    (tmp_path / "none").mkdir()
    write_records(tmp_path / "empty", run_info(), [])
    write_records(tmp_path / "later", run_info() | {"schema": 2}, [])
    (tmp_path / "t.toml").write_text("[default]\nchange = 7\n")
    assert "nowhere" in refused("compare", "a", "nowhere")
    assert "holds runs" in refused("compare", "a", "none")
    assert "no records" in refused("compare", "empty", "a")
    assert "schema" in refused("compare", "a", "later")
    assert "no cell in common" in refused("compare", "a", "b")
    (tmp_path / "u.toml").write_text("[benchmark.all_reduec]\nchange = 0.2\n")
    told = refused("compare", "a", "a", "--thresholds", "u.toml")
    assert "u.toml:1:12: unknown benchmark 'all_reduec'; known: " in told
    assert ", all_reduce, " in told
    assert "t.toml:2:" in refused("compare", "a", "a", "--thresholds", "t.toml")
    assert "no/such" in refused("compare", "a", "a", "--markdown", "no/such/file")
