"""assay bench, the MPI library's own algorithms: told by name, left out with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import sections
from tests.conftest import (
    Outcome,
    library,
    own_lines,
    records_of,
)

Assay = Callable[..., Outcome]


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
