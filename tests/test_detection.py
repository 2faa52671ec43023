"""scripts/detection: its tables, and the places of the document that they are written to."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/detection.md"
sys.path.insert(0, str(ROOT / "scripts"))
import detection  # noqa: E402
from generated import document, kept_runs  # noqa: E402

# What locate_study says of any networks: all their faults are found.
STUDY = """#!/usr/bin/env python3
import json, sys
words = dict(zip(sys.argv[1::2], sys.argv[2::2]))
runs, faults = int(words["--runs"]), int(words["--faults"])
kind = words.get("--kinds", "node")
tally = {name: runs * faults for name in ("injected", "found", "plain", "plain_found")}
print(json.dumps({
    "runs": runs, "kinds": {kind: tally} if faults else {}, "sound_runs_convicted": 0,
    "without_reason": 0, "misnamed": 0, "runs_undecided": 0, "mean_rounds": 2.0,
    "mean_links_repeated": 10.0, "mean_links_measured": 56.0, "slowest_locate_s": 0.5,
    "peak_memory_bytes": 2**20,
}))
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "locate_study"
    file.write_text(STUDY)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def run_detection(study: Path, *words: str) -> subprocess.CompletedProcess[str]:
    output = study.with_name("pieces.jsonl")
    line = [sys.executable, str(ROOT / "scripts/detection.py"), str(study), "--output", str(output)]
    return subprocess.run([*line, *words], capture_output=True, text=True, check=False)


def test_writes_its_tables_into_their_places(tmp_path: Path) -> None:
    begin, end = document.marks("disturbed")
    file = tmp_path / "document.md"
    file.write_text(f"before\n{begin}\nold\n{end}\nafter\n")
    text = document.with_table(file.read_text(), "disturbed", "| new |")
    assert text == f"before\n{begin}\n\n| new |\n\n{end}\nafter\n"


def test_a_document_without_a_place_stays_as_it_is(study: Path, tmp_path: Path) -> None:
    file = tmp_path / "document.md"
    file.write_text("nothing\n")
    done = run_detection(study, "--only", "disturbed", "--runs", "4", "--document", str(file))
    assert done.returncode == 6
    assert "no place for 'disturbed'" in done.stderr
    assert file.read_text() == "nothing\n"
    assert [one.name for one in tmp_path.glob(".*")] == []


@pytest.mark.parametrize(
    "table", [*detection.KEPT, *(name for part in detection.PARTS.values() for name in part.tables)]
)
def test_every_table_has_a_place_in_the_document(table: str) -> None:
    assert "| new |" in document.with_table(DOCUMENT.read_text(), table, "| new |")


def test_tables_say_what_the_pieces_found(study: Path) -> None:
    done = run_detection(study, "--only", "disturbed", "--runs", "4")
    assert done.returncode == 0, done.stderr
    assert "| 30% | 0 of 1,000 | 0 | 100.0% of 8 | 0 | 0 |" in done.stdout


def test_what_is_done_is_not_done_again(study: Path) -> None:
    assert run_detection(study, "--only", "disturbed", "--runs", "4").returncode == 0
    study.write_text("#!/bin/sh\nexit 1\n")
    assert run_detection(study, "--only", "disturbed", "--runs", "4").returncode == 0
    assert run_detection(study, "--only", "kinds", "--runs", "4").returncode != 0


def test_refuses_a_part_that_there_is_not(study: Path) -> None:
    done = run_detection(study, "--only", "nothing")
    assert done.returncode != 0
    assert "no part nothing" in done.stderr


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("test-bed", kept_runs.of_bed),
        ("test-bed-ucx", kept_runs.of_bed),
        ("test-bed-other", kept_runs.of_bed),
        ("test-bed-other-ucx", kept_runs.of_bed),
        ("hops", kept_runs.of_hops),
        ("simulated", kept_runs.of_simulated),
    ],
)
def test_the_document_shows_what_was_kept(name: str, write: object) -> None:
    runs = [
        json.loads(line)
        for line in (ROOT / f"results/studies/{name}.jsonl").read_text().splitlines()
    ]
    assert callable(write)
    assert write(runs) in DOCUMENT.read_text()
