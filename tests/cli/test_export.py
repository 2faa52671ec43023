"""assay export: what other tools read, by the readers that they use."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.stored_run import HOSTILE, write_run
from tests.conftest import Outcome

Assay = Callable[..., Outcome]

FORMATS = ["junit", "prometheus", "google-benchmark", "nccl-tests", "csv"]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_run(tmp_path / "run")


def exported(assay: Assay, run: Path, name: str) -> str:
    outcome = assay(0, "export", str(run), "--format", name)
    assert outcome.code == 0, outcome
    assert outcome.err == ""
    return outcome.out


def test_junit_has_a_test_case_for_each_check_and_the_verdict(assay: Assay, run: Path) -> None:
    (suite,) = ElementTree.fromstring(exported(assay, run, "junit"))
    cases = suite.findall("testcase")
    assert [case.get("classname") for case in cases] == ["verdict", "pair/bandwidth", "hops/ring"]
    assert suite.get("tests") == "3"
    assert suite.get("failures") == "2"
    assert suite.get("skipped") == "1"
    assert HOSTILE.split("\n")[0] in cases[1].get("name", "")
    failure = cases[1].find("failure")
    assert failure is not None
    assert "suspects: node" in failure.get("message", "")


def test_prometheus_text_is_read_by_its_own_parser(assay: Assay, run: Path) -> None:
    families = {
        f.name: f for f in text_string_to_metric_families(exported(assay, run, "prometheus"))
    }
    medians = families["assay_duration_median_seconds"].samples
    assert {sample.value for sample in medians} == {1e-4, 2e-4}
    (deficit,) = families["assay_suspect_deficit_ratio"].samples
    assert deficit.value == 0.5
    assert deficit.labels["name"].startswith("<script>")
    assert families["assay_verdict"].type == "gauge"


def test_google_benchmark_has_each_sample(assay: Assay, run: Path) -> None:
    entries = json.loads(exported(assay, run, "google-benchmark"))["benchmarks"]
    times = [e["real_time"] for e in entries if e["run_type"] == "iteration"]
    assert times == pytest.approx([90, 100, 110, 200])


def test_nccl_tests_has_both_halves(assay: Assay, run: Path) -> None:
    (result,) = json.loads(exported(assay, run, "nccl-tests"))["results"]
    assert result["out_of_place"]["time"] == pytest.approx(100)
    assert result["in_place"]["time"] == pytest.approx(200)


def test_csv_has_a_line_for_each_record(assay: Assay, run: Path) -> None:
    rows = list(csv.DictReader(exported(assay, run, "csv").splitlines()))
    assert [row["median_s"] for row in rows] == ["0.0001", "0.0002"]
    assert rows[0]["size_bytes"] == "1024"


@pytest.mark.parametrize("name", FORMATS)
def test_output_goes_to_a_file_and_nothing_else_is_left(
    assay: Assay, run: Path, tmp_path: Path, name: str
) -> None:
    outcome = assay(0, "export", str(run), "--format", name, "--output", "out")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (tmp_path / "out").read_text() == exported(assay, run, name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "run"]


def refused(assay: Assay, *arguments: str) -> str:
    outcome = assay(0, "export", *arguments)
    assert outcome.code == 6, outcome
    assert outcome.out == ""
    (line,) = outcome.err.splitlines()
    return line


def test_bad_input_is_told_in_one_line(assay: Assay, run: Path, tmp_path: Path) -> None:
    assert "known: junit, prometheus" in refused(assay, str(run), "--format", "jnuit")
    assert "nowhere" in refused(assay, "nowhere", "--format", "csv")
    assert "no/such" in refused(assay, str(run), "--format", "csv", "--output", "no/such/file")
    assert "it is no file" in refused(assay, str(run), "--format", "csv", "--output", str(tmp_path))
    (run / "verdict.json").unlink()
    assert "no verdict.json" in refused(assay, str(run), "--format", "junit")
    (run / "verdict.json").write_text('{"schema": 2}')
    assert "verdict.json" in refused(assay, str(run), "--format", "junit")
    (run / "verdict.json").unlink()
    (run / "records.jsonl").write_text("")
    assert "no records" in refused(assay, str(run), "--format", "csv")
    (run / "records.jsonl").write_text('{"schema": 2}\n')
    assert "records.jsonl:1" in refused(assay, str(run), "--format", "csv")
