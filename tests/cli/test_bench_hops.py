"""assay bench --trace: what happens on each hop, and who holds the others up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import rows
from tests.conftest import Outcome, own_lines

Assay = Callable[..., Outcome]

SMALL = ["-b", "64K", "-e", "64K", "-n", "2", "-w", "1"]


def traces(file: Path) -> list[dict]:
    records = [json.loads(line) for line in file.read_text().splitlines()]
    return [record for record in records if "trace" in record]


@pytest.mark.parametrize("transport", ["shared_memory", "mpi"])
@pytest.mark.parametrize("algorithm", ["ring", "tree"])
def test_trace_has_both_ends_of_every_hop(
    assay: Assay, tmp_path: Path, algorithm: str, transport: str
) -> None:
    lines = tmp_path / "records"
    options = [*SMALL, "--algorithm", algorithm, "--transport", transport, "--trace"]
    outcome = assay(3, "bench", "all_reduce", *options, "--json-lines", str(lines))
    assert outcome.code == 0, outcome
    (record,) = traces(lines)
    assert record["algorithm"] == algorithm
    assert record["wrong"] == 0
    assert "bus_bandwidth_bytes_per_s" not in record
    trace = record["trace"]
    repetitions = len(trace["total_s"])
    assert repetitions == len(record["samples_s"]) > 2
    assert [rank["rank"] for rank in trace["ranks"]] == [0, 1, 2]
    edges = {(hop["from"], hop["to"]) for hop in trace["hops"]}
    if algorithm == "ring":
        assert edges == {(0, 1), (1, 2), (2, 0)}
        sent = [hop["bytes"] for hop in trace["hops"] if hop["from"] == 1]
        assert sum(sent) == pytest.approx(2 * 2 / 3 * record["size_bytes"], rel=0.01)
    for hop in trace["hops"]:
        first, last = hop["arrival_s"]
        assert 0 <= first <= last
        assert len(hop["on_link_s"]) == repetitions
        assert hop["messages"] > 0
        assert len(hop["timeline_s"]) == hop["messages"]
        for _, wanted, arrived in hop["timeline_s"]:
            assert wanted <= arrived <= max(trace["total_s"])


def test_a_timeline_of_too_many_messages_is_left_out(assay: Assay, tmp_path: Path) -> None:
    lines = tmp_path / "records"
    options = ["-b", "1M", "-e", "1M", "-n", "2", "-w", "1", "--algorithm", "ring", "--trace"]
    outcome = assay(17, "bench", "all_reduce", *options, "--json-lines", str(lines))
    assert outcome.code == 0, outcome
    hops = traces(lines)[0]["trace"]["hops"]
    assert sum(hop["messages"] for hop in hops) > 2048
    assert all("timeline_s" not in hop for hop in hops)


def test_picture_stands_beside_the_table(assay: Assay) -> None:
    outcome = assay(3, "bench", "all_reduce", *SMALL, "--algorithm", "ring", "--trace")
    assert outcome.code == 0, outcome
    assert len(rows(outcome.out)) == 1  # all else is commented out
    picture = outcome.out[outcome.out.index("# hops of all_reduce ring, 65536 bytes") :]
    for edge in ("0 -> 1", "1 -> 2", "2 -> 0"):
        assert f"#   {edge} " in picture
    assert max(map(len, picture.splitlines())) <= 100
    assert "3 edges are too few to compare with each other" in picture


def test_every_algorithm_that_sends_messages_can_be_traced(assay: Assay, tmp_path: Path) -> None:
    lines = tmp_path / "records"
    options = [*SMALL, "--algorithm", "all", "--trace", "--json-lines", str(lines)]
    outcome = assay(3, "bench", "broadcast", *options)
    assert outcome.code == 0, outcome
    traced = [record["algorithm"] for record in traces(lines)]
    assert len(traced) > 1
    assert "pull" not in traced


def test_slow_rank_is_named(assay: Assay) -> None:
    options = ["-b", "1M", "-e", "1M", "-n", "2", "-w", "1", "--algorithm", "ring", "--trace"]
    options += ["--inject", "delay-send:rank=2,by=10ms"]
    outcome = assay(4, "bench", "all_reduce", *options)
    assert outcome.code == 0, outcome
    culprits = [line for line in outcome.out.splitlines() if line.startswith("# culprit:")]
    assert len(culprits) == 1, outcome.out
    assert "rank 2," in culprits[0]


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("all_reduce", [], "--algorithm all or one of ring, tree"),
        ("all_reduce", ["--algorithm", "pull"], "algorithms that send messages"),
        ("all_reduce", ["--implementation", "mpi", "--algorithm", "all"], "one of our algorithms"),
        ("all_reduce", ["--algorithm", "ring", "-R", "1"], "algorithms that send messages"),
        ("matmul", [], "--trace is for collectives"),
    ],
)
def test_what_has_no_hops_is_refused(
    assay: Assay, name: str, options: list[str], told: str
) -> None:
    outcome = assay(0, "bench", name, *options, "--trace")
    assert outcome.code == 6
    assert told in own_lines(outcome.err)[0]
