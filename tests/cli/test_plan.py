"""assay plan, --version, --help."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Outcome

Assay = Callable[..., Outcome]


@pytest.mark.parametrize("algorithm", ["ring", "tree"])
@pytest.mark.parametrize("ranks", [1, 2, 5])
def test_plan_prints_steps_cost_and_proof(assay: Assay, algorithm: str, ranks: int) -> None:
    outcome = assay(0, "plan", algorithm, "--ranks", str(ranks))
    assert outcome.code == 0
    assert "proof with 4 slots: holds" in outcome.out
    assert f"rank {ranks - 1} lane 0" in outcome.out
    assert "cost of 1048576 bytes" in outcome.out


def test_plan_json_has_every_step(assay: Assay) -> None:
    outcome = assay(0, "plan", "ring", "--ranks", "3", "--json")
    plan = json.loads(outcome.out)
    assert plan["proof"]["holds"] is True
    assert len(plan["ranks"]) == 3
    assert len(plan["ranks"][0][0]["steps"]) == 5  # send, 2 reduced, 1 passed on, 1 received


def test_plan_of_unequal_blocks_is_priced_with_their_true_lengths(assay: Assay) -> None:
    sent = {}
    for name in ("all_to_all", "all_to_all_v"):
        options = ["--operation", name, "--ranks", "2", "--size", "1M", "--json"]
        plan = json.loads(assay(0, "plan", "pairwise", *options).out)
        assert plan["proof"]["holds"] is True
        sent[name] = plan["cost"]["bytes_sent"]
    # Of two ranks, the one keeps half of equal blocks for itself, and nothing of the others.
    assert sent == {"all_to_all": 1 << 19, "all_to_all_v": 1 << 20}


@pytest.mark.parametrize("algorithm", ["hierarchical_ring", "hierarchical_tree"])
def test_plan_over_nodes_sends_less_across_them(assay: Assay, algorithm: str) -> None:
    options = ["--ranks", "8", "--ranks-per-node", "4", "--json"]
    plan = json.loads(assay(0, "plan", algorithm, *options).out)
    assert plan["proof"]["holds"] is True
    assert plan["proof"]["orders"] == 1
    leaving = [
        (rank, step["to"])
        for rank, lanes in enumerate(plan["ranks"])
        for lane in lanes
        for step in lane["steps"]
        if "to" in step and step["to"] // 4 != rank // 4
    ]
    # Each rank's only partner on the other node is the one of its number there.
    assert {(rank, to) for rank, to in leaving} == {(rank, (rank + 4) % 8) for rank in range(8)}


def test_plan_that_would_wait_for_ever_fails(assay: Assay) -> None:
    outcome = assay(0, "plan", "ring", "--ranks", "4", "--slots", "1")
    assert outcome.code != 0


def test_version_names_backends_and_libraries(assay: Assay) -> None:
    outcome = assay(0, "--version")
    assert outcome.code == 0
    for word in ("shared_memory", "mpi", "openblas", "hwloc"):
        assert word in outcome.out


def test_help_names_every_verb_and_option(assay: Assay) -> None:
    top = assay(0, "--help").out
    for verb in ("accept", "bench", "judge", "plan"):
        assert verb in top
        assert assay(0, verb, "--help").code == 0
    bench = assay(0, "bench", "--help").out
    for option in ("-b", "-e", "-f", "-n", "-w", "-c", "-o", "-d", "-T", "--algorithm", "--output"):
        assert option in bench
    assert "--inject" not in bench
    assert "--inject" in assay(0, "bench", "--help-all").out


def test_list_says_what_this_build_can_run(assay: Assay) -> None:
    outcome = assay(0, "bench", "--list")
    assert outcome.code == 0
    for word in ("ring", "tree", "shared_memory", "mpi"):
        assert word in outcome.out
