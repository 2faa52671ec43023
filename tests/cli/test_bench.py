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

from tests.conftest import (
    ASSAY,
    Outcome,
    environment,
    finish,
    launch,
    library,
    own_lines,
    records_of,
    start,
    verdict_of,
)

Assay = Callable[..., Outcome]

TYPES = ["int8", "uint8", "int32", "uint32", "int64", "uint64", "half", "float", "double"]
TYPES += ["bfloat16", "f8e4m3", "f8e5m2"]
OPERATIONS = ["all_reduce", "reduce_scatter", "all_gather", "broadcast", "reduce"]
OPERATIONS += ["gather", "scatter", "all_to_all", "all_to_all_v", "send_recv"]

ROW = re.compile(
    r"^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(-?\d+)"
    r"\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(\S+)"
    r"\s+([\d.]+|N/A)\s+([\d.]+|N/A)\s+([\d.]+|N/A)\s+(\S+)\s*$"
)


def rows(out: str) -> list[tuple[str, ...]]:
    found = []
    for line in out.splitlines():
        if line.startswith("#"):
            continue
        match = ROW.match(line)
        assert match, f"neither a comment nor a row: {line!r}"
        found.append(match.groups())
    return found


def sections(out: str) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each implementation and algorithm: {"assay ring": ..., "mpi default": ...}."""
    found = {}
    for part in out.split("# implementation ")[1:]:
        words = part.split()
        found[f"{words[0]} {words[2]}"] = rows(part.split("\n", 1)[1])
    return found


# Ranks that outnumber the processors by far, and other programs beside them.
CROWDED = 240

# Peers would overwrite what has not been read yet.
EXCHANGES = ("all_to_all", "all_to_all_v", "send_recv")


def is_asymmetric(name: str, ranks: int) -> bool:
    """Whether blocks lie elsewhere in the output than in the input: in place, that cannot be."""
    return name == "all_to_all_v" and ranks > 2


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


def mpi_algorithms(assay: Assay, operation: str) -> list[str]:
    """Those that this build's MPI library can be told to use; skips the test if there are none."""
    told = assay(0, "bench", "--list").out
    names = re.findall(rf"^  mpi +{operation} +the library is told: (.+)$", told, re.MULTILINE)
    if not names:
        pytest.skip(f"{library()} names no algorithms")
    return names[0].split()


