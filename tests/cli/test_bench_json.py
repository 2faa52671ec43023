"""assay bench -J: the JSON that scripts made for nccl-tests read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import rows
from tests.conftest import Outcome, own_lines, records_of

Assay = Callable[..., Outcome]

SMALL = ["-b", "4K", "-e", "8K", "-f", "2", "-n", "5", "-w", "1"]
HALVES = ["out_of_place", "in_place"]


def written(assay: Assay, folder: Path, ranks: int, *options: str) -> tuple[dict, Outcome]:
    outcome = assay(ranks, "bench", *options, "-J", "out.json")
    assert outcome.code == 0, outcome
    assert [entry.name for entry in folder.iterdir()] == ["out.json"]
    return json.loads((folder / "out.json").read_text()), outcome


def test_it_has_the_shape_of_nccl_tests(assay: Assay, tmp_path: Path) -> None:
    data, outcome = written(assay, tmp_path, 2, "all_reduce", *SMALL)
    assert data["version"] == 3
    assert data["args"][1:3] == ["bench", "all_reduce"]
    assert all(isinstance(entry, str) and "=" in entry for entry in data["env"])
    assert data["errors"] == []
    assert data["out_of_bounds"] == {"count": 0, "okay": "true"}
    assert data["average_bus_bandwidth"]["okay"] == "unchecked"
    footer = outcome.out.split("# Avg bus bandwidth    : ")[1].splitlines()[0]
    assert data["average_bus_bandwidth"]["bandwidth"] == pytest.approx(float(footer), rel=1e-3)
    for moment in ("start_time", "end_time"):
        assert len(data[moment]) == len("2026-11-23 16:29:00")

    config = data["config"]
    assert config["minimum_bytes"] == 4096
    assert config["maximum_bytes"] == 8192
    assert config["step_factor"] == 2
    assert "step_bytes" not in config
    assert (config["iterations"], config["warmup_iters"]) == (5, 1)
    assert (config["aggregated_iterations"], config["per_iter_skip"]) == (1, 0)
    assert [device["rank"] for device in config["devices"]] == [0, 1]
    assert all(device["hostname"] for device in config["devices"])


def test_it_can_be_imported(assay: Assay, tmp_path: Path) -> None:
    written(assay, tmp_path, 2, "all_gather", *SMALL, "--algorithm", "ring")
    outcome = assay(0, "import", "out.json", "--output", "run")
    assert outcome.code == 0, outcome
    for record in records_of(tmp_path / "run"):
        told = [record[name] for name in ("benchmark", "implementation", "algorithm", "memory")]
        assert told == ["all_gather", "assay", "ring", "host"]
        assert record["ranks"] == 2
        assert record["source"]["tool"] == "assay"
        assert len(record["samples_s"]) == 5


def test_its_results_are_the_rows_of_the_table(assay: Assay, tmp_path: Path) -> None:
    data, outcome = written(assay, tmp_path, 2, "all_reduce", *SMALL)
    table = rows(outcome.out)
    assert len(data["results"]) == len(table) == 2
    for result, row in zip(data["results"], table, strict=True):
        assert [str(result[key]) for key in ("size", "count", "type", "redop")] == list(row[:4])
        assert result["root"] == "    -1"
        assert result["actual_iterations"] == 5
        for half, shown in zip(HALVES, (row[5:9], row[9:13]), strict=True):
            assert result[half]["time"] == pytest.approx(float(shown[0]), abs=0.06)
            assert result[half]["alg_bw"] == pytest.approx(float(shown[1]), abs=0.006)
            assert result[half]["bus_bw"] == pytest.approx(float(shown[2]), abs=0.006)
            assert result[half]["nwrong"] == 0


def test_every_sample_of_every_rank_is_there(assay: Assay, tmp_path: Path) -> None:
    data, _ = written(assay, tmp_path, 3, "broadcast", *SMALL)
    for result in data["results"]:
        assert result["root"] == "     0"
        for half in HALVES:
            times = result[f"{half}_per_iter"]
            processes = times["per_process_max_times_us"]
            assert [len(process) for process in processes] == [5, 5, 5]
            assert times["times_us"] == [max(sample) for sample in zip(*processes, strict=True)]
            assert times["min_us"] == min(times["times_us"])
            assert times["max_us"] == times["p99_us"] == max(times["times_us"])
            assert times["p50_us"] == sorted(times["times_us"])[2]
            assert times["avg_us"] == pytest.approx(sum(times["times_us"]) / 5)
            assert times["cv_pct"] == pytest.approx(times["stdev_us"] / times["avg_us"] * 100)


def test_every_implementation_says_which_it_is(assay: Assay, tmp_path: Path) -> None:
    data, _ = written(assay, tmp_path, 2, "all_reduce", *SMALL, "--implementation", "all")
    seen = [(result["implementation"], result["algorithm"]) for result in data["results"]]
    assert ("assay", "ring") in seen
    assert ("assay", "tree") in seen
    assert ("mpi", "default") in seen
    for result in data["results"]:
        assert ("transport" in result) == (result["implementation"] == "assay")
        assert result["registered"] is False


def test_what_was_not_measured_is_null(assay: Assay, tmp_path: Path) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "3", "-R", "1", "-c", "0"]
    options += ["--algorithm", "load_store"]
    data, _ = written(assay, tmp_path, 2, "all_to_all", *options)
    (result,) = data["results"]
    assert result["in_place"] is None
    assert result["out_of_place"]["nwrong"] is None


def test_hosts_are_redacted_where_that_is_asked_for(assay: Assay, tmp_path: Path) -> None:
    data, _ = written(assay, tmp_path, 2, "all_reduce", *SMALL, "--redact")
    assert {device["hostname"] for device in data["config"]["devices"]} == {"host-1"}


@pytest.mark.parametrize("file", ["none/out.json", ".", "/dev/null"])
def test_a_file_that_cannot_be_written_is_refused_first(assay: Assay, file: str) -> None:
    outcome = assay(2, "bench", "all_reduce", *SMALL, "-J", file)
    assert outcome.code == 6
    assert f"cannot write '{file}'" in own_lines(outcome.err)[0]
    assert rows(outcome.out) == []


def test_it_is_for_collectives(assay: Assay) -> None:
    outcome = assay(0, "bench", "pair", "-J", "out.json")
    assert outcome.code == 6
    assert "--json-lines" in outcome.err
