"""assay bench: the table that nccl-tests' users and scripts know, and the records."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import rows, sections
from tests.conftest import (
    ASSAY,
    Outcome,
    environment,
    finish,
    launch,
    own_lines,
    records_of,
    start,
    verdict_of,
)

Assay = Callable[..., Outcome]


@pytest.mark.parametrize("ranks", [1, 2, 3])
@pytest.mark.parametrize("transport", ["shared_memory", "mpi"])
def test_all_reduce_is_right(assay: Assay, ranks: int, transport: str) -> None:
    options = ["-b", "8", "-e", "128K", "-f", "16", "-n", "8", "-w", "2"]
    options += ["--implementation", "all", "--transport", transport]
    outcome = assay(ranks, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    table = rows(outcome.out)
    for of_one in sections(outcome.out).values():
        assert [row[0] for row in of_one] == ["8", "128", "2048", "32768"]
    assert {"assay ring", "assay tree", "mpi default"} <= set(sections(outcome.out))
    told = [way for way in sections(outcome.out) if way.startswith("mpi ")][1:]
    assert told or "# left out: algorithms of MPI: all: this MPI library names none" in outcome.out
    assert all(row[8] == "0" and row[12] == "0" and row[4] == "-1" for row in table)
    assert "# Out of bounds values : 0 OK" in outcome.out
    assert re.search(r"^# Avg bus bandwidth {4}: [\d.e+-]+$", outcome.out, re.MULTILINE)


def test_registered_buffers_need_shared_memory(assay: Assay) -> None:
    outcome = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "-R", "1", "--transport", "mpi")
    assert outcome.code == 5
    assert "shared_memory" in own_lines(outcome.err)[0]


@pytest.mark.parametrize("root", ["0", "2", "all"])
def test_every_root(assay: Assay, root: str) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "2", "-r", root, "--algorithm", "chain"]
    outcome = assay(3, "bench", "broadcast", *options)
    assert [row[4] for row in rows(outcome.out)] == (["0", "1", "2"] if root == "all" else [root])


def test_sizes_that_do_not_divide_are_rounded_down(assay: Assay) -> None:
    outcome = assay(3, "bench", "all_gather", "-b", "4096", "-e", "4096", "-n", "2")
    assert [row[:2] for row in rows(outcome.out)] == [("4092", "341")]


def test_records_hold_samples_and_per_rank_figures(assay: Assay, tmp_path: Path) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "10", "--output", "run", "--json-lines", "lines"]
    assert assay(2, "bench", "all_reduce", *options).code == 0
    records = records_of(tmp_path / "run")
    assert (tmp_path / "lines").read_text() == (tmp_path / "run" / "records.jsonl").read_text()
    assert [record["in_place"] for record in records] == [False, True]
    for record in records:
        assert record["schema"] == 1
        assert record["benchmark"] == "all_reduce"
        assert record["label"] == "real"
        assert len(record["samples_s"]) == 10
        assert record["stop"] == "iterations"
        assert record["wrong"] == 0
        low, high = record["interval_s"]
        assert low <= record["median_s"] <= high
        assert list(record["percentiles_s"]) == ["p1", "p5", "p50", "p95", "p99"]
        assert record["percentiles_s"]["p50"] == record["median_s"]
        assert sorted(record["percentiles_s"].values()) == list(record["percentiles_s"].values())
        assert [rank["rank"] for rank in record["per_rank"]] == [0, 1]
        expected = 4096 / record["median_s"]
        assert record["algorithm_bandwidth_bytes_per_s"] == pytest.approx(expected)
        assert record["bus_bandwidth_bytes_per_s"] == pytest.approx(expected)  # 2 (n-1)/n = 1


def test_redacted_output_names_no_host(assay: Assay, tmp_path: Path) -> None:
    host = os.uname().nodename
    outcome = assay(2, "bench", "pair", "-n", "5", "--redact", "--json-lines", "lines")
    assert outcome.code == 0
    lines = [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    assert {line["from"] for line in lines if line["benchmark"] == "pair"} == {"host-1"}
    table = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "-n", "2", "--redact").out
    assert f" {host} " not in table
    assert "host-1" in table


def test_unchecked_is_said(assay: Assay) -> None:
    outcome = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "-n", "3", "-c", "0")
    assert {row[8] for row in rows(outcome.out)} == {"N/A"}


def test_only_the_first_samples_are_checked(assay: Assay, tmp_path: Path) -> None:
    """Each of the samples that are checked finds the same number of wrong values."""
    options = ["-b", "4K", "-e", "4K", "-n", "8", "-w", "0", "--inject", "corrupt:rank=1"]
    wrong = {}
    for checks in ("1", "2"):
        run = f"run{checks}"
        outcome = assay(2, "bench", "all_gather", *options, "-c", checks, "--output", run)
        assert outcome.code == 7
        wrong[checks] = [record["wrong"] for record in records_of(tmp_path / run)]
    assert wrong["2"] == [2 * count for count in wrong["1"]]


def test_aggregated_operations_of_a_pair_are_right(assay: Assay, tmp_path: Path) -> None:
    assert assay(2, "bench", "pair", "-n", "3", "-m", "4", "--output", "run").code == 0
    for record in records_of(tmp_path / "run"):
        assert (record["aggregated"], record["wrong"]) == (4, 0)


def test_a_wrong_last_operation_of_many_is_found(assay: Assay) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "3", "-m", "4", "--inject", "corrupt:rank=1"]
    assert assay(2, "bench", "all_reduce", *options).code == 7


@pytest.mark.parametrize("blocking", ["0", "1"])
def test_blocking_or_not_is_the_same(assay: Assay, blocking: str) -> None:
    outcome = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "-n", "3", "-z", blocking)
    assert outcome.code == 0


def test_cycles_repeat_the_table(assay: Assay) -> None:
    outcome = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "-n", "3", "-N", "3")
    assert len(rows(outcome.out)) == 3


def test_no_number_of_cycles_goes_on_until_interrupted(tmp_path: Path) -> None:
    options = ["-b", "8", "-e", "8", "-n", "3", "-N", "0", "--output", "run"]
    process = start(2, "bench", "all_reduce", *options, cwd=tmp_path)
    lines = tmp_path / "run" / "records.jsonl"
    begin = time.monotonic()
    while not lines.exists() or lines.read_text().count("\n") < 50:
        assert time.monotonic() - begin < 60
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert finish(process).code != 0
    assert len(records_of(tmp_path / "run")) >= 50
    assert verdict_of(tmp_path / "run")["verdict"] == "inconclusive"


def test_corrupted_data_ends_with_code_seven_and_its_place(assay: Assay) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "3", "--inject", "corrupt:rank=1"]
    outcome = assay(2, "bench", "all_reduce", *options)
    assert outcome.code == 7
    assert "# Out of bounds values : " in outcome.out
    assert "OK" not in outcome.out.split("Out of bounds values")[1].splitlines()[0]
    line = own_lines(outcome.err)[-1]
    assert re.search(r"rank \d+, offset \d+: expected \S+, found \S+", line)


@pytest.mark.parametrize("name", ["all_reduce_perf", "alltoall_perf", "alltoallv_perf"])
def test_link_named_as_in_nccl_tests_is_that_tool(tmp_path: Path, name: str) -> None:
    link = tmp_path / name
    os.symlink(ASSAY, link)
    words = [*launch(2), str(link), "-b", "8", "-e", "8", "-n", "2"]
    done = subprocess.run(
        words, capture_output=True, text=True, env=environment(), check=False, cwd=tmp_path
    )
    assert done.returncode == 0
    assert len(rows(done.stdout)) == 1


@pytest.mark.parametrize("name", ["matmul", "memory"])
def test_device_benchmarks_are_right(assay: Assay, tmp_path: Path, name: str) -> None:
    assert assay(1, "bench", name, "--output", "run").code == 0
    records = records_of(tmp_path / "run")
    assert records
    for record in records:
        assert record["benchmark"] == name
        assert record["rank"] == 0
        assert record["wrong"] == 0
        assert record["fast_s"] <= record["median_s"] <= record["percentiles_s"]["p95"]


def test_the_best_of_the_usual_shapes_is_named(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(1, "bench", "matmul", "--shape", "all", "-n", "1", "--output", "run")
    assert outcome.code == 0, outcome
    shapes = {record["shape"] for record in records_of(tmp_path / "run")}
    assert len(shapes) > 4
    assert "512x512x512" in shapes
    (best,) = re.findall(r"^# best of assay: .* at (\S+) on rank 0$", outcome.out, re.MULTILINE)
    assert best in shapes


@pytest.mark.parametrize("name", ["matmul", "memory"])
@pytest.mark.parametrize("samples", [4, 23])
def test_kernels_are_run_as_often_as_asked(
    assay: Assay, tmp_path: Path, name: str, samples: int
) -> None:
    assert assay(1, "bench", name, "-n", str(samples), "--output", "run").code == 0
    records = records_of(tmp_path / "run")
    assert {len(record["samples_s"]) for record in records} == {samples}
    assert {sum(record["passes"]) for record in records} == {samples}


def test_digests_are_of_as_many_products_as_asked(assay: Assay, tmp_path: Path) -> None:
    assert assay(2, "bench", "digest", "-n", "7", "--output", "run").code == 0
    assert [record["counters"]["repeats"] for record in records_of(tmp_path / "run")] == [7, 7]


def test_matmul_of_other_shapes_and_all_cores(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(
        0, "bench", "matmul", "--shape", "100x70x333,64", "--layout", "tn", "--all-cores",
        "--output", "run",
    )  # fmt: skip
    assert outcome.code == 0, outcome
    cores = len(os.sched_getaffinity(0))
    cells = {
        (record["implementation"], record["shape"], record["layout"], record["threads"])
        for record in records_of(tmp_path / "run")
        if record["wrong"] == 0
    }
    assert cells == {
        (implementation, shape, "tn", cores)
        for implementation in ("assay", "openblas")
        for shape in ("100x70x333", "64x64x64")
    }
    assert len(re.findall("^# best of (assay|openblas): ", outcome.out, re.MULTILINE)) == 2


def test_a_type_that_the_device_lacks_is_not_available(assay: Assay) -> None:
    outcome = assay(0, "bench", "matmul", "-d", "bfloat16")
    assert outcome.code == 5
    assert own_lines(outcome.err) == ["assay: matmul on the host is of float32; leave -d out"]


def test_pair_measures_both_directions_of_every_pair(assay: Assay, tmp_path: Path) -> None:
    assert assay(3, "bench", "pair", "-n", "5", "--output", "run").code == 0
    cells = {
        (record["from_rank"], record["to_rank"])
        for record in records_of(tmp_path / "run")
        if record["benchmark"] == "pair"
    }
    assert cells == {(i, j) for i in range(3) for j in range(3) if i != j}


def test_what_this_build_has_not_is_code_five(assay: Assay) -> None:
    outcome = assay(0, "bench", "all_reduce", "-t", "2")
    assert outcome.code == 5
    assert len(outcome.err.splitlines()) == 1


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_a_planted_flip_of_one_bit_is_found_with_its_place(
    assay: Assay, tmp_path: Path, ranks: int
) -> None:
    outcome = assay(
        ranks, "bench", "digest", "--inject", f"flip-matmul:rank={ranks - 1},every=7",
        "--output", "run",
    )  # fmt: skip
    assert outcome.code == 7, outcome
    *sound, flipped = records_of(tmp_path / "run")
    assert all(record["wrong"] == 0 for record in sound)
    assert flipped["wrong"] == 1
    assert flipped["counters"] == {"deviating": 2, "repeats": 20}
    first = flipped["first_wrong"]
    assert (first["rank"], first["offset"]) == (ranks - 1, 128 * 256 + 85)
    bits = [int(first[side].split()[0], 16) for side in ("expected", "found")]
    assert bits[0] ^ bits[1] == 1
    assert {record["digest"] for record in sound} <= {flipped["digest"]}