@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
def test_mpi_does_the_algorithms_it_is_told(assay: Assay, tmp_path: Path, ranks: int) -> None:
    names = mpi_algorithms(assay, "all_reduce")
    assert {"recursive_doubling", "ring"} <= set(names)
    options = ["-b", "8", "-e", "64K", "-f", "8192", "-n", "3", "--output", "run"]
    options += ["--implementation", "mpi", "--algorithm", "all"]
    outcome = assay(ranks, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    assert list(sections(outcome.out)) == ["mpi default", *[f"mpi {name}" for name in names]]
    records = records_of(tmp_path / "run")
    assert [record["algorithm"] for record in records[::4]] == ["default", *names]
    assert {record["wrong"] for record in records} == {0}


def test_mpi_is_told_one_algorithm(assay: Assay) -> None:
    name = mpi_algorithms(assay, "broadcast")[-1]
    options = ["-b", "4K", "-e", "4K", "-n", "2", "--implementation", "mpi", "--algorithm"]
    outcome = assay(2, "bench", "broadcast", *options, name)
    assert list(sections(outcome.out)) == [f"mpi {name}"]
    assert list(sections(assay(2, "bench", "broadcast", *options, "default").out)) == [
        "mpi default"
    ]


def test_an_algorithm_that_mpi_has_not_is_refused(assay: Assay) -> None:
    names = mpi_algorithms(assay, "all_reduce")
    options = ["-b", "8", "-e", "8", "--implementation", "mpi", "--algorithm", "rong"]
    outcome = assay(2, "bench", "all_reduce", *options)
    assert outcome.code == 6, outcome
    assert own_lines(outcome.err) == [
        f"assay: unknown algorithm of MPI's 'rong'; known: default, {', '.join(names)}"
    ]


def test_what_mpi_refuses_for_so_many_ranks_is_left_out(assay: Assay) -> None:
    if "two_proc" not in mpi_algorithms(assay, "all_to_all"):
        pytest.skip(f"{library()} has no algorithm for two ranks alone")
    options = ["-b", "12K", "-e", "12K", "-n", "2", "--implementation", "mpi", "--algorithm"]
    outcome = assay(3, "bench", "all_to_all", *options, "all")
    assert outcome.code == 0, outcome
    assert re.search(r"^# left out: algorithms of MPI: two_proc: .+$", outcome.out, re.MULTILINE)
    assert "mpi two_proc" not in sections(outcome.out)
    assert assay(3, "bench", "all_to_all", *options, "two_proc").code == 5


def test_the_users_own_rules_for_mpi_are_left_alone(
    assay: Assay, monkeypatch: pytest.MonkeyPatch
) -> None:
    mpi_algorithms(assay, "all_reduce")
    monkeypatch.setenv("OMPI_MCA_coll_tuned_allreduce_algorithm", "1")
    options = ["-b", "8", "-e", "8", "-n", "2", "--implementation", "mpi", "--algorithm", "all"]
    outcome = assay(2, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    assert "coll_tuned_use_dynamic_rules is off" in outcome.out
    assert list(sections(outcome.out)) == ["mpi default"]


def test_every_type_and_operation(assay: Assay) -> None:
    options = ["-b", "4K", "-e", "4K", "-n", "3", "-d", "all", "-o", "all", "--algorithm", "all"]
    outcome = assay(2, "bench", "all_reduce", *options)
    assert outcome.code == 0
    table = rows(outcome.out)
    for of_one in sections(outcome.out).values():
        assert len(of_one) == 12 * 6
    assert {row[2] for row in table} == set(TYPES)
    assert {row[3] for row in table} == {"sum", "prod", "max", "min", "avg", "mulsum"}


def takes_unsigned_for_signed(row: tuple[str, ...]) -> bool:
    """MPICH before 4.1, in MPI_MAX and MPI_MIN (github.com/pmodels/mpich/issues/6083)."""
    is_affected = re.search(r"MPICH Version: (3\.|4\.0)", library())
    return bool(is_affected) and row[2].startswith("uint") and row[3] in ("max", "min")


def crashes_in_place(name: str, root: int) -> bool:
    """MPICH before 4.1.2, in MPI_Reduce to other ranks (github.com/pmodels/mpich/issues/6540)."""
    is_affected = re.search(r"MPICH Version: (3\.|4\.0|4\.1($|[^.\d]|\.[01]))", library())
    return bool(is_affected) and name == "reduce" and root > 0


# Of a size that the ranks do not divide.
EVERY_TYPE = ["-b", "8200", "-e", "8200", "-n", "2", "-w", "0", "-d", "all", "-o", "all"]


@pytest.mark.parametrize("ranks", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("name", OPERATIONS)
def test_everything_is_right(assay: Assay, name: str, ranks: int) -> None:
    """Every algorithm of ours, type and operation, in and out of place, on private buffers."""
    options = [*EVERY_TYPE, "-r", str(ranks - 1), "--algorithm", "all"]
    outcome = assay(ranks, "bench", name, *options, seconds=CROWDED)
    assert outcome.code == 0, outcome
    assert "# Out of bounds values : 0 OK" in outcome.out
    table = rows(outcome.out)
    assert {row[2] for row in table} == set(TYPES)
    assert {row[8] for row in table} == {"0"}
    for way, of_one in sections(outcome.out).items():
        never_in_place = way == "assay pull" and name in EXCHANGES and ranks > 1
        never_in_place |= is_asymmetric(name, ranks)
        assert {row[12] for row in of_one} == {"N/A" if never_in_place else "0"}, way


@pytest.mark.parametrize(
    ("ranks", "algorithm"),
    [(1, "default"), (2, "default"), (3, "all"), (4, "default"), (7, "default")],
)
@pytest.mark.parametrize("name", OPERATIONS)
def test_everything_of_mpi_is_right(assay: Assay, name: str, ranks: int, algorithm: str) -> None:
    root = 0 if crashes_in_place(name, ranks - 1) else ranks - 1
    options = [*EVERY_TYPE, "-r", str(root), "--implementation", "mpi"]
    outcome = assay(ranks, "bench", name, *options, "--algorithm", algorithm, seconds=CROWDED)
    table = rows(outcome.out)
    assert {row[2] for row in table} == set(TYPES)
    sound = [row for row in table if not takes_unsigned_for_signed(row)]
    in_place = "N/A" if is_asymmetric(name, ranks) else "0"
    assert {(row[8], row[12]) for row in sound} == {("0", in_place)}
    if len(sound) < len(table) and outcome.code == 7:
        pytest.skip("right but for max and min of unsigned integers, a fault of this MPI library")
    assert outcome.code == 0, outcome
    if root != ranks - 1:
        pytest.skip("right to root 0; to others, in place, this MPI library crashes")


@pytest.mark.parametrize("ranks", [1, 2, 3, 4])
@pytest.mark.parametrize("name", OPERATIONS)
def test_registered_buffers_are_right(assay: Assay, name: str, ranks: int) -> None:
    options = ["-b", "1K", "-e", "64K", "-f", "64", "-n", "2", "-w", "0", "-R", "1"]
    options += ["-d", "all", "-o", "all", "-r", str(ranks - 1), "--algorithm", "load_store"]
    outcome = assay(ranks, "bench", name, *options)
    assert outcome.code == 0, outcome
    table = rows(outcome.out)
    assert {row[8] for row in table} == {"0"}
    never_in_place = name in EXCHANGES and ranks > 1
    assert {row[12] for row in table} == {"N/A" if never_in_place else "0"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_stores_past_the_caches_are_right(assay: Assay, name: str) -> None:
    options = ["-b", "8M", "-e", "8M", "-n", "3", "-w", "0", "-R", "1", "-o", "avg"]
    options += ["--algorithm", "load_stream"]
    for kind in ("float", "bfloat16"):
        outcome = assay(2, "bench", name, *options, "-d", kind)
        assert outcome.code == 0, outcome


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


def test_unequal_blocks_count_with_their_true_lengths(assay: Assay, tmp_path: Path) -> None:
    # To the ranks 1, 2 and 3 places on: a third, two thirds and all of twice 85 elements.
    options = ["-b", "341", "-e", "341", "-n", "3", "-d", "int8", "--implementation", "all"]
    outcome = assay(4, "bench", "all_to_all_v", *options, "--output", "run")
    assert outcome.code == 0, outcome
    sent = 85 * 2 // 3 + 85 * 4 // 3 + 85 * 6 // 3
    assert {row[:2] for row in rows(outcome.out)} == {(str(sent), "85")}
    for record in records_of(tmp_path / "run"):
        assert record["size_bytes"] == sent
        bandwidth = sent / record["median_s"]
        assert record["algorithm_bandwidth_bytes_per_s"] == pytest.approx(bandwidth)
        assert record["bus_bandwidth_bytes_per_s"] == pytest.approx(bandwidth * 3 / 4)


def test_unequal_blocks_are_within_what_mpi_counts(assay: Assay) -> None:
    options = ["-b", "3G", "-e", "3G", "-d", "int8", "--implementation", "mpi"]
    outcome = assay(2, "bench", "all_to_all_v", *options)
    assert outcome.code == 6
    assert own_lines(outcome.err)[0] == (
        "assay: MPI takes at most 2147483647 elements in all; lower -e"
    )


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
    assert {line["from"] for line in lines} == {"host-1"}
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


@pytest.mark.parametrize("name", OPERATIONS)
def test_plans_are_right_in_registered_buffers(assay: Assay, name: str) -> None:
    options = ["-b", "8200", "-e", "8200", "-n", "2", "-w", "0", "-R", "1", "--algorithm", "all"]
    outcome = assay(3, "bench", name, *options, "-o", "all")
    assert outcome.code == 0, outcome
    assert len(sections(outcome.out)) > 1
    for way, of_one in sections(outcome.out).items():
        never_in_place = way.startswith("assay load_") and name in EXCHANGES
        never_in_place |= is_asymmetric(name, 3)
        assert {row[12] for row in of_one} == {"N/A" if never_in_place else "0"}, way


@pytest.mark.parametrize("registered", ["0", "1"])
@pytest.mark.parametrize("name", OPERATIONS)
def test_aggregated_operations_are_right_out_of_place(
    assay: Assay, tmp_path: Path, name: str, registered: str
) -> None:
    """Each finds the input that the first one found, in every algorithm."""
    options = ["-b", "64K", "-e", "64K", "-n", "3", "-w", "1", "-m", "5", "-R", registered]
    options += ["--output", "run", "--implementation", "all"]
    outcome = assay(3, "bench", name, *options)
    assert outcome.code == 0, outcome
    assert "agg iters: 5" in outcome.out
    assert {(row[8], row[12]) for row in rows(outcome.out)} == {("0", "N/A")}
    for record in records_of(tmp_path / "run"):
        assert record["aggregated"] == 5
        assert len(record["samples_s"]) == 3
        assert ("wrong" in record) == (not record["in_place"])


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


def test_pair_measures_both_directions_of_every_pair(assay: Assay, tmp_path: Path) -> None:
    assert assay(3, "bench", "pair", "-n", "5", "--output", "run").code == 0
    cells = {
        (record["from_rank"], record["to_rank"])
        for record in records_of(tmp_path / "run")
        if record["benchmark"] == "pair"
    }
    assert cells == {(i, j) for i in range(3) for j in range(3) if i != j}


def test_what_this_build_has_not_is_code_five(assay: Assay) -> None:
    outcome = assay(0, "bench", "all_reduce", "-G", "1")
    assert outcome.code == 5
    assert len(outcome.err.splitlines()) == 1
